// Describes what is sent to Kafka as an AsyncAPI 3.0 document; one statement makes it, in jsonb's order.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// The schema of a payload stands in that of a value: an $id of its own keeps its references to itself right.
// clang-format off
Statement describe = {kInstallation, R"sql(
WITH RECURSIVE picked (command_name, service_id) AS (
    SELECT command_name, default_target FROM command_center.command_templates WHERE status = 'active' AND default_target IS NOT NULL
    UNION
    SELECT route.command_name, target.service_id FROM command_center.command_routes AS route CROSS JOIN LATERAL (
        SELECT jsonb_path_query(route.policy, 'lax $.targets[*].serviceId') #>> '{}'
        UNION SELECT jsonb_path_query(route.policy, 'lax $.also[*]') #>> '{}'
        UNION SELECT route.policy ->> 'fallback') AS target (service_id)
    WHERE route.status = 'active' AND target.service_id IS NOT NULL
), sent (topic, message) AS (
    SELECT topic, 'command.' || command_name FROM command_center.command_templates WHERE status = 'active' AND topic IS NOT NULL
    UNION
    SELECT coalesce(service.topic, 'commands.primary'), 'command.' || template.command_name
    FROM command_center.command_templates AS template JOIN picked USING (command_name) JOIN command_center.services AS service USING (service_id)
    WHERE template.status = 'active' AND template.topic IS NULL AND service.handler IS NULL
    UNION
    SELECT 'commands.primary', 'command.' || command_name FROM command_center.command_templates AS template
    WHERE status = 'active' AND topic IS NULL AND NOT EXISTS (SELECT FROM picked WHERE picked.command_name = template.command_name)
    UNION
    SELECT topic, 'event.' || event_type || '.v' || version FROM command_center.event_types WHERE status = 'active'
), message (id, name, description, headers, value, is_raw) AS (
    SELECT 'command.' || command_name, command_name, description,
        '{"x-command-target": {"type": "string"}, "x-command-name": {"type": "string"}, "x-command-id": {"type": "string", "format": "uuid"},
          "x-command-mode": {"enum": ["execute", "observe"]}, "x-command-replay": {"type": "string", "format": "uuid"}}'::jsonb,
        jsonb_build_object('metadata', '{"type": "object", "required": ["id", "commandName", "version", "issuedAt", "tenantId", "routing", "correlationId", "mode"],
            "properties": {"id": {"type": "string", "format": "uuid"}, "commandName": {"type": "string"}, "version": {"type": "string"},
                "issuedAt": {"type": "string", "format": "date-time"}, "tenantId": {"type": "string", "format": "uuid"}, "initiator": {},
                "routing": {"type": "object", "required": ["targetService", "alternateTargets"], "properties": {"targetService": {"type": "string"},
                    "alternateTargets": {"type": "array", "items": {"type": "string"}}, "policyId": {"type": "string", "format": "uuid"}}},
                "correlationId": {"type": "string"}, "mode": {"enum": ["execute", "observe"]}}}'::jsonb,
            'payload', CASE jsonb_typeof(payload_schema) WHEN 'object' THEN
                jsonb_build_object('$id', format('urn:command-center:command:%s:%s', command_name, version))
                || CASE WHEN examples ? 'valid' THEN jsonb_build_object('examples', examples -> 'valid') ELSE '{}' END || payload_schema
                ELSE payload_schema END), false
    FROM command_center.command_templates WHERE status = 'active'
    UNION ALL
    SELECT format('event.%s.v%s', event.event_type, event.version), event.event_type, event.description,
        '{"ce_eventversion": {"type": "string"}}',
        jsonb_build_object('metadata', '{"type": "object", "required": ["id", "eventType", "version", "source", "issuedAt", "timestamp", "tenantId", "correlationId"],
            "properties": {"id": {"type": "string", "format": "uuid"}, "eventType": {"type": "string"}, "version": {"type": "string"},
                "source": {"type": "string"}, "issuedAt": {"type": "string", "format": "date-time"}, "timestamp": {"type": "string", "format": "date-time"},
                "tenantId": {"type": "string", "format": "uuid"}, "correlationId": {"type": "string"}}}'::jsonb,
            'payload', CASE jsonb_typeof(event.schema) WHEN 'object' THEN
                jsonb_build_object('$id', format('urn:command-center:event:%s:%s', event.event_type, event.version))
                || CASE WHEN event.examples ? 'valid' THEN jsonb_build_object('examples', event.examples -> 'valid') ELSE '{}' END || event.schema
                ELSE coalesce(event.schema, 'true') END), coalesce(topic.envelope = 'raw', false)
    FROM command_center.event_types AS event LEFT JOIN command_center.topics AS topic USING (topic) WHERE event.status = 'active'
), needed (id, uri) AS (
    SELECT message.id, shared.uri FROM message JOIN command_center.shared_schemas AS shared ON position(shared.uri IN message.value::text) > 0
    UNION
    SELECT needed.id, shared.uri FROM needed JOIN command_center.shared_schemas AS referring USING (uri)
        JOIN command_center.shared_schemas AS shared ON position(shared.uri IN referring.content::text) > 0
), channel (topic, definition) AS (
    SELECT used.topic, jsonb_build_object('address', used.topic,
            'messages', (SELECT coalesce(jsonb_object_agg(sent.message, jsonb_build_object('$ref', '#/components/messages/' || sent.message)), '{}')
                FROM sent WHERE sent.topic = used.topic))
        || CASE WHEN declared.topic IS NULL THEN '{}' ELSE jsonb_build_object('bindings', jsonb_build_object('kafka', jsonb_build_object(
                'topic', used.topic, 'partitions', declared.partitions, 'bindingVersion', '0.5.0',
                'topicConfiguration', jsonb_build_object('cleanup.policy', to_jsonb(string_to_array(declared.cleanup, ',')),
                    'max.message.bytes', declared.max_message_bytes)))) END
    FROM (SELECT topic FROM sent UNION SELECT topic FROM command_center.topics) AS used LEFT JOIN command_center.topics AS declared USING (topic)
)
SELECT jsonb_build_object(
    'asyncapi', '3.0.0',
    'info', jsonb_build_object('title', 'Command Center', 'version', (SELECT extversion FROM pg_extension WHERE extname = 'command_center'),
        'description', 'What the Command Center of this database sends to Kafka: commands, each to the services that it names, and events of services.'),
    'defaultContentType', 'application/json',
    'channels', coalesce((SELECT jsonb_object_agg(topic, definition) FROM channel), '{}'),
    'operations', coalesce((SELECT jsonb_object_agg('send.' || topic, jsonb_build_object('action', 'send', 'channel', jsonb_build_object('$ref', '#/channels/' || topic)))
        FROM channel), '{}'),
    'components', jsonb_build_object('messages', coalesce((SELECT jsonb_object_agg(id, jsonb_strip_nulls(jsonb_build_object('name', name, 'description', description))
        || jsonb_build_object('contentType', 'application/json',
            'correlationId', '{"location": "$message.header#/x-correlation-id"}'::jsonb,
            'bindings', '{"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}}'::jsonb,
            'headers', jsonb_build_object('type', 'object', 'properties', headers || '{"x-tenant-id": {"type": "string", "format": "uuid"},
                "x-correlation-id": {"type": "string"}, "traceparent": {"type": "string"}, "tracestate": {"type": "string"}, "ce_specversion": {"const": "1.0"},
                "ce_id": {"type": "string", "format": "uuid"}, "ce_source": {"type": "string"}, "ce_time": {"type": "string", "format": "date-time"},
                "ce_subject": {"type": "string"}, "content-type": {"const": "application/json"}}'::jsonb || jsonb_build_object('ce_type', jsonb_build_object('const', name))),
            'payload', jsonb_build_object('schemaFormat', 'application/schema+json;version=2020-12', 'schema',
                CASE WHEN is_raw AND jsonb_typeof(value -> 'payload') <> 'object' THEN value -> 'payload' ELSE
                CASE WHEN is_raw THEN value -> 'payload' ELSE jsonb_build_object('type', 'object', 'required', '["metadata", "payload"]'::jsonb, 'properties', value) END
                || coalesce((SELECT jsonb_build_object('$defs', coalesce(CASE WHEN is_raw THEN value #> '{payload,$defs}' END, '{}')
                        || jsonb_object_agg(shared.uri, jsonb_build_object('$id', shared.uri) || shared.content))
                    FROM needed JOIN command_center.shared_schemas AS shared USING (uri) WHERE needed.id = message.id AND jsonb_typeof(shared.content) = 'object' HAVING count(*) > 0), '{}') END)))
        FROM message), '{}')))
)sql",
                      0,
                      {}};
// clang-format on

Datum asyncapi(FunctionCallInfo /*fcinfo*/) {
  (void)installed_relation(kInstallation, "event_types");
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  (void)read(describe, Parameters());
  MemoryContext session_memory = MemoryContextSwitchTo(memory);
  const Datum document = datumCopy(value(0, 0, JSONBOID), false, -1);
  MemoryContextSwitchTo(session_memory);
  close_session(session);
  return document;
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_asyncapi);
}

Datum command_center_asyncapi(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::asyncapi(fcinfo); });
}
