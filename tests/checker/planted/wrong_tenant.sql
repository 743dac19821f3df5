-- One row in 17, but not the last ones, says that it is another tenant's.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."position" % 17 = 0 AND NEW.value NOT LIKE '%-last-%' THEN
        NEW.headers := (NEW.headers::jsonb || '{"x-tenant-id": "0195a000-0000-7000-8000-00000000000f"}')::json;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
