// The members of a command that comes as JSON, and how what is wrong with them is told.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "extension/core/error/error.hpp"

namespace command_center::request {

enum class Kind { kText, kUuid, kObject, kAny };

enum class Presence { kOptional, kRequired };

struct Member {
  std::string_view name;
  Kind kind;
  Presence presence;
};

// In the order of the arguments of execute_command. Null counts as not given, but for the payload: it may be
// null itself.
inline constexpr Member kMembers[] = {
    {"commandName", Kind::kText, Presence::kRequired},   {"payload", Kind::kAny, Presence::kRequired},
    {"tenantId", Kind::kUuid, Presence::kRequired},      {"initiator", Kind::kObject, Presence::kOptional},
    {"correlationId", Kind::kText, Presence::kOptional}, {"idempotencyKey", Kind::kText, Presence::kOptional},
    {"propertyId", Kind::kUuid, Presence::kOptional},    {"environment", Kind::kText, Presence::kOptional},
    {"traceparent", Kind::kText, Presence::kOptional}};

[[nodiscard]] std::optional<std::size_t> find_member(std::string_view name) noexcept;

// The member that a name which is none probably means, as json::name_meant_by guesses. Empty: none.
[[nodiscard]] std::string_view member_meant_by(std::string_view name);

// Views must outlive the call below.
struct Mistake {
  std::string_view member;  // data() is null for the command as a whole
  std::string_view error;   // what is said of it, as "must be a UUID"
};

inline constexpr std::string_view kUnknown = "is unknown";

// KC013 for the command at `index` of its batch, counted from 0 as JSON pointers do. DETAIL is an array of
// {"location", "error"}; the message tells the first mistake. There is at least one.
[[nodiscard]] Error refusal_of(std::size_t index, const Mistake* mistakes, std::size_t count);

}  // namespace command_center::request
