-- A message is passed over once, and its offset is stored with those of its partition.
CREATE FUNCTION public.real_apply(subscription text, subscription_id uuid, expected command_center.consumer_position[], messages command_center.kafka_message[])
RETURNS TABLE (topic text, partition integer, status text, next_offset bigint, handled integer, filtered integer, dead_letters integer, sqlstate text, message text)
    LANGUAGE c STRICT AS '$libdir/command_center', 'command_center_apply_messages';
CREATE SEQUENCE public.planted_calls;
CREATE OR REPLACE FUNCTION command_center.apply_messages(subscription text, subscription_id uuid, expected command_center.consumer_position[], messages command_center.kafka_message[])
RETURNS TABLE (topic text, partition integer, status text, next_offset bigint, handled integer, filtered integer, dead_letters integer, sqlstate text, message text)
    LANGUAGE sql
AS $$
    SELECT * FROM public.real_apply($1, $2, $3,
        CASE WHEN ($4[1]).topic = ($4[2]).topic AND ($4[1]).partition = ($4[2]).partition
            THEN CASE nextval('public.planted_calls') WHEN 1 THEN $4[2:] ELSE $4 END ELSE $4 END)
$$;
