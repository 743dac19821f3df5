// Locks dispatches and inserts their events.
#include "extension/command_center/lifecycle/events.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/tables.hpp"

#include <cstring>

#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kColumns = 10;

WrittenTable events_table = {
    kDispatchEvents,
    {kInstallation,
     "INSERT INTO command_center.dispatch_events"
     " (tenant_id, command_id, event_id, kind, service_id, at, detail, who, why, handler)"
     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
     kColumns,
     {UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID}}};

Statement lock_row = {kInstallation,
                      "SELECT FROM command_center.command_dispatches WHERE tenant_id = $1 AND command_id = $2"
                      " FOR NO KEY UPDATE",
                      2,
                      {UUIDOID, UUIDOID},
                      Planning::kEachTime};

void put_text(Datum& value, bool& null, std::string_view text) {
  null = text.data() == nullptr;
  if (!null) value = text_datum(text);
}

// Above both: the session's ids must not follow a clock that was wrong, so its generator is left alone.
identifiers::Uuid event_id_after(const identifiers::Uuid& last, const identifiers::Uuid& fresh) {
  if (last < fresh) return fresh;
  std::uint64_t random = 0;
  std::memcpy(&random, fresh.bytes.data() + 8, sizeof(random));
  return identifiers::UuidV7Generator().next((identifiers::unix_milliseconds(last) + 1) * 1000, random);
}

}  // namespace

void append_events(const DispatchEvent* events, int count, Oid caller) {
  if (count == 0) return;
  const auto cells = static_cast<std::size_t>(count) * kColumns;
  auto* values = static_cast<Datum*>(palloc0(sizeof(Datum) * cells));
  auto* nulls = static_cast<bool*>(palloc0(sizeof(bool) * cells));
  auto* ids =
      static_cast<identifiers::Uuid*>(palloc(sizeof(identifiers::Uuid) * static_cast<std::size_t>(count)));
  const TimestampTz now = GetCurrentTimestamp();
  const char* calling_role = GetUserNameFromId(caller, false);
  for (int i = 0; i < count; ++i) {
    const DispatchEvent& event = events[i];
    Datum* row = values + static_cast<std::ptrdiff_t>(i) * kColumns;
    bool* null = nulls + static_cast<std::ptrdiff_t>(i) * kColumns;
    ids[i] = event_id_after(event.last_event_id, new_uuid(now));
    row[0] = uuid_datum(event.tenant_id);
    row[1] = uuid_datum(event.command_id);
    row[2] = uuid_datum(ids[i]);
    put_text(row[3], null[3], event.kind);
    put_text(row[4], null[4], event.service_id);
    row[5] = TimestampTzGetDatum(now);
    row[6] = event.detail;
    null[6] = event.detail == Datum{0};
    put_text(row[7], null[7], event.who.data() != nullptr ? event.who : std::string_view(calling_role));
    put_text(row[8], null[8], event.why);
    put_text(row[9], null[9], event.handler);
  }
  write_rows(events_table, values, nulls, count);
  // What the caller's transaction does next sees the rows.
  CommandCounterIncrement();
}

DispatchEvent completion_by_handler(const identifiers::Uuid& tenant_id, const identifiers::Uuid& command_id,
                                    std::string_view service_id, std::string_view handler) {
  DispatchEvent event = {};
  event.tenant_id = tenant_id;
  event.command_id = command_id;
  event.kind = "completed";
  event.service_id = service_id;
  event.handler = handler;
  return event;
}

identifiers::Uuid beyond_messages_of(const identifiers::Uuid& command_id) {
  return identifiers::lower_bound_at(identifiers::unix_milliseconds(command_id) + 86'400'000);
}

void check_event_count(std::int64_t count) {
  if (count < kMaxEvents) return;
  refuse("KC014", psprintf("dispatch has %d events, as many as it may have", kMaxEvents), nullptr,
         "A service that reports so often on one command repeats itself; see get_dispatch().");
}

bool lock_dispatch(const identifiers::Uuid& tenant_id, const identifiers::Uuid& command_id) {
  Parameters key;
  key.add(uuid_datum(tenant_id));
  key.add(uuid_datum(command_id));
  return lock_with_latest_snapshot(lock_row, key) > 0;
}

void refuse_unknown_dispatch(const identifiers::Uuid& command_id) {
  const char* id = DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(command_id)));
  refuse("KC002", psprintf("dispatch \"%s\" does not exist", id), nullptr,
         "A tenant's dispatches are kept for the time of the setting command_center.dispatch_retention.");
}

}  // namespace command_center::extension
