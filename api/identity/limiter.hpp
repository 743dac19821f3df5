// How many requests a subject may make a minute, counted in this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/api.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::api::identity {

struct Allowance {
  bool admitted = true;
  std::int64_t limit = 0;         // a minute; 0: not limited, and no RateLimit headers
  std::int64_t remaining = 0;     // of this minute's
  std::chrono::seconds reset{0};  // until one more is admitted (refused) or all are again
};

class Limiter {
 public:
  virtual ~Limiter() = default;
  // `subject`: of the token, or the peer's address where there is none. Several threads at once; memory is
  // bounded whatever subjects come.
  [[nodiscard]] virtual Allowance take(std::string_view subject, runtime::Clock::time_point now) = 0;
};

}  // namespace command_center::api::identity
