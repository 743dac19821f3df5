// A command's payload is the arguments of the function that it stands for, under their names.
#include "extension/availability_guard/commands/command.hpp"

#include <iterator>

#include "extension/availability_guard/locks/confirming.hpp"
#include "extension/availability_guard/locks/outcome.hpp"
#include "extension/availability_guard/locks/releasing.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/availability_guard/locks/witness.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

constexpr std::string_view kLockRoom = "inventory.lock.room";
constexpr std::string_view kConfirmRoom = "inventory.confirm.room";
constexpr std::string_view kReleaseRoom = "inventory.release.room";
constexpr std::string_view kReleaseBulk = "inventory.release.bulk";

enum class Kind { kUuid, kText, kInteger, kBoolean };

struct Member {
  const char* name;
  Kind kind;
};

// In the order of the arguments of lock_room; the initiator and the request are the command's.
constexpr Member kMembers[kRequestArguments] = {
    {"tenant_id", Kind::kUuid},      {"reservation_id", Kind::kUuid}, {"room_type_id", Kind::kUuid},
    {"stay_start", Kind::kText},     {"stay_end", Kind::kText},       {"room_id", Kind::kUuid},
    {"reason", Kind::kText},         {"correlation_id", Kind::kText}, {"idempotency_key", Kind::kText},
    {"ttl_seconds", Kind::kInteger}, {"hold", Kind::kText},           {nullptr, Kind::kText},
    {"property_id", Kind::kUuid},    {nullptr, Kind::kText},          {"line", Kind::kText},
    {"reopen", Kind::kBoolean}};
constexpr int kTenantId = 0;
constexpr int kCorrelationId = 7;
constexpr int kInitiator = 11;
constexpr int kRequestId = 13;

[[noreturn]] void refuse_member(const char* name, const char* what) {
  refuse("22023", psprintf("member \"%s\" of the payload must be %s", name, what));
}

// False where the member is missing or null.
bool find_member(Datum payload, const char* name, JsonbValue& found) {
  JsonbContainer* root = jsonb_root(payload);
  return JsonContainerIsObject(root) &&
         getKeyJsonValueFromContainer(root, name, static_cast<int>(strlen(name)), &found) != nullptr &&
         found.type != jbvNull;
}

std::string_view text_of(const JsonbValue& found) {
  return {found.val.string.val, static_cast<std::size_t>(found.val.string.len)};
}

bool read_uuid(const JsonbValue& found, Uuid& uuid) {
  if (found.type != jbvString) return false;
  const auto parsed = identifiers::parse_uuid(text_of(found));
  if (parsed) uuid = *parsed;
  return parsed.has_value();
}

bool read_uuid_member(Datum payload, const char* name, Uuid& uuid) {
  JsonbValue found;
  if (!find_member(payload, name, found)) return false;
  if (!read_uuid(found, uuid)) refuse_member(name, "a UUID");
  return true;
}

std::string_view text_member(Datum payload, const char* name) {
  JsonbValue found;
  if (!find_member(payload, name, found)) return {};
  if (found.type != jbvString) refuse_member(name, "a text");
  return text_of(found);
}

// 0: not told.
std::int64_t version_member(Datum payload) {
  JsonbValue found;
  if (!find_member(payload, "version", found)) return 0;
  if (found.type != jbvNumeric) refuse_member("version", "a number");
  const std::int64_t version =
      DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(found.val.numeric)));
  if (version < 1) refuse_member("version", "1 or more");
  return version;
}

Datum argument_of(const JsonbValue& found, const Member& member) {
  switch (member.kind) {
    case Kind::kUuid: {
      auto* uuid = static_cast<Uuid*>(palloc(sizeof(Uuid)));
      if (!read_uuid(found, *uuid)) refuse_member(member.name, "a UUID");
      return uuid_datum(*uuid);
    }
    case Kind::kText:
      if (found.type != jbvString) refuse_member(member.name, "a text");
      return text_datum(text_of(found));
    case Kind::kInteger:
      if (found.type != jbvNumeric) refuse_member(member.name, "a number");
      return DirectFunctionCall1(numeric_int4, NumericGetDatum(found.val.numeric));
    case Kind::kBoolean:
      break;
  }
  if (found.type != jbvBool) refuse_member(member.name, "true or false");
  return BoolGetDatum(found.val.boolean);
}

void check_tenant_member(const Command& command) {
  Uuid said = {};
  if (read_uuid_member(command.payload, "tenant_id", said) && !(said == command.tenant_id))
    refuse("22023", "tenant_id of the payload is not the tenant of the command");
}

LockRequest request_of(const Command& command) {
  RequestArguments arguments = {};
  for (int i = 0; i < kRequestArguments; ++i) {
    JsonbValue found;
    const Member& member = kMembers[i];
    arguments.nulls[i] = member.name == nullptr || !find_member(command.payload, member.name, found);
    if (!arguments.nulls[i]) arguments.values[i] = argument_of(found, member);
  }
  const auto put = [&](int argument, Datum value) {
    arguments.values[argument] = value;
    arguments.nulls[argument] = false;
  };
  put(kTenantId, uuid_datum(command.tenant_id));
  put(kRequestId, text_datum(command.command_id));
  if (arguments.nulls[kCorrelationId] && !command.correlation_id.empty())
    put(kCorrelationId, text_datum(command.correlation_id));
  if (command.initiator != 0) put(kInitiator, command.initiator);
  return read_request(arguments, StayForm::kText);
}

Datum verdict_of(const LockOutcome& outcome) {
  const char* lock = "";
  if (outcome.has_lock) {
    lock = psprintf(R"(, "lockId": "%s", "version": %lld, "expiresAt": %s)",
                    DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(outcome.lock_id))),
                    static_cast<long long>(outcome.version), instant_json(outcome.expires_at));
  }
  const char* witness = "";
  if (outcome.witness != 0)
    witness = psprintf(R"(, "witness": %s)", zero_terminated(jsonb_text(outcome.witness)));
  return DirectFunctionCall1(
      jsonb_in, CStringGetDatum(psprintf(R"({"status": "%s"%s%s})", outcome.status, lock, witness)));
}

Datum verdict_of_release(int released) {
  return DirectFunctionCall1(
      jsonb_in, CStringGetDatum(psprintf(R"({"status": "RELEASED", "released": %d})", released)));
}

Datum lock_room(const Command& command) {
  LockRequest request = request_of(command);
  return verdict_of(take_lock_of(request));
}

Datum confirm_room(const Command& command) {
  Uuid lock_id = {};
  if (!read_uuid_member(command.payload, "lock_id", lock_id)) refuse_member("lock_id", "given");
  return verdict_of(
      confirm_lock_of(command.tenant_id, lock_id, version_member(command.payload), command.command_id));
}

Remarks remarks_of(const Command& command) {
  const std::string_view reason = text_member(command.payload, "reason");
  check_reason(reason);
  return {{}, command.command_id, reason, command.correlation_id, command.initiator};
}

LockRows release_as_told(const Command& command, const Remarks& remarks) {
  Uuid id = {};
  const std::int64_t version = version_member(command.payload);
  if (read_uuid_member(command.payload, "lock_id", id))
    return release_lock(command.tenant_id, id, version, remarks);
  if (!read_uuid_member(command.payload, "reservation_id", id))
    refuse("22023", "payload must name a lock_id or a reservation_id");
  return release_reservation(command.tenant_id, id, remarks);
}

Datum release_room(const Command& command) {
  const Remarks remarks = remarks_of(command);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const int released = release_as_told(command, remarks).count;
  resume_planner(planner);
  close_session(session);
  return verdict_of_release(released);
}

// Those of the array that are ids, up to one more than may be released: it may have millions of elements.
int ids_of(const JsonbValue& array, Uuid*& ids) {
  if (array.type != jbvBinary || !JsonContainerIsArray(array.val.binary.data)) return 0;
  const std::uint32_t size = JsonContainerSize(array.val.binary.data);
  ids = static_cast<Uuid*>(palloc(sizeof(Uuid) * (kMostReleased + 2)));
  int count = 0;
  for (std::uint32_t i = 0; i < size && count <= kMostReleased; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (read_uuid(*getIthJsonbValueFromContainer(array.val.binary.data, i), ids[count])) ++count;
  }
  return count;
}

Datum release_bulk(const Command& command) {
  const Remarks remarks = remarks_of(command);
  JsonbValue array;
  Uuid* ids = nullptr;
  const int count = find_member(command.payload, "lock_ids", array) ? ids_of(array, ids) : 0;
  check_release_count(count);
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  const int released = release_many(command.tenant_id, ids, count, remarks).count;
  resume_planner(planner);
  close_session(session);
  return verdict_of_release(released);
}

bool find_uuid(Datum payload, const char* name, Uuid& uuid) {
  JsonbValue found;
  return find_member(payload, name, found) && read_uuid(found, uuid);
}

// The days that a moment may be, wherever the hotel is.
bool find_days(Datum payload, const char* name, inventory::Stay& days) {
  JsonbValue found;
  if (!find_member(payload, name, found) || found.type != jbvString) return false;
  const auto moment = inventory::parse_moment(text_of(found));
  if (!moment) return false;
  if (moment->kind == inventory::Moment::Kind::kDay) {
    days = {moment->day, moment->day};
  } else {
    constexpr std::int64_t kSecondsOfDay = 86'400;
    const auto day = static_cast<inventory::Day>(moment->unix_seconds / kSecondsOfDay);
    days = {day - 1, day + 1};
  }
  return true;
}

}  // namespace

bool is_command(std::string_view name) noexcept {
  return name == kLockRoom || name == kConfirmRoom || name == kReleaseRoom || name == kReleaseBulk;
}

Datum carry_out(const Command& command) {
  check_tenant_member(command);
  check_initiator(command.initiator);
  if (command.name == kLockRoom) return lock_room(command);
  if (command.name == kConfirmRoom) return confirm_room(command);
  if (command.name == kReleaseRoom) return release_room(command);
  if (command.name == kReleaseBulk) return release_bulk(command);
  refuse("KC012", psprintf("command \"%s\" is none of the guard's", zero_terminated(command.name)));
}

Subjects subjects_of(Datum payload) {
  Subjects found = {};
  found.has_reservation = find_uuid(payload, "reservation_id", found.reservation_id);
  found.has_type = find_uuid(payload, "room_type_id", found.room_type_id);
  found.has_room = find_uuid(payload, "room_id", found.room_id);
  inventory::Stay arrival = {};
  inventory::Stay departure = {};
  found.has_stay = find_days(payload, "stay_start", arrival) && find_days(payload, "stay_end", departure);
  found.stay = {arrival.arrival, departure.departure};
  JsonbValue locks;
  if (find_member(payload, "lock_ids", locks)) found.lock_count = ids_of(locks, found.lock_ids);
  if (found.lock_count == 0) {
    found.lock_ids = static_cast<Uuid*>(palloc(sizeof(Uuid)));
    if (find_uuid(payload, "lock_id", *found.lock_ids)) found.lock_count = 1;
  }
  return found;
}

}  // namespace command_center::guard
