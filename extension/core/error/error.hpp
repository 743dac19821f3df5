// The one error type of the core: what a caller of an SQL function, of HTTP or of gRPC is told.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace command_center {

// A refusal or a broken promise, with everything the caller needs. `sqlstate` is five characters; the
// project's own codes are the KC class (docs/errors.md). Detail and hint may be empty.
class Error : public std::exception {
 public:
  Error(std::string_view sqlstate, std::string message, std::string detail = {}, std::string hint = {})
      : sqlstate_(sqlstate),
        message_(std::move(message)),
        detail_(std::move(detail)),
        hint_(std::move(hint)) {}

  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  std::string sqlstate_;
  std::string message_;
  std::string detail_;
  std::string hint_;
};

// Thrown by a long computation whose stop predicate answered true; the boundary then lets the server handle
// the interrupt.
struct Stopped {};

namespace sqlstate {
inline constexpr std::string_view kPayloadInvalid = "KC001";
inline constexpr std::string_view kNotFound = "KC002";
inline constexpr std::string_view kNotAllowed = "KC003";
inline constexpr std::string_view kKeyInProgress = "KC004";
inline constexpr std::string_view kKeyReused = "KC005";
inline constexpr std::string_view kVersionClash = "KC006";
inline constexpr std::string_view kConflict = "KC007";
inline constexpr std::string_view kPastRetention = "KC008";
inline constexpr std::string_view kRateLimited = "KC010";
inline constexpr std::string_view kDisabled = "KC011";
inline constexpr std::string_view kNoTarget = "KC012";
inline constexpr std::string_view kDefinitionInvalid = "KC013";
inline constexpr std::string_view kTooLarge = "KC014";
inline constexpr std::string_view kWrongState = "KC015";
inline constexpr std::string_view kSerializationFailure = "40001";
inline constexpr std::string_view kNullArgument = "22004";
inline constexpr std::string_view kInvalidParameter = "22023";
}  // namespace sqlstate

}  // namespace command_center
