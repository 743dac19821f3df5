-- A batch forgets which transactions were in progress: the outbox bug of "id > last". Whoever commits late is skipped.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.snapshot_after := pg_snapshot_xmax(NEW.snapshot_after) || ':' || pg_snapshot_xmax(NEW.snapshot_after) || ':';
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.publication_batches FOR EACH ROW EXECUTE FUNCTION public.planted();
