// Columns, partition column and primary key of the tables that statements alone read and write.
#include "extension/command_center/catalogue_tables.hpp"

#include <iterator>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr ShapeColumn kAccessGrantsColumns[] = {
    {"role", TEXTOID}, {"level", TEXTOID}, {"granted_at", TIMESTAMPTZOID}, {"role_identity", TEXTOID}};

constexpr ShapeColumn kCommandFeaturesColumns[] = {{"feature_id", UUIDOID},  {"command_name", TEXTOID},
                                                   {"tenant_id", UUIDOID},   {"property_id", UUIDOID},
                                                   {"environment", TEXTOID}, {"role", TEXTOID},
                                                   {"status", TEXTOID},      {"limits", JSONBOID},
                                                   {"version", INT4OID},     {"changed_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kCommandRoutesColumns[] = {
    {"route_id", UUIDOID},    {"command_name", TEXTOID}, {"tenant_id", UUIDOID},
    {"property_id", UUIDOID}, {"environment", TEXTOID},  {"policy", JSONBOID},
    {"status", TEXTOID},      {"version", INT4OID},      {"changed_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kCommandTemplatesColumns[] = {{"command_name", TEXTOID},
                                                    {"version", INT4OID},
                                                    {"status", TEXTOID},
                                                    {"payload_schema", JSONBOID},
                                                    {"description", TEXTOID},
                                                    {"default_target", TEXTOID},
                                                    {"topic", TEXTOID},
                                                    {"required_modules", TEXTARRAYOID},
                                                    {"required_roles", TEXTARRAYOID},
                                                    {"availability", TEXTOID},
                                                    {"partition_key", TEXTOID},
                                                    {"ordered", BOOLOID},
                                                    {"sla", INTERVALOID},
                                                    {"examples", JSONBOID},
                                                    {"registered_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kControlAuditColumns[] = {{"audit_id", UUIDOID},     {"changed_at", TIMESTAMPTZOID},
                                                {"session_role", TEXTOID}, {"role", TEXTOID},
                                                {"actor", TEXTOID},        {"action", TEXTOID},
                                                {"object", TEXTOID},       {"before", JSONBOID},
                                                {"after", JSONBOID},       {"reason", TEXTOID}};

constexpr ShapeColumn kConsumerOffsetsColumns[] = {{"subscription_id", UUIDOID},
                                                   {"topic", TEXTOID},
                                                   {"partition", INT4OID},
                                                   {"advanced_at", TIMESTAMPTZOID},
                                                   {"next_offset", INT8OID},
                                                   {"end_offset", INT8OID},
                                                   {"message_timestamp", TIMESTAMPTZOID},
                                                   {"carried_from", TIMESTAMPTZOID}};

constexpr ShapeColumn kDeadLetterEventsColumns[] = {{"dead_letter_id", UUIDOID},
                                                    {"at", TIMESTAMPTZOID},
                                                    {"kind", TEXTOID},
                                                    {"who", TEXTOID},
                                                    {"why", TEXTOID},
                                                    {"sqlstate", TEXTOID},
                                                    {"error", TEXTOID}};

constexpr ShapeColumn kDeadLettersColumns[] = {{"dead_letter_id", UUIDOID},
                                               {"subscription", TEXTOID},
                                               {"failed_at", TIMESTAMPTZOID},
                                               {"topic", TEXTOID},
                                               {"partition", INT4OID},
                                               {"offset", INT8OID},
                                               {"message_timestamp", TIMESTAMPTZOID},
                                               {"key", BYTEAOID},
                                               {"value", BYTEAOID},
                                               {"headers", JSONBOID},
                                               {"attempts", INT4OID},
                                               {"sqlstate", TEXTOID},
                                               {"error", TEXTOID},
                                               {"detail", TEXTOID}};

constexpr ShapeColumn kEnvironmentsColumns[] = {
    {"environment", TEXTOID}, {"is_open", BOOLOID}, {"declared_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kEventTypesColumns[] = {
    {"event_type", TEXTOID},  {"version", INT4OID},   {"status", TEXTOID},
    {"topic", TEXTOID},       {"schema", JSONBOID},   {"ordered", BOOLOID},
    {"description", TEXTOID}, {"examples", JSONBOID}, {"registered_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kInstallationColumns[] = {
    {"database_uuid", UUIDOID}, {"installed_at", TIMESTAMPTZOID}, {"undeclared_topics", TEXTOID}};

constexpr ShapeColumn kLockSecretColumns[] = {{"secret", UUIDOID}};

constexpr ShapeColumn kKeyHoldsColumns[] = {{"publisher", TEXTOID},
                                            {"topic", TEXTOID},
                                            {"tenant_id", UUIDOID},
                                            {"partition_key", TEXTOID},
                                            {"since", TIMESTAMPTZOID}};

constexpr ShapeColumn kParkedMessagesColumns[] = {
    {"publisher", TEXTOID},  {"batch_id", INT8OID}, {"parked_at", TIMESTAMPTZOID}, {"reason", TEXTOID},
    {"detail", TEXTOID},     {"position", INT8OID}, {"message_id", UUIDOID},       {"tenant_id", UUIDOID},
    {"command_id", UUIDOID}, {"topic", TEXTOID},    {"partition_key", TEXTOID},    {"headers", JSONOID},
    {"value", TEXTOID},      {"ordered", BOOLOID}};

constexpr ShapeColumn kParkedOutcomesColumns[] = {
    {"position", INT8OID},  {"message_id", UUIDOID},   {"tenant_id", UUIDOID},         {"outcome", TEXTOID},
    {"at", TIMESTAMPTZOID}, {"new_position", INT8OID}, {"new_transaction_id", XID8OID}};

constexpr ShapeColumn kPublicationFormatsColumns[] = {
    {"publisher", TEXTOID}, {"format", INT4OID}, {"since", TIMESTAMPTZOID}};

constexpr ShapeColumn kPublisherLeasesColumns[] = {{"publisher", TEXTOID},
                                                   {"claimed_at", TIMESTAMPTZOID},
                                                   {"term", INT8OID},
                                                   {"holder", TEXTOID},
                                                   {"expires_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kPublisherShardsColumns[] = {
    {"publisher", TEXTOID},      {"family", TEXTOID},
    {"generation", INT8OID},     {"shard", INT8OID},
    {"shards", INT8OID},         {"begins_at", PG_SNAPSHOTOID},
    {"ends_at", PG_SNAPSHOTOID}, {"transaction_bound", XID8OID},
    {"position_bound", INT8OID}};

constexpr ShapeColumn kPublishersColumns[] = {{"publisher", TEXTOID}, {"identity", TEXTOID}};

constexpr ShapeColumn kServicesColumns[] = {{"service_id", TEXTOID}, {"owner", TEXTOID},
                                            {"status", TEXTOID},     {"topic", TEXTOID},
                                            {"handler", TEXTOID},    {"changed_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kSetupStepsColumns[] = {
    {"step", INT4OID}, {"name", TEXTOID}, {"done_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kSharedSchemasColumns[] = {
    {"uri", TEXTOID}, {"content", JSONBOID}, {"registered_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kSubscriptionsColumns[] = {{"subscription", TEXTOID},   {"subscription_id", UUIDOID},
                                                 {"version", INT4OID},        {"status", TEXTOID},
                                                 {"topics", TEXTARRAYOID},    {"handler", TEXTOID},
                                                 {"filter", JSONBOID},        {"schema_check", TEXTOID},
                                                 {"max_attempts", INT4OID},   {"dead_letter_topic", TEXTOID},
                                                 {"start_at", TEXTOID},       {"consumer_group", TEXTOID},
                                                 {"group_suffix", TEXTOID},   {"batch_messages", INT4OID},
                                                 {"batch_wait", INTERVALOID}, {"changed_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kTenantRolesColumns[] = {
    {"tenant_id", UUIDOID}, {"role", TEXTOID}, {"bound_at", TIMESTAMPTZOID}, {"role_identity", TEXTOID}};

constexpr ShapeColumn kTopicHoldsColumns[] = {
    {"publisher", TEXTOID}, {"topic", TEXTOID}, {"since", TIMESTAMPTZOID}, {"detail", TEXTOID}};

constexpr ShapeColumn kTopicsColumns[] = {{"topic", TEXTOID},
                                          {"kind", TEXTOID},
                                          {"version", INT4OID},
                                          {"partitions", INT4OID},
                                          {"cleanup", TEXTOID},
                                          {"max_message_bytes", INT4OID},
                                          {"envelope", TEXTOID},
                                          {"key_required", BOOLOID},
                                          {"owner", TEXTOID},
                                          {"owner_id", OIDOID},
                                          {"changed_at", TIMESTAMPTZOID}};

template <std::size_t count>
constexpr TableShape shape(const char* name, const ShapeColumn (&columns)[count], int key_count,
                           int first = 0, int second = 1, int partition_column = -1) {
  return {kInstallation,    name,      Ground::kStatements, columns, static_cast<int>(count),
          partition_column, key_count, {first, second}};
}

const TableShape kTables[] = {shape("access_grants", kAccessGrantsColumns, 2),
                              shape("command_features", kCommandFeaturesColumns, 1),
                              shape("command_routes", kCommandRoutesColumns, 1),
                              shape("command_templates", kCommandTemplatesColumns, 2),
                              {kInstallation,
                               "consumer_offsets",
                               Ground::kStatements,
                               kConsumerOffsetsColumns,
                               static_cast<int>(std::size(kConsumerOffsetsColumns)),
                               3,
                               4,
                               {0, 1, 2, 3}},
                              shape("control_audit", kControlAuditColumns, 1, 0, 1, 0),
                              shape("dead_letter_events", kDeadLetterEventsColumns, 2, 0, 1, 0),
                              shape("dead_letters", kDeadLettersColumns, 1, 0, 1, 0),
                              shape("environments", kEnvironmentsColumns, 1),
                              shape("event_types", kEventTypesColumns, 2),
                              shape("installation", kInstallationColumns, 1),
                              shape("key_holds", kKeyHoldsColumns, 0),
                              shape("lock_secret", kLockSecretColumns, 1),
                              shape("parked_messages", kParkedMessagesColumns, 0, 0, 1, 2),
                              shape("parked_outcomes", kParkedOutcomesColumns, 0, 0, 1, 4),
                              shape("publication_formats", kPublicationFormatsColumns, 2),
                              shape("publisher_leases", kPublisherLeasesColumns, 2, 0, 1, 1),
                              shape("publisher_shards", kPublisherShardsColumns, 1),
                              shape("publishers", kPublishersColumns, 1),
                              shape("services", kServicesColumns, 1),
                              shape("setup_steps", kSetupStepsColumns, 1),
                              shape("shared_schemas", kSharedSchemasColumns, 1),
                              shape("subscriptions", kSubscriptionsColumns, 1),
                              shape("tenant_roles", kTenantRolesColumns, 0),
                              shape("topic_holds", kTopicHoldsColumns, 2),
                              shape("topics", kTopicsColumns, 1)};

}  // namespace

const TableShape* catalogue_tables() noexcept {
  return kTables;
}

static_assert(std::size(kTables) == kCatalogueTables);

}  // namespace command_center::extension
