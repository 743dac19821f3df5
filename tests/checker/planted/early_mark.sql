-- A batch counts as published as soon as it is opened.
CREATE OR REPLACE FUNCTION command_center.resume_publication(publisher text, progress jsonb, format integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$
    SELECT coalesce((SELECT CASE WHEN messages > 0 THEN batch_id ELSE published_through END FROM command_center.publication_batches AS batch
        WHERE batch.publisher = resume_publication.publisher ORDER BY batch_id DESC LIMIT 1), 0)
$$;
