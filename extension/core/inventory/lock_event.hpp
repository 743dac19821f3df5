// What an event says of a lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace command_center::inventory {

// What happened to a lock; after kRepeated nothing is told.
enum class Happening {
  kLocked,
  kChanged,
  kExtended,
  kConfirmed,
  kRepeated,
  kReleaseRequested,
  kReleased,
  kExpired
};

[[nodiscard]] std::string_view name_of(Happening happening) noexcept;
[[nodiscard]] std::optional<Happening> happening_named(std::string_view name) noexcept;

// The event's type; empty where nothing is told.
[[nodiscard]] std::string_view event_type_of(Happening happening) noexcept;

// Of one lock, as text that is ready to be written. data() is null for what there is not. Views must outlive
// the call.
struct LockFacts {
  std::string_view tenant_id;
  std::string_view lock_id;
  std::int64_t version;
  std::string_view reservation_id;
  std::string_view line;
  std::string_view room_type_id;
  std::string_view room_id;
  std::string_view property_id;
  std::string_view stay_start;
  std::string_view stay_end;
  std::string_view hold;
  std::string_view expires_at;  // null: never
  std::string_view reason;      // of this happening
  std::string_view key;
  std::string_view initiator_json;
  std::string_view at;  // RFC 3339, as all instants
};

// Appends the payload of the event as a JSON object.
void append_lock_event(std::string& out, Happening happening, const LockFacts& lock);

}  // namespace command_center::inventory
