-- Rows are sorted by something else than what was drawn under the lock of their key.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."position" := NEW."position" # 7;
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
