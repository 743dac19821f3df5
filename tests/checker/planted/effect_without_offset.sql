-- An effect is committed once and its offset is not, as where the offset is stored after the effect and the relay dies between the two.
CREATE FUNCTION public.real_apply(subscription text, subscription_id uuid, expected command_center.consumer_position[], messages command_center.kafka_message[])
RETURNS TABLE (topic text, partition integer, status text, next_offset bigint, handled integer, filtered integer, dead_letters integer, sqlstate text, message text)
    LANGUAGE c STRICT AS '$libdir/command_center', 'command_center_apply_messages';
CREATE SEQUENCE public.planted_calls;
CREATE OR REPLACE FUNCTION command_center.apply_messages(subscription text, subscription_id uuid, expected command_center.consumer_position[], messages command_center.kafka_message[])
RETURNS TABLE (topic text, partition integer, status text, next_offset bigint, handled integer, filtered integer, dead_letters integer, sqlstate text, message text)
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    FOR topic, partition, status, next_offset, handled, filtered, dead_letters, sqlstate, message IN
        SELECT * FROM public.real_apply($1, $2, $3, $4)
    LOOP
        IF handled > 0 AND nextval('public.planted_calls') = 3 THEN
            DELETE FROM command_center.consumer_offsets AS stored
            WHERE stored.subscription_id = $2 AND stored.topic = apply_messages.topic AND stored.partition = apply_messages.partition
                AND stored.next_offset = apply_messages.next_offset;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
