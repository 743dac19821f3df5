-- :dispatches commands of earlier, of a hundred tenants, in the partitions that there are; half of them today.
INSERT INTO command_center.command_dispatches (tenant_id, command_id, command_name, template_version, mode, target_service, environment, sticky_key,
    correlation_id, payload_sha256, received_at, transaction_id, "position")
SELECT lpad(to_hex(n % 100), 32, '0')::uuid, id, 'reservation.create', 1, 'execute', 'reservations-command-service', 'production', id::text, id::text,
    sha256(id::text::bytea), at, '3', n
FROM generate_series(1, :dispatches) AS n,
    LATERAL (SELECT date_trunc('day', now(), 'UTC') + n % 86400 * interval '1 second' + n % 2 * (n / 2 % 29 + 1) * interval '1 day' AS at) AS instant,
    LATERAL (SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8'
        || lpad(to_hex(n), 15, '0'))::uuid AS id) AS made;
