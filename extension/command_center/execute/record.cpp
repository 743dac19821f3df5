// Inserts dispatches and their messages, all rows of a table at once.
#include "extension/command_center/execute/record.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/tables.hpp"

#include "extension/command_center/lifecycle/deadlines.hpp"
#include "extension/command_center/lifecycle/events.hpp"
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/outbox/ordered_keys.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/sha256.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::ptrdiff_t kColumns = 21;

WrittenTable dispatches = {
    kCommandDispatches,
    {kInstallation,
     "INSERT INTO command_center.command_dispatches"
     " (tenant_id, command_id, command_name, template_version, mode, target_service, also_targets, route_id,"
     " route_version, feature_ids, property_id, environment, role, sticky_key, correlation_id, initiator,"
     " payload_sha256, result, received_at, transaction_id, \"position\")"
     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
     "$21)",
     kColumns,
     {UUIDOID, UUIDOID,  TEXTOID,      INT4OID,  TEXTOID,        TEXTOID, TEXTARRAYOID,
      UUIDOID, INT4OID,  UUIDARRAYOID, UUIDOID,  TEXTOID,        TEXTOID, TEXTOID,
      TEXTOID, JSONBOID, BYTEAOID,     JSONBOID, TIMESTAMPTZOID, XID8OID, INT8OID}}};

Datum also_targets(const Acceptance& acceptance) {
  auto* targets =
      static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(acceptance.also_count)));
  for (int i = 0; i < acceptance.also_count; ++i) targets[i] = text_datum(acceptance.also[i]);
  return PointerGetDatum(construct_array(targets, acceptance.also_count, TEXTOID, -1, false, TYPALIGN_INT));
}

// Fills the columns of one row in order.
class Row {
 public:
  Row(Datum* values, bool* nulls) : values_(values), nulls_(nulls) {}

  void add(Datum value) { put(value, false); }
  void add_if(bool present, Datum value) { put(value, !present); }

 private:
  void put(Datum value, bool null) {
    values_[column_] = value;
    nulls_[column_] = null;
    ++column_;
  }

  Datum* values_;
  bool* nulls_;
  int column_ = 0;
};

void fill(Row row, const Acceptance& acceptance, Datum transaction_id, std::int64_t position) {
  const Request& request = *acceptance.request;
  row.add(uuid_datum(request.tenant_id));
  row.add(uuid_datum(acceptance.command_id));
  row.add(text_datum(request.command_name));
  row.add(Int32GetDatum(acceptance.template_version));
  row.add(text_datum(mode_of(acceptance)));
  row.add(text_datum(acceptance.target));
  row.add_if(acceptance.also_count > 0, acceptance.also_count > 0 ? also_targets(acceptance) : Datum{0});
  row.add_if(acceptance.has_route, uuid_datum(acceptance.route_id));
  row.add_if(acceptance.has_route, Int32GetDatum(acceptance.route_version));
  row.add_if(acceptance.feature_ids != 0, acceptance.feature_ids);
  row.add_if(request.has_property, uuid_datum(request.property_id));
  row.add(text_datum(request.environment));
  row.add_if(request.role.data() != nullptr, text_datum(request.role));
  row.add(text_datum(acceptance.sticky_key));
  row.add(text_datum(acceptance.correlation_id));
  row.add_if(request.has_initiator, request.initiator);
  // Of the text form, so that sha256(payload::text::bytea) gives the same anywhere.
  row.add(sha256_datum(acceptance.payload_text));
  row.add_if(acceptance.result != 0, acceptance.result);
  row.add(TimestampTzGetDatum(acceptance.received_at));
  row.add(transaction_id);
  row.add(Int64GetDatum(position));
}

// --- what the order of steps in outbox/append.hpp asks for ---

// A command without a message has no order to keep.
void lock_ordered(Acceptance* const* acceptances, int count, int to_come) {
  auto* keys = static_cast<OrderedKey*>(palloc(sizeof(OrderedKey) * static_cast<std::size_t>(count)));
  int ordered = 0;
  for (int i = 0; i < count; ++i) {
    if (acceptances[i]->ordered && acceptances[i]->message_count > 0) {
      keys[ordered++] = {acceptances[i]->request->tenant_id, acceptances[i]->partition_key};
    }
  }
  lock_ordered_keys(keys, ordered, to_come);
}

void write_dispatches(Acceptance* const* acceptances, const std::int64_t* positions, int count,
                      Datum transaction_id) {
  const std::size_t cells = static_cast<std::size_t>(count) * kColumns;
  auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * cells));
  auto* nulls = static_cast<bool*>(palloc(sizeof(bool) * cells));
  for (int i = 0; i < count; ++i) {
    fill(Row(values + i * kColumns, nulls + i * kColumns), *acceptances[i], transaction_id, positions[i]);
  }
  write_rows(dispatches, values, nulls, count);
}

void write_messages(Acceptance* const* acceptances, const std::int64_t* positions, int count,
                    Datum transaction_id) {
  int total = 0;
  for (int i = 0; i < count; ++i) total += acceptances[i]->message_count;
  auto* messages = static_cast<NewMessage*>(palloc(sizeof(NewMessage) * static_cast<std::size_t>(total + 1)));
  int filled = 0;
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < acceptances[i]->message_count; ++j) {
      messages[filled] = acceptances[i]->messages[j];
      messages[filled].ordered = acceptances[i]->ordered;
      messages[filled++].position = positions[i];
    }
  }
  append_messages(messages, total, transaction_id);
}

// What the handler of its only target completes at once has no deadline to miss.
void write_deadlines(Acceptance* const* acceptances, int count) {
  auto* deadlines =
      static_cast<DispatchDeadline*>(palloc(sizeof(DispatchDeadline) * static_cast<std::size_t>(count)));
  int filled = 0;
  for (int i = 0; i < count; ++i) {
    const Acceptance& acceptance = *acceptances[i];
    if (acceptance.sla == 0 || acceptance.message_count == 0) continue;
    deadlines[filled++] = {acceptance.request->tenant_id, acceptance.command_id,
                           acceptance.received_at + acceptance.sla};
  }
  append_deadlines(deadlines, filled);
}

// A target that is handled in the database reports at once: completed, or ignored where the command is only
// observed.
void write_events(Acceptance* const* acceptances, int count, Oid caller) {
  auto* events = static_cast<DispatchEvent*>(palloc(sizeof(DispatchEvent) * static_cast<std::size_t>(count)));
  int filled = 0;
  for (int i = 0; i < count; ++i) {
    const Acceptance& acceptance = *acceptances[i];
    if (acceptance.handler.empty()) continue;
    DispatchEvent& event = events[filled++];
    event = completion_by_handler(acceptance.request->tenant_id, acceptance.command_id, acceptance.target,
                                  acceptance.handler);
    if (acceptance.observe) event.kind = "ignored";
  }
  if (filled > 0) append_events(events, filled, caller);
}

}  // namespace

void record(Acceptance* const* acceptances, int count, int to_come) {
  if (count == 0) return;
  PreventCommandIfReadOnly("execute_command");
  const Oid caller = GetUserId();
  const Identity calling = become_owner(kInstallation);
  lock_ordered(acceptances, count, to_come);
  const Datum transaction_id = take_transaction_id();
  auto* positions =
      static_cast<std::int64_t*>(palloc(sizeof(std::int64_t) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) positions[i] = draw_position();
  write_dispatches(acceptances, positions, count, transaction_id);
  write_messages(acceptances, positions, count, transaction_id);
  write_events(acceptances, count, caller);
  write_deadlines(acceptances, count);
  // What the caller's transaction does next sees the rows.
  CommandCounterIncrement();
  resume_identity(calling);
}

}  // namespace command_center::extension
