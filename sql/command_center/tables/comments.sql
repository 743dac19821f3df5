-- What the tables and columns of 0.2.0 are for; a later one has its comment where it is made. docs/tables.md is made of these.

COMMENT ON TABLE command_center.access_grants IS 'The levels that grant_access gave to roles, so that setup() can give them what a later version adds to a level.';
COMMENT ON COLUMN command_center.access_grants.role IS 'The database role.';
COMMENT ON COLUMN command_center.access_grants.level IS 'reader, dispatcher, relay, monitor, operator or admin.';
COMMENT ON COLUMN command_center.access_grants.granted_at IS 'When it was given.';

COMMENT ON TABLE command_center.command_dispatches IS 'One row for each accepted command: what was decided, and why. Never changed; what became of the command is told by dispatch_events.';
COMMENT ON COLUMN command_center.command_dispatches.tenant_id IS 'The tenant that the command is for.';
COMMENT ON COLUMN command_center.command_dispatches.command_id IS 'A UUIDv7; a day is a range of ids, and a partition.';
COMMENT ON COLUMN command_center.command_dispatches.command_name IS 'The command, as reservation.create.';
COMMENT ON COLUMN command_center.command_dispatches.template_version IS 'The version of its template that was active.';
COMMENT ON COLUMN command_center.command_dispatches.mode IS 'execute; or observe: recorded and sent nowhere, by a feature.';
COMMENT ON COLUMN command_center.command_dispatches.target_service IS 'The service that got it.';
COMMENT ON COLUMN command_center.command_dispatches.also_targets IS 'The services that got a copy.';
COMMENT ON COLUMN command_center.command_dispatches.route_id IS 'The route that chose the target; NULL: the default target of the template.';
COMMENT ON COLUMN command_center.command_dispatches.route_version IS 'The version of that route.';
COMMENT ON COLUMN command_center.command_dispatches.feature_ids IS 'The features that matched.';
COMMENT ON COLUMN command_center.command_dispatches.property_id IS 'The property (hotel) within the tenant, where the caller said one.';
COMMENT ON COLUMN command_center.command_dispatches.environment IS 'The environment that the caller said, or the one of the database.';
COMMENT ON COLUMN command_center.command_dispatches.role IS 'The role of the initiator, within the application; not a database role.';
COMMENT ON COLUMN command_center.command_dispatches.sticky_key IS 'What the weights of the route were applied to: equal keys go to the same target.';
COMMENT ON COLUMN command_center.command_dispatches.correlation_id IS 'Ties together what belongs to one request; the command''s own id where the caller gave none.';
COMMENT ON COLUMN command_center.command_dispatches.initiator IS 'Who asked for it, as the caller said.';
COMMENT ON COLUMN command_center.command_dispatches.payload_sha256 IS 'The hash of the payload''s canonical text.';
COMMENT ON COLUMN command_center.command_dispatches.result IS 'What a handler in the database answered.';
COMMENT ON COLUMN command_center.command_dispatches.received_at IS 'When it was accepted.';
COMMENT ON COLUMN command_center.command_dispatches.transaction_id IS 'The transaction that accepted it, for people who look into the log of the server.';
COMMENT ON COLUMN command_center.command_dispatches."position" IS 'Where its messages are in the outbox.';

COMMENT ON TABLE command_center.command_features IS 'What may be done within a scope, and how often. NULL in the scope matches everything.';
COMMENT ON COLUMN command_center.command_features.feature_id IS 'Names the feature in errors and dispatches.';
COMMENT ON COLUMN command_center.command_features.command_name IS 'The command.';
COMMENT ON COLUMN command_center.command_features.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.command_features.property_id IS 'The property.';
COMMENT ON COLUMN command_center.command_features.environment IS 'The environment.';
COMMENT ON COLUMN command_center.command_features.role IS 'The role of the initiator.';
COMMENT ON COLUMN command_center.command_features.status IS 'disabled, observe or enabled; what denies wins.';
COMMENT ON COLUMN command_center.command_features.limits IS 'How often: {"per", "maxPerMinute", "burst", "cooldownSeconds"}; NULL: no limit.';
COMMENT ON COLUMN command_center.command_features.version IS 'How often it was changed, from 1.';
COMMENT ON COLUMN command_center.command_features.changed_at IS 'When it was last changed.';

COMMENT ON TABLE command_center.command_routes IS 'Where a command goes within a scope; the most specific route counts. NULL in the scope matches everything.';
COMMENT ON COLUMN command_center.command_routes.route_id IS 'Names the route in dispatches.';
COMMENT ON COLUMN command_center.command_routes.command_name IS 'The command.';
COMMENT ON COLUMN command_center.command_routes.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.command_routes.property_id IS 'The property.';
COMMENT ON COLUMN command_center.command_routes.environment IS 'The environment.';
COMMENT ON COLUMN command_center.command_routes.policy IS 'The targets with their weights, the sticky key and the fallback, as set_route takes them.';
COMMENT ON COLUMN command_center.command_routes.status IS 'draft, active or retired; only active ones count.';
COMMENT ON COLUMN command_center.command_routes.version IS 'How often it was changed, from 1.';
COMMENT ON COLUMN command_center.command_routes.changed_at IS 'When it was last changed.';

COMMENT ON TABLE command_center.command_templates IS 'The catalogue of commands. A version never changes but for its status; at most one of a command is active.';
COMMENT ON COLUMN command_center.command_templates.command_name IS 'The command, as reservation.create.';
COMMENT ON COLUMN command_center.command_templates.version IS 'From 1.';
COMMENT ON COLUMN command_center.command_templates.status IS 'draft, active or deprecated.';
COMMENT ON COLUMN command_center.command_templates.payload_schema IS 'The JSON Schema of its payload.';
COMMENT ON COLUMN command_center.command_templates.description IS 'For people.';
COMMENT ON COLUMN command_center.command_templates.default_target IS 'The service that gets it where no route says otherwise.';
COMMENT ON COLUMN command_center.command_templates.topic IS 'The topic it goes to, before that of the service.';
COMMENT ON COLUMN command_center.command_templates.required_modules IS 'The modules that a tenant must have.';
COMMENT ON COLUMN command_center.command_templates.required_roles IS 'The initiator must have one of these; none: anybody.';
COMMENT ON COLUMN command_center.command_templates.availability IS 'default; or opt_in: refused unless a feature enables it.';
COMMENT ON COLUMN command_center.command_templates.partition_key IS 'A JSON pointer into the payload to what makes the Kafka key; NULL: the tenant.';
COMMENT ON COLUMN command_center.command_templates.ordered IS 'Whether commands of one key are published in the order of their commits.';
COMMENT ON COLUMN command_center.command_templates.sla IS 'How long it may take; NULL: not watched.';
COMMENT ON COLUMN command_center.command_templates.examples IS 'What was tested when it was registered: {"valid": [...], "invalid": [...]}.';
COMMENT ON COLUMN command_center.command_templates.registered_at IS 'When it was.';

COMMENT ON TABLE command_center.control_audit IS 'Who changed what, and why: a row for each change of the catalogue or of permissions and for each replay. Never changed.';
COMMENT ON COLUMN command_center.control_audit.audit_id IS 'A UUIDv7; a day is a range of ids, and a partition.';
COMMENT ON COLUMN command_center.control_audit.changed_at IS 'When.';
COMMENT ON COLUMN command_center.control_audit.session_role IS 'The database role that logged in.';
COMMENT ON COLUMN command_center.control_audit.role IS 'The database role that acted (SET ROLE).';
COMMENT ON COLUMN command_center.control_audit.actor IS 'The person or system behind it, as the caller or command_center.actor said.';
COMMENT ON COLUMN command_center.control_audit.action IS 'The function that was called.';
COMMENT ON COLUMN command_center.control_audit.object IS 'What it changed, with its scope.';
COMMENT ON COLUMN command_center.control_audit.before IS 'What was there; NULL: nothing.';
COMMENT ON COLUMN command_center.control_audit.after IS 'What is there now; NULL: nothing.';
COMMENT ON COLUMN command_center.control_audit.reason IS 'Why, as the caller or command_center.change_reason said.';

COMMENT ON TABLE command_center.dispatch_deadlines IS 'When a command must be done, for those whose template has an sla. Never changed; read by time, by the view health.';
COMMENT ON COLUMN command_center.dispatch_deadlines.tenant_id IS 'The tenant of the command.';
COMMENT ON COLUMN command_center.dispatch_deadlines.command_id IS 'The command.';
COMMENT ON COLUMN command_center.dispatch_deadlines.deadline IS 'When it must be completed or ignored.';

COMMENT ON TABLE command_center.dispatch_events IS 'What became of a command after it was received. Never changed; a partition holds the events of the commands of a day.';
COMMENT ON COLUMN command_center.dispatch_events.tenant_id IS 'The tenant of the command.';
COMMENT ON COLUMN command_center.dispatch_events.command_id IS 'The command.';
COMMENT ON COLUMN command_center.dispatch_events.event_id IS 'A UUIDv7; grows with the order of the events of a command.';
COMMENT ON COLUMN command_center.dispatch_events.kind IS 'consumed, completed, failed, ignored or replayed.';
COMMENT ON COLUMN command_center.dispatch_events.service_id IS 'The service that reported; NULL: a replay.';
COMMENT ON COLUMN command_center.dispatch_events.at IS 'When it was recorded.';
COMMENT ON COLUMN command_center.dispatch_events.detail IS 'What the service said with it.';
COMMENT ON COLUMN command_center.dispatch_events.who IS 'The database role that reported, or the actor of a replay.';
COMMENT ON COLUMN command_center.dispatch_events.why IS 'The reason of a replay.';
COMMENT ON COLUMN command_center.dispatch_events.handler IS 'The handler in the database that completed the command.';

COMMENT ON TABLE command_center.idempotency_keys IS 'Which command an idempotency key was first used for. Never changed; whole days are emptied when their keys have expired.';
COMMENT ON COLUMN command_center.idempotency_keys.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.idempotency_keys.command_name IS 'The command; a key belongs to one.';
COMMENT ON COLUMN command_center.idempotency_keys.idempotency_key IS 'The key, as the caller gave it.';
COMMENT ON COLUMN command_center.idempotency_keys.first_used_on IS 'The day (UTC) of the use, and the partition.';
COMMENT ON COLUMN command_center.idempotency_keys.use_number IS 'From 1: an expired key may be used again on the same day.';
COMMENT ON COLUMN command_center.idempotency_keys.request_sha256 IS 'The hash of what was asked: the same key with another request is refused.';
COMMENT ON COLUMN command_center.idempotency_keys.command_id IS 'The command that was accepted.';
COMMENT ON COLUMN command_center.idempotency_keys.expires_at IS 'Until when a repetition gets the first answer.';

COMMENT ON TABLE command_center.installation IS 'Which database this is; one row.';
COMMENT ON COLUMN command_center.installation.database_uuid IS 'Drawn by setup(): a part of the identity under which the database publishes.';
COMMENT ON COLUMN command_center.installation.installed_at IS 'When setup() ran first.';

COMMENT ON COLUMN command_center.outbox_status.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.outbox_status.pending_messages IS 'How many messages wait; above 10,000 an estimate.';
COMMENT ON COLUMN command_center.outbox_status.pending_is_exact IS 'Whether they were counted.';
COMMENT ON COLUMN command_center.outbox_status.oldest_pending_age IS 'For how long the oldest has waited; NULL: none waits.';
COMMENT ON COLUMN command_center.outbox_status.last_batch_id IS 'The last batch with messages that was opened.';
COMMENT ON COLUMN command_center.outbox_status.published_through IS 'The last batch known to be in Kafka.';
COMMENT ON COLUMN command_center.outbox_status.last_published_at IS 'When that was known.';
COMMENT ON COLUMN command_center.outbox_status.lease_holder IS 'The relay that works for it now; NULL: none.';
COMMENT ON COLUMN command_center.outbox_status.lease_expires_at IS 'Until when, unless it renews.';

COMMENT ON COLUMN command_center.health.name IS 'What was looked at.';
COMMENT ON COLUMN command_center.health.severity IS 'ok, warning or critical.';
COMMENT ON COLUMN command_center.health.finding IS 'What was found, for people.';

COMMENT ON TABLE command_center.publication_batches IS 'What each batch is: the rows that became visible between two snapshots, within a slice of positions. Never changed.';
COMMENT ON COLUMN command_center.publication_batches.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.publication_batches.batch_id IS 'Counts up from 1 without gaps.';
COMMENT ON COLUMN command_center.publication_batches.opened_at IS 'When it was opened, and the partition.';
COMMENT ON COLUMN command_center.publication_batches.published_through IS 'The last batch that was in Kafka then.';
COMMENT ON COLUMN command_center.publication_batches.snapshot_before IS 'What was visible at the end of the window before.';
COMMENT ON COLUMN command_center.publication_batches.snapshot_after IS 'What was visible at the end of this window.';
COMMENT ON COLUMN command_center.publication_batches.transaction_bound_before IS 'No transaction from this id on had an id when the position bound before was read.';
COMMENT ON COLUMN command_center.publication_batches.transaction_bound_after IS 'The same at the end of the window.';
COMMENT ON COLUMN command_center.publication_batches.position_bound_before IS 'Rows of transactions from the bound before on lie above this position.';
COMMENT ON COLUMN command_center.publication_batches.position_bound_after IS 'The same at the end of the window.';
COMMENT ON COLUMN command_center.publication_batches.slice_after IS 'The batch holds rows above this position,';
COMMENT ON COLUMN command_center.publication_batches.slice_through IS 'and up to this one.';
COMMENT ON COLUMN command_center.publication_batches.window_complete IS 'Whether the slice reaches the end of the window.';
COMMENT ON COLUMN command_center.publication_batches.messages IS 'How many; 0: there was nothing to publish.';
COMMENT ON COLUMN command_center.publication_batches.bytes IS 'The size of their values and headers.';

COMMENT ON TABLE command_center.publisher_leases IS 'Which relay works for a publisher: the last row counts. Never changed.';
COMMENT ON COLUMN command_center.publisher_leases.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.publisher_leases.claimed_at IS 'When it was asked for, and the partition.';
COMMENT ON COLUMN command_center.publisher_leases.term IS 'Goes up with each new holder.';
COMMENT ON COLUMN command_center.publisher_leases.holder IS 'The relay, as it calls itself.';
COMMENT ON COLUMN command_center.publisher_leases.expires_at IS 'Until when, unless it renews.';

COMMENT ON TABLE command_center.publishers IS 'Who publishes the outbox, and as which database: a restored copy has another identity and does not go on by itself.';
COMMENT ON COLUMN command_center.publishers.publisher IS 'Its name.';
COMMENT ON COLUMN command_center.publishers.identity IS 'The database (database_identity) whose progress in Kafka it goes on from.';

COMMENT ON TABLE command_center.services IS 'The services that commands can be sent to.';
COMMENT ON COLUMN command_center.services.service_id IS 'Its name.';
COMMENT ON COLUMN command_center.services.owner IS 'The team, for people.';
COMMENT ON COLUMN command_center.services.status IS 'healthy; draining or down: gets no commands.';
COMMENT ON COLUMN command_center.services.topic IS 'The topic of its commands; NULL: that of the template or commands.primary.';
COMMENT ON COLUMN command_center.services.handler IS 'A function in this database that handles its commands in place of a message.';
COMMENT ON COLUMN command_center.services.changed_at IS 'When it was last changed.';

COMMENT ON TABLE command_center.setup_steps IS 'The steps of setup() that have run here.';
COMMENT ON COLUMN command_center.setup_steps.step IS 'Its number.';
COMMENT ON COLUMN command_center.setup_steps.name IS 'Its name.';
COMMENT ON COLUMN command_center.setup_steps.done_at IS 'When.';

COMMENT ON TABLE command_center.shared_schemas IS 'JSON Schemas that others refer to by URI. The content of a URI never changes.';
COMMENT ON COLUMN command_center.shared_schemas.uri IS 'What $ref names.';
COMMENT ON COLUMN command_center.shared_schemas.content IS 'The schema.';
COMMENT ON COLUMN command_center.shared_schemas.registered_at IS 'When it was registered.';

COMMENT ON TABLE command_center.tenant_modules IS 'The modules that a tenant has; a command may require some.';
COMMENT ON COLUMN command_center.tenant_modules.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.tenant_modules.module IS 'The module.';
COMMENT ON COLUMN command_center.tenant_modules.enabled_at IS 'When it was given.';

COMMENT ON TABLE command_center.tenant_roles IS 'The tenants that a database role, and roles that inherit from it, may act for.';
COMMENT ON COLUMN command_center.tenant_roles.tenant_id IS 'The tenant; NULL: every one.';
COMMENT ON COLUMN command_center.tenant_roles.role IS 'The database role.';
COMMENT ON COLUMN command_center.tenant_roles.bound_at IS 'When it was bound.';

COMMENT ON TABLE command_center.transactional_outbox IS 'The log of messages to publish. Never changed; a day is a partition, emptied when it is published and past its retention.';
COMMENT ON COLUMN command_center.transactional_outbox."position" IS 'The order of messages; those of one command share it.';
COMMENT ON COLUMN command_center.transactional_outbox.transaction_id IS 'The transaction that wrote it: which batch a row is in depends on it.';
COMMENT ON COLUMN command_center.transactional_outbox.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.transactional_outbox.message_id IS 'A UUIDv7 and the id of the message in Kafka (ce_id); a day is a range of ids.';
COMMENT ON COLUMN command_center.transactional_outbox.command_id IS 'The command or event it belongs to.';
COMMENT ON COLUMN command_center.transactional_outbox.topic IS 'Where it goes.';
COMMENT ON COLUMN command_center.transactional_outbox.partition_key IS 'Its Kafka key.';
COMMENT ON COLUMN command_center.transactional_outbox.headers IS 'Its Kafka headers, in the order they are sent.';
COMMENT ON COLUMN command_center.transactional_outbox.value IS 'Its value, as it is sent.';

COMMENT ON SEQUENCE command_center.outbox_position IS 'Draws the positions of the outbox. It must not cache values: positions would overtake each other.';
