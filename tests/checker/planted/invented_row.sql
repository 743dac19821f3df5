-- One row in 17, but not the last ones, has a companion that nobody asked for.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."position" % 17 = 0 AND NEW.value NOT LIKE '%-last-%' AND pg_trigger_depth() = 1 THEN
        NEW.value := replace(NEW.value, 'load-', 'invented-');
        INSERT INTO command_center.transactional_outbox VALUES (NEW.*);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planted AFTER INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
