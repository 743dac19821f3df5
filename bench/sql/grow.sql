-- :size commands like reservation.create, each with a route of its own and one for a tenant, and as many tenants with a module.
BEGIN;
INSERT INTO command_center.command_templates (command_name, version, payload_schema, default_target, partition_key)
SELECT 'grown.' || n, 1, payload_schema, default_target, partition_key
FROM command_center.command_templates, generate_series(1, :size) AS n WHERE command_name = 'reservation.create' AND status = 'active';
INSERT INTO command_center.command_routes (route_id, command_name, tenant_id, policy)
SELECT gen_random_uuid(), 'grown.' || n, tenant, '{"targets": [{"serviceId": "reservations-command-service", "weight": 1}]}'
FROM generate_series(1, :size) AS n, unnest(ARRAY[NULL, lpad(to_hex(n), 32, '0')::uuid]) AS tenant;
INSERT INTO command_center.tenant_modules (tenant_id, module) SELECT lpad(to_hex(n), 32, '0')::uuid, 'bookings' FROM generate_series(1, :size) AS n;
UPDATE command_center.command_templates SET required_modules = '{bookings}' WHERE command_name LIKE 'grown.%';
COMMIT;
