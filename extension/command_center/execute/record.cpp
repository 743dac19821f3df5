// Inserts a dispatch and its messages. The transaction has its id before the position is drawn, and an
// ordered key is locked before that: the cursor finds new rows above a known position, and the order of
// positions within a key is the order of commits.
#include "extension/command_center/execute/record.hpp"

#include "extension/command_center/arguments.hpp"
#include "extension/command_center/spi.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement insert_dispatch = {
    "INSERT INTO command_center.command_dispatches"
    " (tenant_id, command_id, command_name, template_version, mode, target_service, also_targets, route_id, "
    "route_version,"
    " property_id, environment, role, sticky_key, correlation_id, initiator, payload_sha256, received_at, "
    "transaction_id,"
    " \"position\")"
    " VALUES ($1, $2, $3, $4, 'execute', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    18,
    {UUIDOID, UUIDOID, TEXTOID, INT4OID, TEXTOID, TEXTARRAYOID, UUIDOID, INT4OID, UUIDOID, TEXTOID, TEXTOID,
     TEXTOID, TEXTOID, JSONBOID, BYTEAOID, TIMESTAMPTZOID, XID8OID, INT8OID}};

Statement insert_message = {
    "INSERT INTO command_center.transactional_outbox"
    " (\"position\", transaction_id, tenant_id, message_id, command_id, topic, partition_key, headers, value)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    9,
    {INT8OID, XID8OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONOID, TEXTOID}};

// The server's message for a day without a partition names no remedy; this adds it.
void hint_at_maintain(void* /*argument*/) {
  if (geterrcode() == ERRCODE_CHECK_VIOLATION) {
    errhint("Call command_center.maintain(): it makes the partitions of the coming days.");
  }
}

// Messages of one key stay in the order of their commits: the key is locked until then. The lock table is
// small, but one command has one key.
void lock_key(const identifiers::Uuid& tenant_id, std::string_view partition_key) {
  const auto seed =
      DatumGetUInt64(hash_any_extended(tenant_id.bytes.data(), static_cast<int>(tenant_id.bytes.size()), 0));
  const std::uint64_t key =
      DatumGetUInt64(hash_any_extended(reinterpret_cast<const unsigned char*>(partition_key.data()),
                                       static_cast<int>(partition_key.size()), seed));
  (void)DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum(static_cast<std::int64_t>(key)));
}

Datum also_targets(const Acceptance& acceptance) {
  const int count = acceptance.message_count - 1;
  auto* targets = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) {
    const std::string_view target = acceptance.messages[i + 1].target;
    targets[i] = PointerGetDatum(cstring_to_text_with_len(target.data(), static_cast<int>(target.size())));
  }
  return PointerGetDatum(construct_array(targets, count, TEXTOID, -1, false, TYPALIGN_INT));
}

// Of the text form, so that sha256(payload::text::bytea) gives the same anywhere.
Datum payload_sha256(std::string_view payload_text) {
  const text* bytes = cstring_to_text_with_len(payload_text.data(), static_cast<int>(payload_text.size()));
  return DirectFunctionCall1(sha256_bytea, PointerGetDatum(bytes));
}

void add_dispatch(const Acceptance& acceptance, Datum transaction_id, std::int64_t position) {
  const Request& request = *acceptance.request;
  Parameters row;
  row.add(uuid_datum(request.tenant_id));
  row.add(uuid_datum(acceptance.command_id));
  row.add_text(request.command_name);
  row.add_int(acceptance.template_version);
  row.add_text(acceptance.messages[0].target);
  if (acceptance.message_count > 1) {
    row.add(also_targets(acceptance));
  } else {
    row.add_null();
  }
  if (acceptance.has_route) {
    row.add(uuid_datum(acceptance.route_id));
    row.add_int(acceptance.route_version);
  } else {
    row.add_null();
    row.add_null();
  }
  if (request.has_property) {
    row.add(uuid_datum(request.property_id));
  } else {
    row.add_null();
  }
  row.add_text(request.environment);
  row.add_text_or_null(request.role);
  row.add_text(acceptance.sticky_key);
  row.add_text(acceptance.correlation_id);
  if (request.has_initiator) {
    row.add(request.initiator);
  } else {
    row.add_null();
  }
  row.add(payload_sha256(acceptance.payload_text));
  row.add(TimestampTzGetDatum(acceptance.received_at));
  row.add(transaction_id);
  row.add_bigint(position);
  (void)run(insert_dispatch, row);
}

void add_message(const Acceptance& acceptance, const OutboxMessage& message, Datum transaction_id,
                 std::int64_t position) {
  Parameters row;
  row.add_bigint(position);
  row.add(transaction_id);
  row.add(uuid_datum(acceptance.request->tenant_id));
  row.add(uuid_datum(message.message_id));
  row.add(uuid_datum(acceptance.command_id));
  row.add(message.topic);
  row.add_text(acceptance.partition_key);
  row.add(message.headers);
  row.add(message.value);
  (void)run(insert_message, row);
}

}  // namespace

void record(const Acceptance& acceptance) {
  const OwnerSession session = open_session();
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain, nullptr};
  error_context_stack = &hint;

  if (acceptance.ordered) lock_key(acceptance.request->tenant_id, acceptance.partition_key);
  const Datum transaction_id = FullTransactionIdGetDatum(GetTopFullTransactionId());
  const std::int64_t position = nextval_internal(installed_relation("outbox_position"), false);
  add_dispatch(acceptance, transaction_id, position);
  for (int i = 0; i < acceptance.message_count; ++i) {
    add_message(acceptance, acceptance.messages[i], transaction_id, position);
  }

  error_context_stack = hint.previous;
  close_session(session);
}

}  // namespace command_center::extension
