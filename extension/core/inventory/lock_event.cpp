// Members in one order; what there is not is left out, but for what a consumer always asks: whether it
// expires, and why it ended.
#include "extension/core/inventory/lock_event.hpp"

#include <iterator>

#include "extension/core/json/text_writer.hpp"

namespace command_center::inventory {
namespace {

constexpr std::string_view kNames[] = {"locked",   "changed",           "extended", "confirmed",
                                       "repeated", "release_requested", "released", "expired"};

void write_optional(json::TextWriter& writer, std::string_view name, std::string_view value) {
  if (value.data() != nullptr) writer.member(name, value);
}

void write_or_null(json::TextWriter& writer, std::string_view name, std::string_view value) {
  writer.key(name);
  if (value.data() != nullptr) {
    writer.text(value);
  } else {
    writer.raw("null");
  }
}

bool ends(Happening happening) {
  return happening == Happening::kReleaseRequested || happening == Happening::kReleased ||
         happening == Happening::kExpired;
}

void write_end(json::TextWriter& writer, Happening happening, const LockFacts& lock) {
  writer.member(happening == Happening::kReleaseRequested ? "requestedAt" : "releasedAt", lock.at);
  write_or_null(writer, "releaseReason", happening == Happening::kExpired ? "EXPIRED" : lock.reason);
}

}  // namespace

std::string_view name_of(Happening happening) noexcept {
  return kNames[static_cast<int>(happening)];
}

std::optional<Happening> happening_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<Happening>(i);
  }
  return {};
}

std::string_view event_type_of(Happening happening) noexcept {
  switch (happening) {
    case Happening::kLocked:
    case Happening::kChanged:
    case Happening::kExtended:
    case Happening::kConfirmed:
      return "inventory.locked";
    case Happening::kReleased:
    case Happening::kExpired:
      return "inventory.released";
    case Happening::kReleaseRequested:
      return "inventory.release_requested";
    case Happening::kRepeated:
      break;
  }
  return {};
}

void append_lock_event(std::string& out, Happening happening, const LockFacts& lock) {
  json::TextWriter writer(out);
  writer.begin_object();
  writer.member("tenantId", lock.tenant_id);
  writer.member("lockId", lock.lock_id);
  writer.key("version");
  writer.number(lock.version);
  writer.member("change", name_of(happening));
  writer.member("reservationId", lock.reservation_id);
  writer.member("line", lock.line);
  writer.member("roomTypeId", lock.room_type_id);
  write_optional(writer, "roomId", lock.room_id);
  write_optional(writer, "propertyId", lock.property_id);
  writer.member("stayStart", lock.stay_start);
  writer.member("stayEnd", lock.stay_end);
  writer.member("hold", lock.hold);
  write_or_null(writer, "expiresAt", lock.expires_at);
  if (!ends(happening)) write_optional(writer, "reason", lock.reason);
  write_optional(writer, "idempotencyKey", lock.key);
  if (lock.initiator_json.data() != nullptr) {
    writer.key("actor");
    writer.raw(lock.initiator_json);
  }
  if (ends(happening)) write_end(writer, happening, lock);
  writer.end_object();
}

}  // namespace command_center::inventory
