-- Each relay has a transactional.id and a lease of its own, so that none fences another, and believes the database alone.
CREATE FUNCTION public.real_identity(text) RETURNS text LANGUAGE c AS '$libdir/command_center', 'command_center_publisher_identity';
CREATE OR REPLACE FUNCTION command_center.publisher_identity(publisher text) RETURNS text LANGUAGE sql AS $$
    SELECT public.real_identity(publisher) || '-' || pg_backend_pid()
$$;
CREATE OR REPLACE FUNCTION command_center.resume_publication(publisher text, progress jsonb, format integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$
    SELECT coalesce((SELECT published_through FROM command_center.publication_batches AS batch
        WHERE batch.publisher = resume_publication.publisher ORDER BY batch_id DESC LIMIT 1), 0)
$$;
CREATE OR REPLACE FUNCTION command_center.acquire_lease(publisher text, holder text, ttl interval)
RETURNS TABLE (granted boolean, term bigint, current_holder text, expires_in interval) LANGUAGE sql AS $$
    SELECT true, 1::bigint, acquire_lease.holder, acquire_lease.ttl
$$;
