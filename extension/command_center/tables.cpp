// Columns in their order, the partition column and the primary key of each.
#include "extension/command_center/tables.hpp"

#include <algorithm>
#include <iterator>

#include "extension/command_center/catalogue_tables.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr ShapeColumn kDispatchColumns[] = {{"tenant_id", UUIDOID},
                                            {"command_id", UUIDOID},
                                            {"command_name", TEXTOID},
                                            {"template_version", INT4OID},
                                            {"mode", TEXTOID},
                                            {"target_service", TEXTOID},
                                            {"also_targets", TEXTARRAYOID},
                                            {"route_id", UUIDOID},
                                            {"route_version", INT4OID},
                                            {"feature_ids", UUIDARRAYOID},
                                            {"property_id", UUIDOID},
                                            {"environment", TEXTOID},
                                            {"role", TEXTOID},
                                            {"sticky_key", TEXTOID},
                                            {"correlation_id", TEXTOID},
                                            {"initiator", JSONBOID},
                                            {"payload_sha256", BYTEAOID},
                                            {"result", JSONBOID},
                                            {"received_at", TIMESTAMPTZOID},
                                            {"transaction_id", XID8OID},
                                            {"position", INT8OID}};

constexpr ShapeColumn kOutboxColumns[] = {
    {"position", INT8OID},   {"transaction_id", XID8OID}, {"tenant_id", UUIDOID},     {"message_id", UUIDOID},
    {"command_id", UUIDOID}, {"topic", TEXTOID},          {"partition_key", TEXTOID}, {"headers", JSONOID},
    {"value", TEXTOID},      {"ordered", BOOLOID}};

constexpr ShapeColumn kEventColumns[] = {
    {"tenant_id", UUIDOID},  {"command_id", UUIDOID}, {"event_id", UUIDOID}, {"kind", TEXTOID},
    {"service_id", TEXTOID}, {"at", TIMESTAMPTZOID},  {"detail", JSONBOID},  {"who", TEXTOID},
    {"why", TEXTOID},        {"handler", TEXTOID}};

constexpr ShapeColumn kDeadlineColumns[] = {
    {"tenant_id", UUIDOID}, {"command_id", UUIDOID}, {"deadline", TIMESTAMPTZOID}};

constexpr ShapeColumn kKeyColumns[] = {{"tenant_id", UUIDOID},       {"command_name", TEXTOID},
                                       {"idempotency_key", TEXTOID}, {"first_used_on", DATEOID},
                                       {"use_number", INT4OID},      {"request_sha256", BYTEAOID},
                                       {"command_id", UUIDOID},      {"expires_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kBatchColumns[] = {{"publisher", TEXTOID},
                                         {"batch_id", INT8OID},
                                         {"opened_at", TIMESTAMPTZOID},
                                         {"published_through", INT8OID},
                                         {"snapshot_before", PG_SNAPSHOTOID},
                                         {"snapshot_after", PG_SNAPSHOTOID},
                                         {"transaction_bound_before", XID8OID},
                                         {"transaction_bound_after", XID8OID},
                                         {"position_bound_before", INT8OID},
                                         {"position_bound_after", INT8OID},
                                         {"slice_after", INT8OID},
                                         {"slice_through", INT8OID},
                                         {"window_complete", BOOLOID},
                                         {"messages", INT4OID},
                                         {"bytes", INT8OID}};

constexpr ShapeColumn kModuleColumns[] = {
    {"tenant_id", UUIDOID}, {"module", TEXTOID}, {"enabled_at", TIMESTAMPTZOID}};

template <std::size_t count>
constexpr int size(const ShapeColumn (&/*columns*/)[count]) {
  return static_cast<int>(count);
}

constexpr int kNotPartitioned = -1;

}  // namespace

const TableShape kCommandDispatches = {
    kInstallation, "command_dispatches", Ground::kWritten, kDispatchColumns, size(kDispatchColumns), 1, 2,
    {0, 1}};
const TableShape kTransactionalOutbox = {
    kInstallation, "transactional_outbox", Ground::kWritten, kOutboxColumns, size(kOutboxColumns), 3, 0, {}};
const TableShape kTransactionalOutboxBefore = {kInstallation,
                                               "transactional_outbox",
                                               Ground::kWritten,
                                               kOutboxColumns,
                                               size(kOutboxColumns) - 1,
                                               3,
                                               0,
                                               {}};
const TableShape kDispatchEvents = {
    kInstallation, "dispatch_events", Ground::kWritten, kEventColumns, size(kEventColumns), 1, 3, {0, 1, 2}};
const TableShape kDispatchDeadlines = {kInstallation,
                                       "dispatch_deadlines",
                                       Ground::kWritten,
                                       kDeadlineColumns,
                                       size(kDeadlineColumns),
                                       1,
                                       0,
                                       {}};
const TableShape kIdempotencyKeys = {
    kInstallation,  "idempotency_keys", Ground::kWritten, kKeyColumns, size(kKeyColumns), 3, 5,
    {0, 1, 2, 3, 4}};
const TableShape kPublicationBatches = {
    kInstallation, "publication_batches", Ground::kRead, kBatchColumns, size(kBatchColumns), 2, 3, {0, 1, 2}};
const TableShape kTenantModules = {
    kInstallation, "tenant_modules", Ground::kRead, kModuleColumns, size(kModuleColumns), kNotPartitioned, 2,
    {0, 1}};

Shapes table_shapes() noexcept {
  static constexpr const TableShape* kDirect[] = {
      &kCommandDispatches, &kTransactionalOutbox, &kDispatchEvents, &kDispatchDeadlines,
      &kIdempotencyKeys,   &kPublicationBatches,  &kTenantModules};
  static const TableShape* all[std::size(kDirect) + kCatalogueTables];
  const TableShape** end = std::copy(std::begin(kDirect), std::end(kDirect), all);
  for (int i = 0; i < kCatalogueTables; ++i) *end++ = catalogue_tables() + i;
  return {all, static_cast<int>(std::size(all))};
}

}  // namespace command_center::extension
