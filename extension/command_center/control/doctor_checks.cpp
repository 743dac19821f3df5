// The questions of doctor() about commands and the outbox, each one statement that answers rows of severity,
// finding, remedy.
#include "extension/command_center/control/doctor_checks.hpp"

#include "extension/command_center/outbox/lease_is_live.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/published.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/shared_state/limit_store.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Not by shared_preload_libraries, which an owner of the tables may not be allowed to see.
bool lacks_shared_memory() {
  return shared_state() == nullptr;
}

bool counts_together() {
  return shared_state() != nullptr && store_counts_together(GetCurrentTimestamp());
}

using server::Check;

// clang-format off
constexpr Check kChecks[] = {
{"commands", R"sql(SELECT CASE WHEN meant AND EXISTS (SELECT FROM command_center.command_templates WHERE status = 'active'
        AND command_name NOT IN (SELECT refused.command_name FROM command_center.refused_commands() AS refused)) THEN 'info' ELSE 'error' END,
    format('command "%s" is refused whoever sends it: %s', command_name, reason), remedy
FROM command_center.refused_commands() LIMIT 100)sql"},

{"routes", R"sql(SELECT 'warning', format('the route of "%s" for %s has no target that takes commands, and no fallback that does', command_name,
        concat_ws(', ', 'tenant ' || tenant_id, 'property ' || property_id, 'environment ' || environment)),
    'command_center.set_service(…, status => ''healthy'') or set_route() with another target.'
FROM command_center.command_routes AS route
WHERE status = 'active' AND (tenant_id, property_id, environment) IS DISTINCT FROM (NULL, NULL, NULL) AND NOT EXISTS (
    SELECT FROM jsonb_array_elements(policy -> 'targets') AS target JOIN command_center.services AS service ON service.service_id = target ->> 'serviceId'
    WHERE service.status = 'healthy' AND (target -> 'weight' IS NULL OR (target ->> 'weight')::float8 > 0))
    AND NOT EXISTS (SELECT FROM command_center.services AS service WHERE service.service_id = policy ->> 'fallback' AND service.status = 'healthy')
    AND EXISTS (SELECT FROM command_center.command_templates AS template WHERE template.command_name = route.command_name AND template.status = 'active')
ORDER BY command_name, tenant_id, property_id, environment LIMIT 100)sql"},

{"schemas", R"sql(SELECT 'error', format('the schema of command "%s" cannot be used: %s', command_name, problem.message),
    'command_center.register_command() with a schema that lint_schema() has no error for.'
FROM (SELECT command_name, payload_schema FROM command_center.command_templates WHERE status = 'active' ORDER BY command_name LIMIT 1000) AS template
CROSS JOIN LATERAL (SELECT message FROM command_center.lint_schema(payload_schema) WHERE severity = 'error' LIMIT 1) AS problem)sql"},

{"partitions_not_retired", R"sql(SELECT 'warning', format('partitions of "command_center.%s" past their retention that hold rows: %s, the oldest is of %s', parent, count(*), to_char(min(day), 'YYYY-MM-DD')),
    'Look for a publisher that does not publish, for sessions that lock the partitions, and for maintain() in the log of the server.'
FROM (SELECT parent.relname AS parent, CASE WHEN leaf.relname ~ '_[0-9]{8}$' THEN to_date(right(leaf.relname, 8), 'YYYYMMDD') END AS day, leaf.oid
    FROM pg_class AS parent JOIN pg_inherits ON inhparent = parent.oid JOIN pg_class AS leaf ON leaf.oid = inhrelid
    WHERE parent.oid IN (to_regclass('command_center.transactional_outbox'), to_regclass('command_center.command_dispatches'))) AS leaves
CROSS JOIN LATERAL (SELECT extract(epoch FROM current_setting(
    CASE parent WHEN 'command_dispatches' THEN 'command_center.dispatch_retention' ELSE 'command_center.outbox_retention' END)::interval) AS kept) AS retention
WHERE kept >= 0 AND (day + 3)::timestamp AT TIME ZONE 'UTC' < clock_timestamp() - make_interval(secs => kept) AND pg_relation_size(oid) > 0
GROUP BY parent ORDER BY parent)sql"},

{"publishers", R"sql(SELECT 'error', 'there is no publisher', 'INSERT INTO command_center.publishers SELECT ''default'', command_center.database_identity();'
WHERE NOT EXISTS (SELECT FROM command_center.publishers)
UNION ALL
SELECT 'error', format('the publisher "%s" has no identity', publisher), 'Write it back, as the last progress record in Kafka has it: command-center-relay progress.'
FROM command_center.publishers WHERE identity IS NULL
UNION ALL
SELECT 'error', format('the outbox of the publisher "%s" belongs to another database: %s', publisher, cause),
    'Nothing is published and nothing retired until command_center.rebase_outbox() was called: see docs/operations.md.'
FROM command_center.foreign_publishers())sql"},

{"publishers", R"sql(SELECT 'error', format('the publisher "%s" is one besides "%s": each message would be sent by both', second.publisher, first.publisher),
    format('DELETE FROM command_center.publishers WHERE publisher = %L; to divide the work: SELECT command_center.set_publishers(2);', second.publisher)
FROM command_center.publishers AS second CROSS JOIN LATERAL (SELECT min(known.publisher) AS publisher FROM command_center.publishers AS known
    LEFT JOIN command_center.publisher_shards AS share ON share.publisher = known.publisher
    WHERE known.publisher <> second.publisher AND (share.publisher IS NOT NULL OR (known.publisher <> 'default', known.publisher) < (second.publisher <> 'default', second.publisher))) AS first
WHERE first.publisher IS NOT NULL AND NOT EXISTS (SELECT FROM command_center.publisher_shards AS share WHERE share.publisher = second.publisher)
ORDER BY 2)sql", knows_shards},

{"unpublished", R"sql(SELECT CASE WHEN age > interval '10 minutes' THEN 'error' ELSE 'warning' END,
    format('the publisher "%s" has not published messages that are older than %s', publisher, CASE WHEN age > interval '1 day' THEN 'a day'
        WHEN age > interval '1 hour' THEN 'an hour' WHEN age > interval '10 minutes' THEN '10 minutes' ELSE 'a minute' END),
    'Look at the relay: its /readyz, its log, the brokers. A publisher that does not exist any more must go from command_center.publishers.'
FROM (SELECT publisher.publisher, clock_timestamp() - to_timestamp(('x' || left(replace(oldest.message_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) AS age
    FROM )sql" PUBLISHED_BY_PUBLISHER R"sql(
    CROSS JOIN LATERAL (SELECT message.message_id FROM command_center.transactional_outbox AS message WHERE )sql" UNPUBLISHED_MESSAGE R"sql(
        ORDER BY message.transaction_id, message."position" LIMIT 1) AS oldest
    WHERE publisher.identity = command_center.database_identity()) AS waiting
WHERE age > interval '1 minute' ORDER BY publisher)sql", knows_shards},

{"parked", R"sql(SELECT 'error', format('messages for topic "%s" are put aside since %s: %s%s', topic, to_char(min(parked_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
        count(*), ', Kafka says: ' || min(left(detail, 200)) FILTER (WHERE reason = 'refused')),
    format('SELECT * FROM command_center.list_parked(%L); then release_parked() what Kafka takes now, and discard_parked() the rest.', topic)
FROM (SELECT parked.topic, parked.parked_at, parked.detail, parked.reason FROM command_center.parked_messages AS parked
    WHERE parked.reason IN ('refused', 'behind') AND NOT EXISTS (SELECT FROM command_center.parked_outcomes AS outcome
        WHERE outcome."position" = parked."position" AND outcome.message_id = parked.message_id) LIMIT 10000) AS open
GROUP BY topic ORDER BY topic)sql", knows_parking},

{"held_topics", R"sql(SELECT 'error', format('topic "%s" takes no messages since %s%s', topic, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), ', Kafka says: ' || left(detail, 200)),
    'Create the topic, or let the relay write to it. What is for it is put aside and sent once it can be; nothing need be called.'
FROM command_center.topic_holds ORDER BY topic)sql", knows_parking},

{"lease", R"sql(SELECT 'warning', format('no relay works for the publisher "%s"%s', publisher.publisher,
        CASE WHEN last.expires_at IS NULL THEN ', and none ever did' ELSE format(': the lease of "%s" is over', last.holder) END),
    'Start one: command-center-relay publish'
FROM command_center.publishers AS publisher LEFT JOIN LATERAL (SELECT holder, expires_at, )sql" LEASE_IS_LIVE R"sql( AS is_live
    FROM command_center.publisher_leases AS lease WHERE lease.publisher = publisher.publisher ORDER BY claimed_at DESC LIMIT 1) AS last ON true
WHERE NOT coalesce(last.is_live, false) ORDER BY publisher.publisher)sql"},

{"clock", R"sql(SELECT 'warning', format('the lease of "%s" for the publisher "%s" is of a time that has not come: it counts as over', holder, publisher),
    'The clock was ahead, or was set back: look at the time of the server. Any relay gets the lease; nothing need be called.'
FROM command_center.publisher_leases WHERE claimed_at > clock_timestamp() + interval '1 minute' AND claimed_at <= expires_at GROUP BY publisher, holder
UNION ALL
SELECT 'warning', format('"command_center.%s" holds rows of a day that has not come', relation), 'The clock was ahead when they were written: look at the time of the server.'
FROM (SELECT (lpad(to_hex(extract(epoch FROM (date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC' + interval '5 minutes') + interval '1 day') AT TIME ZONE 'UTC')::bigint * 1000), 12, '0')
    || repeat('0', 20))::uuid AS id) AS tomorrow CROSS JOIN LATERAL (
    SELECT 'transactional_outbox' AS relation WHERE EXISTS (SELECT FROM command_center.transactional_outbox WHERE message_id >= tomorrow.id)
    UNION ALL
    SELECT 'command_dispatches' WHERE EXISTS (SELECT FROM command_center.command_dispatches WHERE command_id >= tomorrow.id)) AS early
ORDER BY 1, 2)sql"},

{"undeclared_topics", R"sql(SELECT 'warning', format('events may go to topics that nobody declared, which Kafka may refuse for all%s', ': ' || string_agg(DISTINCT message.topic, ', ')),
    'SELECT command_center.set_topic(…) for each of them, and then command_center.set_undeclared_topics(''refuse'').'
FROM command_center.installation LEFT JOIN command_center.transactional_outbox AS message
    ON message.message_id = message.command_id AND message."position" > (SELECT last_value FROM command_center.outbox_position) - 100000
    AND NOT EXISTS (SELECT FROM command_center.topics WHERE topics.topic = message.topic)
WHERE undeclared_topics = 'allow' HAVING count(*) > 0)sql"},

{"topic_owners", R"sql(SELECT 'error', format('the owner of topic "%s", role "%s", %s: nobody publishes to it', topic, owner,
        CASE WHEN to_regrole(quote_ident(owner)) IS NULL THEN 'is gone' ELSE 'is not the role that it was' END),
    format('SELECT command_center.set_topic(%L, owner => …); an empty text lets everybody.', topic)
FROM command_center.topics WHERE owner IS NOT NULL AND to_regrole(quote_ident(owner)) IS DISTINCT FROM owner_id::regrole ORDER BY topic)sql"},

{"handlers", R"sql(SELECT 'error', format('the handler %s of the service "%s" does not exist', handler, service_id),
    'Create it again, or command_center.set_service() with another one or none: commands for this service fail.'
FROM command_center.services WHERE handler IS NOT NULL AND to_regprocedure(handler) IS NULL
UNION ALL
SELECT 'warning', format('the handler %s of the service "%s" belongs to role "%s": it is refused to senders whose rights that role does not have',
        handler, service_id, owner.rolname),
    'Give it to the owner of the tables, or make it SECURITY DEFINER with a SET search_path.'
FROM command_center.services JOIN pg_proc AS function ON function.oid = to_regprocedure(handler) JOIN pg_roles AS owner ON owner.oid = function.proowner
WHERE NOT function.prosecdef AND NOT owner.rolsuper
    AND owner.oid <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('command_center.command_dispatches'))
ORDER BY 2)sql"},

{"subscriptions", R"sql(SELECT 'error', format('the handler %s of the subscription "%s" does not exist: nothing of it is applied', handler, subscription),
    'Create it again, or command_center.set_subscription() with another one, or status => ''paused''.'
FROM command_center.subscriptions WHERE status = 'active' AND to_regprocedure(handler) IS NULL
UNION ALL
SELECT 'warning', format('the handler %s of the subscription "%s" belongs to role "%s": it is refused to relays whose rights that role does not have',
        handler, subscription, owner.rolname),
    'Give it to the owner of the tables, or make it SECURITY DEFINER with a SET search_path.'
FROM command_center.subscriptions JOIN pg_proc AS function ON function.oid = to_regprocedure(handler) JOIN pg_roles AS owner ON owner.oid = function.proowner
WHERE status = 'active' AND NOT function.prosecdef AND NOT owner.rolsuper
    AND owner.oid <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('command_center.command_dispatches'))
UNION ALL
SELECT 'warning', format('the subscription "%s" has dead letters that wait: %s, the oldest of %s', subscription, count(*), to_char(min(failed_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD')),
    format('SELECT * FROM command_center.list_dead_letters(%L); then replay_dead_letters() or discard_dead_letters().', subscription)
FROM command_center.dead_letters AS letter
WHERE NOT EXISTS (SELECT FROM command_center.dead_letter_events AS done WHERE done.dead_letter_id = letter.dead_letter_id AND done.kind IN ('replayed', 'discarded'))
GROUP BY subscription
UNION ALL
SELECT 'warning', format('the subscription "%s" was never begun: no relay consumes', subscription), 'Start one: command-center-relay consume, or all.'
FROM command_center.subscriptions AS known WHERE status = 'active' AND changed_at < clock_timestamp() - interval '1 minute'
    AND NOT EXISTS (SELECT FROM command_center.consumer_offsets AS stored WHERE stored.subscription_id = known.subscription_id)
UNION ALL
SELECT 'warning', format('the subscription "%s" has applied nothing for %s, and %s offsets waited then', subscription, CASE WHEN age > interval '1 day' THEN 'a day'
        WHEN age > interval '1 hour' THEN 'an hour' ELSE '10 minutes' END, waiting),
    'Look at the log of the relay: a message that fails for reasons that may pass is tried again and again.'
FROM (SELECT known.subscription, clock_timestamp() - max(coalesce(last.carried_from, last.advanced_at)) AS age, sum(greatest(last.end_offset - last.next_offset, 0)) AS waiting
    FROM command_center.subscriptions AS known )sql" "CROSS JOIN LATERAL " LAST_OFFSETS_OF("known.subscription_id") R"sql( AS last
    WHERE known.status = 'active' AND last.topic = ANY (known.topics) GROUP BY known.subscription) AS standing
WHERE age > interval '10 minutes' AND waiting > 0
UNION ALL
SELECT 'warning', format('the subscription "%s" passed over %s offsets of partition %s of topic "%s", which were not in Kafka any more', substr(object, 14),
        (after ->> 'nextOffset')::bigint - (before ->> 'nextOffset')::bigint, after ->> 'partition', after ->> 'topic'),
    'Kafka deletes messages by the retention of their topic, applied or not: give it more, and look at what the relay could not keep up with.'
FROM command_center.control_audit WHERE action = 'move_consumer_offset' AND reason LIKE 'not in kafka any more%' AND changed_at > clock_timestamp() - interval '1 day'
    AND audit_id > (lpad(to_hex((extract(epoch FROM clock_timestamp() - interval '1 day') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
ORDER BY 2)sql"},

// The owner of the tables of every extension of ours: the triggers of its catalogue act as it.
{"announce_change", R"sql(SELECT 'warning', format('the owner of the tables of "%s", "%s", may not execute command_center.announce_change(): changes of their catalogue that no function makes do not reach open sessions',
        string_agg(nspname, '", "' ORDER BY nspname), owner.rolname),
    format('GRANT USAGE ON SCHEMA command_center TO %1$I; GRANT EXECUTE ON FUNCTION command_center.announce_change(regclass) TO %1$I;', owner.rolname)
FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace JOIN pg_roles AS owner ON owner.oid = proowner
WHERE proname = 'catalogue_changed' AND prorettype = 'trigger'::regtype AND EXISTS (SELECT FROM pg_class WHERE relname = 'setup_steps' AND relnamespace = pronamespace)
    AND NOT (has_schema_privilege(owner.oid, 'command_center', 'USAGE') AND has_function_privilege(owner.oid, 'command_center.announce_change(regclass)', 'EXECUTE'))
GROUP BY owner.rolname ORDER BY 2)sql"},

{"environment", R"sql(SELECT 'error', format('the environment "%s" of the setting command_center.environment is not declared: commands that name none are refused', named.environment),
    format('SELECT command_center.set_environment(%L, is_open => true); or change the setting.', named.environment)
FROM (SELECT current_setting('command_center.environment') AS environment) AS named
WHERE NOT EXISTS (SELECT FROM command_center.environments AS known WHERE known.environment = named.environment))sql"},

{"limits", R"sql(SELECT 'error', format('features with limits on a server that has no shared memory for them: %s; their commands are refused', count(*)),
    'Set shared_preload_libraries = ''command_center'' and restart the server, or take the limits away with set_feature().'
FROM command_center.command_features
WHERE limits IS NOT NULL HAVING count(*) > 0)sql", lacks_shared_memory},

{"limits", R"sql(SELECT 'warning', 'a tenant, or this database, has its share of the table of rate limits: what it has beyond is counted together, and refused earlier',
    'Look for invented properties and roles (countedTogether in the DETAIL of KC010), limit per tenant, or raise command_center.limit_subjects and restart the server.')sql",
    counts_together},

{"held_snapshot", R"sql(SELECT 'warning', format('session %s holds a snapshot or a transaction since %s: vacuum removes nothing newer', pid, date_trunc('second', xact_start)),
    format('SELECT pg_terminate_backend(%s); and set idle_in_transaction_session_timeout.', pid)
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid()
    AND xact_start < clock_timestamp() - interval '15 minutes'
UNION ALL
SELECT 'warning', format('replication slot "%s" holds back vacuum by %s transactions', slot_name, greatest(age(xmin), age(catalog_xmin))),
    'Find its consumer, or pg_drop_replication_slot().'
FROM pg_replication_slots WHERE greatest(age(xmin), age(catalog_xmin)) > 1000000)sql"},

{"prepared_transactions", R"sql(SELECT 'warning', format('transaction "%s" is prepared since %s: it keeps its locks and holds back vacuum', gid, date_trunc('second', prepared)),
    format('COMMIT PREPARED %1$L or ROLLBACK PREPARED %1$L.', gid)
FROM pg_prepared_xacts WHERE database = current_database() AND prepared < clock_timestamp() - interval '5 minutes' ORDER BY gid)sql"},

{"distributed_policies", R"sql(WITH every AS (SELECT polroles[1] AS role, pg_get_userbyid(polroles[1]) AS name FROM pg_policy
    WHERE polrelid = to_regclass('command_center.command_dispatches') AND polname = 'command_dispatches_for_every_tenant')
SELECT 'warning', format('role "%s" sees every tenant by its level or binding, but is not a member of "%s", which it must be on a cluster', outsider.role, every.name),
    format('GRANT %I TO %I;', every.name, outsider.role)
FROM every, (SELECT role, role_identity FROM command_center.access_grants WHERE level IN ('operator', 'admin')
    UNION SELECT role, role_identity FROM command_center.tenant_roles WHERE tenant_id IS NULL) AS outsider
    JOIN pg_roles AS known ON known.rolname = outsider.role AND )sql" IS_OF_KNOWN("outsider") R"sql(
WHERE NOT known.rolsuper AND NOT pg_has_role(known.oid, every.role, 'USAGE')
UNION ALL
SELECT 'warning', format('%s has the policy of a local table, others have those of a cluster', polrelid::regclass), format('SELECT command_center.use_distributed_policies(%L);', every.name)
FROM every, pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = 'command_center'::regnamespace AND polqual::text LIKE '%{SUBLINK%'
UNION ALL
-- What setup() made is compared where no table is of a cluster; here with the counterparts.
SELECT 'error', format('policy "%s" of %s has another condition', pg_policy.polname, pg_policy.polrelid::regclass), 'SELECT command_center.use_local_policies(); then see doctor(), and use_distributed_policies() again.'
FROM pg_policy JOIN pg_class AS policed ON policed.oid = pg_policy.polrelid
WHERE EXISTS (SELECT FROM pg_policy AS shared WHERE shared.polrelid = policed.oid AND shared.polname LIKE '%\_for\_every\_tenant')
    AND EXISTS (SELECT FROM pg_class AS steps WHERE steps.relname = 'setup_steps' AND steps.relnamespace = policed.relnamespace) AND pg_policy.polqual::text NOT LIKE '%{SUBLINK%'
    AND NOT EXISTS (SELECT FROM command_center.policy_forms() AS form JOIN pg_policy AS own ON own.polrelid = policed.oid
            AND own.polname NOT LIKE '%\_for\_every\_tenant' AND pg_get_expr(own.polqual, own.polrelid) = form.distributed
        WHERE pg_get_expr(pg_policy.polqual, policed.oid) = CASE WHEN pg_policy.polname LIKE '%\_for\_every\_tenant' THEN form.shared ELSE form.distributed END)
ORDER BY 2)sql"},

{"roles", R"sql(WITH given AS (
    SELECT role, role_identity, format('level %s', level) AS what, format('command_center.revoke_access(%L, %L)', role, level) AS taken FROM command_center.access_grants
    UNION ALL
    SELECT role, role_identity, coalesce('right to act for tenant ' || tenant_id, 'right to act for every tenant'), format('command_center.unbind_role(%L, %s)', role, coalesce(quote_literal(tenant_id), 'NULL'))
    FROM command_center.tenant_roles
), judged AS (
    SELECT given.*, known.oid AS known, meant.rolname AS meant, split_part(role_identity, '.', 1) = )sql" THIS_CLUSTER R"sql( AS is_local
    FROM given LEFT JOIN pg_roles AS known ON known.rolname = given.role
    LEFT JOIN pg_roles AS meant ON )sql" THIS_CLUSTER R"sql( || '.' || meant.oid = given.role_identity)
SELECT 'warning', CASE WHEN is_local AND known IS NOT NULL THEN format('role "%s" has not the %s that its name has: that was another role, which was dropped', role, what)
        ELSE format('role "%s", which has the %s, does not exist', role, what) END,
    format('SELECT %s; unless you create it again and give it that again.', taken)
FROM judged WHERE CASE WHEN is_local THEN meant IS NULL ELSE known IS NULL END
UNION ALL
SELECT 'info', format('role "%s", which has the %s, is called "%s" now', role, what, meant), 'SELECT command_center.maintain(); it writes the name down.'
FROM judged WHERE is_local AND meant <> role
UNION ALL
SELECT 'warning', format('role "%s" lacks rights of its level %s', granted.role, granted.level), format('SELECT command_center.grant_access(%L, %L);', granted.role, granted.level)
FROM command_center.access_grants AS granted JOIN pg_roles AS known ON known.rolname = granted.role AND )sql" IS_OF_KNOWN("granted") R"sql(
WHERE EXISTS (SELECT FROM command_center.access_levels() AS part JOIN pg_proc AS function ON function.proname = part.object
    WHERE part.level = granted.level AND part.kind = 'function' AND function.pronamespace = 'command_center'::regnamespace
    AND NOT has_function_privilege(known.oid, function.oid, 'EXECUTE'))
ORDER BY 2 LIMIT 100)sql"},

{"position_sequence", R"sql(SELECT 'error', format('sequence "command_center.outbox_position" does not count one by one (cache %s, increment %s%s): nothing is published', seqcache, seqincrement,
        CASE WHEN seqcycle THEN ', cycle' ELSE '' END),
    'ALTER SEQUENCE command_center.outbox_position CACHE 1 INCREMENT 1 NO CYCLE;'
FROM pg_sequence WHERE seqrelid = to_regclass('command_center.outbox_position') AND (seqcache <> 1 OR seqincrement < 1 OR seqcycle)
UNION ALL
SELECT 'error', format('sequence "command_center.outbox_position" ends at %s', seqmax), 'ALTER SEQUENCE command_center.outbox_position AS bigint NO MAXVALUE;'
FROM pg_sequence WHERE seqrelid = to_regclass('command_center.outbox_position') AND seqmax < 9223372036854775807
UNION ALL
SELECT 'error', format('sequence "command_center.outbox_position" was set back to %s, before position %s: messages of one key may be published out of order', stands.last_value, used),
    format('SELECT setval(''command_center.outbox_position'', %s);', used)
FROM command_center.outbox_position AS stands, (SELECT max("position") AS used FROM command_center.transactional_outbox) AS outbox
WHERE stands.last_value < used)sql"},

{"row_types", R"sql(SELECT 'error', format('type command_center.%s was altered: what takes or answers it is refused', known.name),
    'Give it back its attributes and their types; where one was dropped: DROP EXTENSION command_center, CREATE EXTENSION command_center, which keeps the tables.'
FROM (VALUES ('acceptance', 'text,uuid,text,text,text,text,boolean,jsonb'),
    ('accepted_command', 'uuid,text,integer,text,uuid,uuid,text,jsonb,text,text,text,text,timestamp with time zone,jsonb'),
    ('command_outcome', 'integer,text,uuid,text,text,text,text,boolean,jsonb,text,text,text,text'),
    ('command_request', 'text,jsonb,uuid,jsonb,text,text,uuid,text,text'),
    ('consumer_position', 'text,integer,bigint,integer,bigint'), ('feature_version', 'uuid,integer'),
    ('kafka_message', 'text,integer,bigint,timestamp with time zone,text,text,jsonb,bytea,bytea,jsonb'), ('finding', 'text,text,text,text'), ('route_version', 'uuid,integer')) AS known (name, columns)
WHERE known.columns IS DISTINCT FROM (SELECT string_agg(CASE WHEN attisdropped THEN 'dropped' ELSE format_type(atttypid, NULL) END, ',' ORDER BY attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relname = known.name AND relnamespace = 'command_center'::regnamespace AND relkind = 'c' AND attnum > 0)
ORDER BY known.name)sql"},

{"bloat", R"sql(SELECT 'warning', format('%s has %s dead rows', format('%I.%I', schemaname, relname), n_dead_tup),
    'Look for held snapshots and prepared transactions, then VACUUM it; check that autovacuum runs.'
FROM pg_stat_all_tables
WHERE (schemaname = 'command_center' OR schemaname = 'pg_catalog') AND n_dead_tup > 10000 ORDER BY n_dead_tup DESC, 2)sql"},

{"wraparound", R"sql(SELECT 'error', format('the oldest transaction of the database is %s transactions old', age(datfrozenxid)), 'VACUUM; and look for what holds it back.'
FROM pg_database WHERE datname = current_database() AND age(datfrozenxid) > 1000000000)sql"},

{"settings", R"sql(SELECT 'info', 'shared_preload_libraries does not name command_center: no rate limits', 'Add it and restart, where they are wanted.')sql",
    lacks_shared_memory},

{"settings", R"sql(SELECT severity, format('%s = %s: %s', setting.name, setting.setting, meaning),
    concat_ws(' ', remedy, CASE WHEN setting.name LIKE '%\_retention' AND NOT has_parameter_privilege(setting.name, 'SET')
        THEN format('A superuser lets the owner of the tables do so: GRANT SET ON PARAMETER %s TO %I;', setting.name, current_user) END)
FROM (VALUES
    ('error', 'fsync', 'off', 'a crash of the machine can destroy the database', 'Set it to on.'),
    ('error', 'full_page_writes', 'off', 'a crash of the machine can destroy the database', 'Set it to on unless the file system writes pages as a whole.'),
    ('warning', 'autovacuum', 'off', 'nothing is vacuumed', 'Set it to on.'),
    ('error', 'command_center.enabled', 'off', 'every command is refused', 'Set it to on.'),
    ('info', 'synchronous_commit', 'off', 'an accepted command may be lost in a crash; what is published never is', 'Set it to on unless that is meant.'),
    ('info', 'command_center.outbox_retention', '-1', 'the outbox grows for ever', 'Set it to a number of days.'),
    ('info', 'command_center.dispatch_retention', '-1', 'dispatches are kept for ever', 'Set it to a number of days.')
) AS bad (severity, name, value, meaning, remedy) JOIN pg_settings AS setting ON setting.name = bad.name AND setting.setting = bad.value
UNION ALL
SELECT 'error', format('command_center.enabled is off for %s: its commands are refused', concat_ws(' in ', CASE WHEN setrole <> 0 THEN format('role "%s"', pg_get_userbyid(setrole)) END,
        CASE WHEN setdatabase <> 0 THEN 'this database' WHEN setrole = 0 THEN 'every session' END)),
    format('ALTER %s RESET command_center.enabled;', CASE WHEN setrole = 0 THEN format('DATABASE %I', current_database())
        ELSE format('ROLE %I', pg_get_userbyid(setrole)) || CASE WHEN setdatabase <> 0 THEN format(' IN DATABASE %I', current_database()) ELSE '' END END)
FROM pg_db_role_setting, unnest(setconfig) AS setting
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) AND setting ~* '^command_center\.enabled=(off?|f(a(l(se?)?)?)?|no?|0)$'
UNION ALL
SELECT 'warning', format('max_locks_per_transaction = %s, and one batch locks %s partitions and their indexes', setting, leaves),
    format('Set it to %s or more.', (leaves * 4 / 64 + 1) * 64)
FROM pg_settings, (SELECT count(*) AS leaves FROM pg_inherits WHERE inhparent = to_regclass('command_center.transactional_outbox')) AS outbox
WHERE pg_settings.name = 'max_locks_per_transaction' AND leaves * 4 > setting::bigint * 10
UNION ALL
SELECT 'info', format('max_locks_per_transaction = %s, and list_dispatches() without received_from locks %s partitions and their indexes', setting, leaves),
    'Give it a range of time, or raise the setting where many call it at once.'
FROM pg_settings, (SELECT count(*) AS leaves FROM pg_inherits WHERE inhparent IN (to_regclass('command_center.transactional_outbox'),
    to_regclass('command_center.command_dispatches'), to_regclass('command_center.dispatch_events'))) AS listed
WHERE pg_settings.name = 'max_locks_per_transaction' AND leaves * 4 > setting::bigint * 10
ORDER BY 2)sql"}};
// clang-format on

}  // namespace

server::Checks doctor_checks() noexcept {
  return {kChecks, static_cast<int>(sizeof(kChecks) / sizeof(kChecks[0]))};
}

}  // namespace command_center::extension
