// Reads arguments, and asks the server's zones what date an instant is.
#include "extension/availability_guard/locks/request.hpp"

#include <string>

#include "extension/availability_guard/installation.hpp"
#include "extension/core/error/error.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/availability_guard/locks/rows.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

enum Argument : int {
  kTenantId,
  kReservationId,
  kRoomTypeId,
  kStayStart,
  kStayEnd,
  kRoomId,
  kReason,
  kCorrelationId,
  kIdempotencyKey,
  kTtlSeconds,
  kHold,
  kInitiator,
  kPropertyId,
  kRequestId,
  kLine,
  kReopen
};

constexpr std::size_t kMaxId = 255;
constexpr std::size_t kMaxRemark = 2000;
constexpr std::size_t kMaxInitiator = 16'384;

Statement select_zone = {kInstallation,
                         "SELECT zone FROM availability_guard.properties"
                         " WHERE tenant_id = $1 AND property_id = $2",
                         2,
                         {UUIDOID, UUIDOID}};

Statement select_property = {kInstallation,
                             "SELECT property_id FROM availability_guard.rooms"
                             " WHERE tenant_id = $1 AND room_id = $2",
                             2,
                             {UUIDOID, UUIDOID}};

[[noreturn]] void refuse_value(const char* message, const char* hint = nullptr) {
  refuse("22023", message, nullptr, hint);
}

void require(const RequestArguments& arguments, Argument argument, const char* name) {
  if (arguments.nulls[argument]) refuse("22004", psprintf("%s must not be null", name));
}

std::string_view text_of(const RequestArguments& arguments, Argument argument) {
  return arguments.nulls[argument] ? std::string_view() : text_view(arguments.values[argument]);
}

void check_length(std::string_view text, std::size_t limit, const char* what) {
  if (text.size() > limit)
    refuse_value(psprintf("%s must be %d bytes at most", what, static_cast<int>(limit)));
}

inventory::Moment moment_of_date(DateADT date, const char* what) {
  if (DATE_NOT_FINITE(date)) refuse_value(psprintf("%s must be finite", what));
  return {inventory::Moment::Kind::kDay, day_of_date(date), 0};
}

inventory::Moment moment_of_instant(TimestampTz instant, const char* what) {
  if (TIMESTAMP_NOT_FINITE(instant)) refuse_value(psprintf("%s must be finite", what));
  return {inventory::Moment::Kind::kInstant, 0, static_cast<std::int64_t>(timestamptz_to_time_t(instant))};
}

inventory::Moment moment_of_text(std::string_view text, const char* what) {
  const std::optional<inventory::Moment> moment = inventory::parse_moment(text);
  if (moment) return *moment;
  refuse_value(
      psprintf("%s is no date or time of ISO 8601", what),
      "Write 2027-03-01, or 2027-03-01T15:00:00Z, which the zone of the property turns into a date.");
}

inventory::Moment moment_of(const RequestArguments& arguments, Argument argument, StayForm form,
                            const char* what) {
  const Datum found = arguments.values[argument];
  switch (form) {
    case StayForm::kDate:
      return moment_of_date(DatumGetDateADT(found), what);
    case StayForm::kInstant:
      return moment_of_instant(DatumGetTimestampTz(found), what);
    case StayForm::kText:
      break;
  }
  return moment_of_text(text_view(found), what);
}

void read_hold(LockRequest& request, std::string_view name) {
  request.wanted.names_hold = name.data() != nullptr;
  if (!request.wanted.names_hold) return;
  const std::optional<inventory::Hold> hold = inventory::hold_named(name);
  if (!hold) refuse_value("hold must be tentative, counting or confirmed");
  request.wanted.content.hold = *hold;
}

void read_ttl(LockRequest& request, const RequestArguments& arguments) {
  request.ttl_seconds = -1;
  if (arguments.nulls[kTtlSeconds]) return;
  if (request.wanted.names_hold && request.wanted.content.hold == inventory::Hold::kConfirmed)
    refuse_value("ttl_seconds is for holds that are not confirmed");
  request.ttl_seconds = DatumGetInt32(arguments.values[kTtlSeconds]);
  if (request.ttl_seconds < 1) refuse_value("ttl_seconds must be 1 or more");
}

Datum initiator_of(const RequestArguments& arguments) {
  if (arguments.nulls[kInitiator]) return Datum{0};
  const Datum initiator = arguments.values[kInitiator];
  check_initiator(initiator);
  return PointerGetDatum(PG_DETOAST_DATUM(initiator));
}

std::int32_t offset_at(const void* rules, std::int64_t unix_seconds) noexcept {
  const auto instant = static_cast<pg_time_t>(unix_seconds);
  const pg_tm* local = pg_localtime(&instant, static_cast<const pg_tz*>(rules));
  return local == nullptr ? 0 : static_cast<std::int32_t>(local->tm_gmtoff);
}

bool find_property_of_room(LockRequest& request) {
  if (!request.wanted.content.has_room) return false;
  Parameters parameters;
  parameters.add(uuid_datum(request.tenant_id));
  parameters.add(uuid_datum(request.wanted.content.room_id));
  if (run_with_latest_snapshot(select_property, parameters) == 0 || is_null(0, 0)) return false;
  request.property_id = uuid_value(value(0, 0, UUIDOID));
  request.has_property = true;
  return true;
}

const pg_tz* zone_of(const LockRequest& request) {
  Parameters parameters;
  parameters.add(uuid_datum(request.tenant_id));
  parameters.add(uuid_datum(request.property_id));
  if (!request.has_property || run_with_latest_snapshot(select_zone, parameters) == 0) {
    refuse("KC002", "an instant needs a property with a time zone", nullptr,
           "Name the property, and its zone by availability_guard.set_property; or give dates.");
  }
  const char* name = text_value(0, 0);
  const pg_tz* zone = pg_tzset(name);
  if (zone == nullptr) {
    refuse("KC015", psprintf("time zone \"%s\" of the property is not known to the server", name), nullptr,
           "availability_guard.set_property() sets another one.");
  }
  return zone;
}

inventory::Day day_of(const inventory::Moment& moment, const inventory::Zone& zone) {
  return moment.kind == inventory::Moment::Kind::kDay ? moment.day
                                                      : inventory::day_in_zone(moment.unix_seconds, zone);
}

void check_stay(const inventory::Stay& stay) {
  switch (inventory::fault_of(stay)) {
    case inventory::StayFault::kNone:
      return;
    case inventory::StayFault::kNoNight:
      refuse_value(
          "stay has no night: it must end on a later date than it begins, in the zone of the property");
    case inventory::StayFault::kTooLong:
      refuse_value(psprintf("stay must be %d nights at most", inventory::kMostNights));
    case inventory::StayFault::kOutOfRange:
      refuse_value("stay must be within the years 1 to 9999");
  }
}

}  // namespace

void check_initiator(Datum initiator) {
  if (initiator == Datum{0} || toast_raw_datum_size(initiator) <= kMaxInitiator) return;
  refuse("KC014", psprintf("initiator must be %d bytes at most", static_cast<int>(kMaxInitiator)));
}

void check_id_text(std::string_view text, const char* what) {
  if (text.data() == nullptr) return;
  if (text.empty()) refuse_value(psprintf("%s must not be empty", what));
  check_length(text, kMaxId, what);
}

LockRequest read_request(const RequestArguments& arguments, StayForm form) {
  require(arguments, kTenantId, "tenant_id");
  require(arguments, kReservationId, "reservation_id");
  require(arguments, kRoomTypeId, "room_type_id");
  require(arguments, kStayStart, "stay_start");
  require(arguments, kStayEnd, "stay_end");
  LockRequest request = {};
  request.tenant_id = uuid_value(arguments.values[kTenantId]);
  request.reservation_id = uuid_value(arguments.values[kReservationId]);
  request.stay_start = moment_of(arguments, kStayStart, form, "stay_start");
  request.stay_end = moment_of(arguments, kStayEnd, form, "stay_end");
  inventory::Wanted& wanted = request.wanted;
  wanted.content.room_type_id = uuid_value(arguments.values[kRoomTypeId]);
  wanted.content.has_room = !arguments.nulls[kRoomId];
  if (wanted.content.has_room) wanted.content.room_id = uuid_value(arguments.values[kRoomId]);
  wanted.key = text_of(arguments, kIdempotencyKey);
  check_id_text(wanted.key, "idempotency_key");
  wanted.request_id = text_of(arguments, kRequestId);
  check_id_text(wanted.request_id, "request_id");
  const std::string_view line = text_of(arguments, kLine);
  wanted.line = line.data() == nullptr ? std::string_view("") : line;
  check_length(wanted.line, kMaxId, "line");
  wanted.reopens = !arguments.nulls[kReopen] && DatumGetBool(arguments.values[kReopen]);
  read_hold(request, text_of(arguments, kHold));
  read_ttl(request, arguments);
  request.reason = text_of(arguments, kReason);
  check_length(request.reason, kMaxRemark, "reason");
  request.correlation_id = text_of(arguments, kCorrelationId);
  check_length(request.correlation_id, kMaxId, "correlation_id");
  request.initiator = initiator_of(arguments);
  request.has_property = !arguments.nulls[kPropertyId];
  if (request.has_property) request.property_id = uuid_value(arguments.values[kPropertyId]);
  return request;
}

void resolve_stay(LockRequest& request) {
  const bool has_instant = request.stay_start.kind == inventory::Moment::Kind::kInstant ||
                           request.stay_end.kind == inventory::Moment::Kind::kInstant;
  inventory::Zone zone = {nullptr, offset_at};
  if (has_instant) {
    if (!request.has_property) (void)find_property_of_room(request);
    zone.rules = zone_of(request);
  }
  request.wanted.content.stay = {day_of(request.stay_start, zone), day_of(request.stay_end, zone)};
  check_stay(request.wanted.content.stay);
}

}  // namespace command_center::guard
