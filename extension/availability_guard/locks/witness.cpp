// Written as text that needs no escapes, and read by jsonb's own input function.
#include "extension/availability_guard/locks/witness.hpp"

#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

// MAXDATELEN and its end.
constexpr int kDateText = 129;

const char* id_text(const identifiers::Uuid& id) {
  return DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(id)));
}

Datum jsonb_from(const char* text) {
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}

}  // namespace

// Whatever TimeZone is.
const char* instant_json(inventory::Instant instant) {
  if (instant == inventory::kNever) return "null";
  constexpr int kUtc = 0;
  char text[kDateText];
  (void)JsonEncodeDateTime(text, TimestampTzGetDatum(instant), TIMESTAMPTZOID, &kUtc);
  return psprintf("\"%s\"", text);
}

const char* day_text(inventory::Day day) {
  char* text = static_cast<char*>(palloc(kDateText));
  (void)JsonEncodeDateTime(text, DateADTGetDatum(date_of_day(day)), DATEOID, nullptr);
  return text;
}

Datum witness_of_lock(const LockRow& row) {
  const inventory::Stay& stay = row.held.content.stay;
  return jsonb_from(psprintf(
      R"({"lockId":"%s","reservationId":"%s","stayStart":"%s","stayEnd":"%s","expiresAt":%s,"version":%lld})",
      id_text(row.held.lock_id), id_text(row.reservation_id), day_text(stay.arrival),
      day_text(stay.departure), instant_json(row.held.expires_at), static_cast<long long>(row.version)));
}

Datum witness_of_night(const inventory::NightLimit& limit, std::int64_t held) {
  return jsonb_from(psprintf(R"({"night":"%s","capacity":%d,"overbooking":%d,"outOfOrder":%d,"held":%lld})",
                             day_text(limit.night), limit.capacity, limit.overbooking, limit.out_of_order,
                             static_cast<long long>(held)));
}

const char* detail_of_lock(const identifiers::Uuid& lock_id, std::int64_t version) {
  if (version == 0) return psprintf(R"({"lockId":"%s"})", id_text(lock_id));
  return psprintf(R"({"lockId":"%s","version":%lld})", id_text(lock_id), static_cast<long long>(version));
}

}  // namespace command_center::guard
