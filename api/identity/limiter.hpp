// How many requests a subject may make a minute, counted in this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/api.hpp"
#include "api/http/request.hpp"
#include "api/identity/identity.hpp"
#include "api/identity/settings.hpp"
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
  // `subject`: of limited_subject(). Several threads at once; memory is bounded whatever subjects come.
  [[nodiscard]] virtual Allowance take(std::string_view subject, runtime::Clock::time_point now) = 0;
};

// Whose requests are counted together: the identity's, or, for callers that are not known, those from the
// peer's address (of IPv6, its /64). No subject of a token is taken for an address.
[[nodiscard]] std::string limited_subject(const Identity& identity);
[[nodiscard]] std::string limited_subject(std::string_view peer);

// Tokens come back evenly over the minute, so a subject may send all of a minute's at once. When the table is
// full of subjects that were seen in the last minute, what is new is counted together.
[[nodiscard]] std::unique_ptr<Limiter> make_limiter(const Settings& settings);

// RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset. A refusal's Retry-After is the problem's, by
// `reset`.
void append_headers(http::Fields& headers, const Allowance& allowance);

}  // namespace command_center::api::identity
