// Statements by index for what is held; the history is written, and the last days of a reservation read,
// below the SQL layer where its table is as setup() made it.
#include "extension/availability_guard/locks/rows.hpp"

#include <optional>

#include "extension/availability_guard/locks/publishing.hpp"
#include "extension/availability_guard/tables.hpp"
#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/newest_snapshot.hpp"
#include "extension/server/primary_key_scan.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Day;
using inventory::Instant;

// How long the keys of ended locks and the ids of requests are known.
constexpr std::int64_t kDaysRemembered = 7;
constexpr std::int64_t kMillisecondsOfDay = 86'400'000;

// Which locks block each other. Shadow locks are not taken yet.
#define GUARD_MODE "'enforce'"

#define GUARD_SELECT_LOCKS                                                                           \
  "SELECT lock_id, room_type_id, coalesce(room_id, wanted_room_id), lower(stay), upper(stay), hold," \
  " expires_at, lock_key, line, reservation_id, version, property_id, locked_at"                     \
  " FROM availability_guard.inventory_locks WHERE tenant_id = $1 AND mode = " GUARD_MODE

Statement select_of_reservation = {
    kInstallation, GUARD_SELECT_LOCKS " AND reservation_id = $2 ORDER BY line", 2, {UUIDOID, UUIDOID}};

Statement select_named = {
    kInstallation, GUARD_SELECT_LOCKS " AND lock_id = ANY ($2) ORDER BY lock_id", 2, {UUIDOID, UUIDARRAYOID}};

Statement select_in_room = {kInstallation,
                            GUARD_SELECT_LOCKS
                            " AND room_id = $2 AND stay && daterange($3, $4) ORDER BY lower(stay), lock_id",
                            4,
                            {UUIDOID, UUIDOID, DATEOID, DATEOID}};

Statement select_limits = {kInstallation,
                           "SELECT night, capacity, overbooking, out_of_order"
                           " FROM availability_guard.type_nights"
                           " WHERE tenant_id = $1 AND room_type_id = $2 AND night >= $3 AND night < $4"
                           " ORDER BY night",
                           4,
                           {UUIDOID, UUIDOID, DATEOID, DATEOID}};

Statement select_stays = {kInstallation,
                          "SELECT lower(stay), upper(stay) FROM availability_guard.inventory_locks"
                          " WHERE tenant_id = $1 AND room_type_id = $2 AND lower(stay) < $4"
                          " AND upper(stay) > $3 AND mode = " GUARD_MODE
                          " AND hold <> 'tentative' AND expires_at > $5 AND ($6 IS NULL OR lock_id <> $6)",
                          6,
                          {UUIDOID, UUIDOID, DATEOID, DATEOID, TIMESTAMPTZOID, UUIDOID}};

Statement insert_row = {kInstallation,
                        "INSERT INTO availability_guard.inventory_locks"
                        " (tenant_id, lock_id, mode, reservation_id, line, room_type_id, room_id,"
                        " wanted_room_id, stay, hold, expires_at, version, lock_key, property_id, locked_at)"
                        " VALUES ($1, $2, " GUARD_MODE
                        ", $3, $4, $5, $6, $7, daterange($8, $9), $10, $11, $12, $13, $14, $15)"
                        " ON CONFLICT DO NOTHING",
                        15,
                        {UUIDOID, UUIDOID, UUIDOID, TEXTOID, UUIDOID, UUIDOID, UUIDOID, DATEOID, DATEOID,
                         TEXTOID, TIMESTAMPTZOID, INT8OID, TEXTOID, UUIDOID, TIMESTAMPTZOID}};

Statement delete_row = {
    kInstallation,
    "DELETE FROM availability_guard.inventory_locks WHERE tenant_id = $1 AND lock_id = $2 AND version = $3",
    3,
    {UUIDOID, UUIDOID, INT8OID}};

enum EventColumn : int {
  kTenantId,
  kReservationId,
  kEventId,
  kLockId,
  kVersion,
  kKind,
  kMode,
  kLine,
  kRoomTypeId,
  kRoomId,
  kStayStart,
  kStayEnd,
  kHold,
  kExpiresAt,
  kLockKey,
  kRequestId,
  kReason,
  kCorrelationId,
  kInitiator,
  kPropertyId,
  kRecordedAt,
  kEventColumns
};

WrittenTable events = {
    kLockEvents,
    {kInstallation,
     "INSERT INTO availability_guard.lock_events"
     " (tenant_id, reservation_id, event_id, lock_id, version, kind, mode, line, room_type_id, room_id,"
     " stay_start, stay_end, hold, expires_at, lock_key, request_id, reason, correlation_id, initiator,"
     " property_id, recorded_at)"
     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
     "$21)",
     kEventColumns,
     {UUIDOID, UUIDOID, UUIDOID, UUIDOID, INT8OID,  TEXTOID, TEXTOID,
      TEXTOID, UUIDOID, UUIDOID, DATEOID, DATEOID,  TEXTOID, TIMESTAMPTZOID,
      TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, UUIDOID, TIMESTAMPTZOID}}};

// Of a table that is not as written.
Statement select_uses = {kInstallation,
                         "SELECT lock_id, lock_key, request_id FROM availability_guard.lock_events"
                         " WHERE tenant_id = $1 AND reservation_id = $2 AND event_id >= $3"
                         " AND (lock_key IS NOT NULL OR request_id IS NOT NULL) ORDER BY event_id",
                         3,
                         {UUIDOID, UUIDOID, UUIDOID},
                         Planning::kEachTime};

Datum date_datum(Day day) {
  return DateADTGetDatum(date_of_day(day));
}

Day day_value(std::uint64_t row, int column) {
  return day_of_date(DatumGetDateADT(value(row, column, DATEOID)));
}

Uuid id_value(std::uint64_t row, int column) {
  return uuid_value(value(row, column, UUIDOID));
}

std::string_view text_or_none(std::uint64_t row, int column) {
  const char* text = text_value_or_null(row, column);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

inventory::Hold hold_value(std::uint64_t row, int column) {
  const std::optional<inventory::Hold> hold = inventory::hold_named(text_value(row, column));
  if (hold) return *hold;
  refuse("KC015", "a lock has a hold that there is none of", nullptr, "doctor() says what was altered.");
}

inventory::Content content_of(std::uint64_t row) {
  const bool has_room = !is_null(row, 2);
  return {id_value(row, 1),
          has_room,
          has_room ? id_value(row, 2) : Uuid{},
          {day_value(row, 3), day_value(row, 4)},
          hold_value(row, 5)};
}

LockRow lock_of(std::uint64_t row) {
  const bool has_property = !is_null(row, 11);
  return {{id_value(row, 0), content_of(row), DatumGetTimestampTz(value(row, 6, TIMESTAMPTZOID)),
           text_or_none(row, 7), text_or_none(row, 8)},
          id_value(row, 9),
          bigint_value(row, 10),
          has_property,
          has_property ? id_value(row, 11) : Uuid{},
          DatumGetTimestampTz(value(row, 12, TIMESTAMPTZOID))};
}

LockRows read_locks(Statement& statement, const Parameters& parameters) {
  const std::uint64_t count = run_with_latest_snapshot(statement, parameters);
  LockRows found = {static_cast<LockRow*>(palloc(sizeof(LockRow) * static_cast<std::size_t>(count + 1))),
                    static_cast<int>(count)};
  for (std::uint64_t row = 0; row < count; ++row) found.rows[row] = lock_of(row);
  return found;
}

void add_id_or_null(Parameters& parameters, bool is_there, const Uuid& id) {
  if (is_there) {
    parameters.add(uuid_datum(id));
  } else {
    parameters.add_null();
  }
}

// --- what is remembered ---

struct UseList {
  Uses uses;
  int capacity;
};

void add_use(UseList& list, const inventory::PastUse& use) {
  if (list.uses.count == list.capacity) {
    list.capacity = list.capacity == 0 ? 16 : list.capacity * 2;
    const Size bytes = sizeof(inventory::PastUse) * static_cast<std::size_t>(list.capacity);
    list.uses.uses = static_cast<inventory::PastUse*>(
        list.uses.uses == nullptr ? palloc(bytes) : repalloc(list.uses.uses, bytes));
  }
  list.uses.uses[list.uses.count++] = use;
}

std::string_view text_of(TupleTableSlot* slot, EventColumn column) {
  bool null = false;
  const Datum found = slot_getattr(slot, column + 1, &null);
  return null ? std::string_view() : std::string_view(TextDatumGetCString(found));
}

void read_day(Oid day, const Datum* key, UseList& list) {
  PrimaryKeyScan scan = begin_scan(day, GetActiveSnapshot(), key, 2);
  while (next_row(scan)) {
    CHECK_FOR_INTERRUPTS();
    const inventory::PastUse use = {uuid_value(present_value(scan.slot, kLockId + 1)),
                                    text_of(scan.slot, kLockKey), text_of(scan.slot, kRequestId)};
    if (use.key.data() != nullptr || use.request_id.data() != nullptr) add_use(list, use);
  }
  end_scan(scan);
}

enum class DayKind { kEmpty, kHasRows, kNotAsWritten };

DayKind open_day(Oid day) {
  Relation opened = table_open(day, AccessShareLock);
  DayKind kind = DayKind::kNotAsWritten;
  if (is_as_written(opened, kLockEvents))
    kind = RelationGetNumberOfBlocks(opened) > 0 ? DayKind::kHasRows : DayKind::kEmpty;
  table_close(opened, NoLock);
  return kind;
}

// False where that is not possible.
bool read_days(const Uuid& first, const Uuid& last, const Datum* key, UseList& list) {
  Relation table = table_open(installed_relation(kInstallation, "lock_events"), AccessShareLock);
  bool directly =
      is_as_written(table, kLockEvents) && has_only_leaves(table) && !OidIsValid(default_partition(table));
  if (directly) {
    const Leaves days = partitions_between(table, uuid_datum(first), uuid_datum(last));
    for (int i = 0; i < days.count && directly; ++i) {
      const DayKind kind = open_day(days.partitions[i]);
      directly = kind != DayKind::kNotAsWritten;
      if (kind == DayKind::kHasRows) read_day(days.partitions[i], key, list);
    }
  }
  table_close(table, NoLock);
  return directly;
}

Uses read_uses(const Datum* key, const Uuid& first) {
  Parameters parameters;
  parameters.add(key[0]);
  parameters.add(key[1]);
  parameters.add(uuid_datum(first));
  const std::uint64_t count = run_with_latest_snapshot(select_uses, parameters);
  UseList list = {};
  for (std::uint64_t row = 0; row < count; ++row)
    add_use(list, {id_value(row, 0), text_or_none(row, 1), text_or_none(row, 2)});
  return list.uses;
}

}  // namespace

Day day_of_date(std::int32_t date) noexcept {
  return date + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
}

std::int32_t date_of_day(Day day) noexcept {
  return day - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
}

LockRows locks_of_reservation(const Uuid& tenant_id, const Uuid& reservation_id) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(reservation_id));
  return read_locks(select_of_reservation, parameters);
}

LockRows locks_named(const Uuid& tenant_id, const Uuid* lock_ids, int count) {
  auto* ids = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count + 1)));
  for (int i = 0; i < count; ++i) ids[i] = uuid_datum(lock_ids[i]);
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(PointerGetDatum(construct_array(ids, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR)));
  return read_locks(select_named, parameters);
}

LockRows locks_in_room(const Uuid& tenant_id, const Uuid& room_id, const inventory::Stay& stay) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(room_id));
  parameters.add(date_datum(stay.arrival));
  parameters.add(date_datum(stay.departure));
  return read_locks(select_in_room, parameters);
}

NightLimits limits_of_type(const Uuid& tenant_id, const Uuid& room_type_id, const inventory::Stay& stay) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(room_type_id));
  parameters.add(date_datum(stay.arrival));
  parameters.add(date_datum(stay.departure));
  const std::uint64_t count = run_with_latest_snapshot(select_limits, parameters);
  NightLimits found = {
      static_cast<inventory::NightLimit*>(palloc(sizeof(inventory::NightLimit) * (count + 1))),
      static_cast<int>(count)};
  for (std::uint64_t row = 0; row < count; ++row)
    found.limits[row] = {day_value(row, 0), int_value(row, 1), int_value(row, 2), int_value(row, 3)};
  return found;
}

Stays stays_of_type(const Uuid& tenant_id, const Uuid& room_type_id, const inventory::Stay& stay, Instant now,
                    const Uuid* except) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(room_type_id));
  parameters.add(date_datum(stay.arrival));
  parameters.add(date_datum(stay.departure));
  parameters.add(TimestampTzGetDatum(now));
  if (except != nullptr) {
    parameters.add(uuid_datum(*except));
  } else {
    parameters.add_null();
  }
  const std::uint64_t count = run_with_latest_snapshot(select_stays, parameters);
  Stays found = {static_cast<inventory::Stay*>(palloc(sizeof(inventory::Stay) * (count + 1))),
                 static_cast<int>(count)};
  for (std::uint64_t row = 0; row < count; ++row) found.stays[row] = {day_value(row, 0), day_value(row, 1)};
  return found;
}

Uses past_uses(const Uuid& tenant_id, const Uuid& reservation_id, Instant now) {
  const std::int64_t clock = unix_microseconds(now) / 1000;
  const std::int64_t midnight = clock - clock % kMillisecondsOfDay;
  const Uuid first = identifiers::lower_bound_at(midnight - kDaysRemembered * kMillisecondsOfDay);
  // One day more: a clock may have been set back since.
  const Uuid last = identifiers::lower_bound_at(midnight + 2 * kMillisecondsOfDay - 1);
  const Datum key[] = {uuid_datum(tenant_id), uuid_datum(reservation_id)};
  UseList list = {};
  PushActiveSnapshot(newest_snapshot());
  const bool directly = read_days(first, last, key, list);
  PopActiveSnapshot();
  return directly ? list.uses : read_uses(key, first);
}

bool insert_lock(const Uuid& tenant_id, const LockRow& row) {
  const inventory::Content& content = row.held.content;
  const bool is_tentative = content.hold == inventory::Hold::kTentative;
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(row.held.lock_id));
  parameters.add(uuid_datum(row.reservation_id));
  parameters.add_text(row.held.line);
  parameters.add(uuid_datum(content.room_type_id));
  add_id_or_null(parameters, content.has_room && !is_tentative, content.room_id);
  add_id_or_null(parameters, content.has_room && is_tentative, content.room_id);
  parameters.add(date_datum(content.stay.arrival));
  parameters.add(date_datum(content.stay.departure));
  parameters.add_text(inventory::name_of(content.hold));
  parameters.add(TimestampTzGetDatum(row.held.expires_at));
  parameters.add_bigint(row.version);
  parameters.add_text_or_null(row.held.key);
  add_id_or_null(parameters, row.has_property, row.property_id);
  parameters.add(TimestampTzGetDatum(row.locked_at));
  return change_under_lock(insert_row, parameters) > 0;
}

void delete_lock(const Uuid& tenant_id, const LockRow& row) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(row.held.lock_id));
  parameters.add_bigint(row.version);
  if (change_under_lock(delete_row, parameters) == 1) return;
  refuse("40001", "could not serialize access: somebody changed a lock past its queue", nullptr,
         "Locks are changed by the functions alone. Run the transaction again.");
}

void append_event(const Uuid& tenant_id, const LockRow& row, const char* kind, const Remarks& remarks,
                  Instant now) {
  const inventory::Content& content = row.held.content;
  const Uuid event_id = new_uuid(now);
  Datum values[kEventColumns] = {};
  bool nulls[kEventColumns] = {};
  const auto text_or_null = [&](EventColumn column, std::string_view text) {
    nulls[column] = text.data() == nullptr;
    if (!nulls[column]) values[column] = text_datum(text);
  };
  values[kTenantId] = uuid_datum(tenant_id);
  values[kReservationId] = uuid_datum(row.reservation_id);
  values[kEventId] = uuid_datum(event_id);
  values[kLockId] = uuid_datum(row.held.lock_id);
  values[kVersion] = Int64GetDatum(row.version);
  values[kKind] = text_datum(kind);
  values[kMode] = text_datum("enforce");
  values[kLine] = text_datum(row.held.line);
  values[kRoomTypeId] = uuid_datum(content.room_type_id);
  values[kRoomId] = uuid_datum(content.room_id);
  nulls[kRoomId] = !content.has_room;
  values[kStayStart] = date_datum(content.stay.arrival);
  values[kStayEnd] = date_datum(content.stay.departure);
  values[kHold] = text_datum(inventory::name_of(content.hold));
  values[kExpiresAt] = TimestampTzGetDatum(row.held.expires_at);
  text_or_null(kLockKey, remarks.key);
  text_or_null(kRequestId, remarks.request_id);
  text_or_null(kReason, remarks.reason);
  text_or_null(kCorrelationId, remarks.correlation_id);
  values[kInitiator] = remarks.initiator;
  nulls[kInitiator] = remarks.initiator == 0;
  values[kPropertyId] = uuid_datum(row.property_id);
  nulls[kPropertyId] = !row.has_property;
  values[kRecordedAt] = TimestampTzGetDatum(now);
  write_rows(events, values, nulls, 1);
  if (const auto happening = inventory::happening_named(kind))
    publish(tenant_id, row, *happening, remarks, now);
  // The next of one statement's calls sees it.
  CommandCounterIncrement();
}

}  // namespace command_center::guard
