// A plain copy of what C++ threw, so that it can be raised when no C++ object is alive any more. Internal to
// the boundary.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "extension/core/error/error.hpp"

struct ErrorData;

namespace command_center::boundary::internal {

inline constexpr std::size_t kTextCapacity = 1024;
inline constexpr std::size_t kDetailCapacity = std::size_t{1} << 20;

// Texts are zero-terminated and empty when there is none.
struct Failure {
  enum class Kind { kFromPostgres, kStopped, kOwn };

  Kind kind;
  ErrorData* postgres_error;
  char sqlstate[6];
  char message[kTextCapacity];
  char hint[kTextCapacity];
  char detail[kTextCapacity];
  // A detail too long for `detail`, from malloc, to be freed by whoever raises this failure. Null when it
  // fits, or when there is no memory: then `detail` holds its beginning.
  char* long_detail;
};
static_assert(std::is_trivial_v<Failure>, "an error of the server skips destructors");

// How many bytes of `text` to keep for at most `limit`, so that no UTF-8 character is cut in two.
[[nodiscard]] std::size_t cut_length(std::string_view text, std::size_t limit) noexcept;

// Both may be called from an exception handler: they call nothing of the server and throw nothing.
void describe_error(Failure& failure, const Error& error) noexcept;
void describe(Failure& failure, std::string_view sqlstate, std::string_view message,
              std::string_view detail) noexcept;

}  // namespace command_center::boundary::internal
