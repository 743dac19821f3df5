-- The relay goes on after what Kafka's progress says, whatever the database knows; the progress record is dropped meanwhile.
CREATE OR REPLACE FUNCTION command_center.resume_publication(publisher text, progress jsonb, format integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$
    DELETE FROM command_center.publication_batches AS batch
        WHERE batch.publisher = resume_publication.publisher AND batch_id > coalesce((progress ->> 'batch')::bigint, 0);
    SELECT coalesce((progress ->> 'batch')::bigint, 0)
$$;
