// Judges a JWT: its form, its signature and its claims, in this order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/identity/identity.hpp"
#include "api/identity/key_set.hpp"
#include "api/identity/settings.hpp"

namespace command_center::api::identity {

struct Accepted {
  Identity identity;
  std::int64_t until;  // Unix seconds: when it expires, leeway included
};

struct Rejected {
  enum class Kind {
    kToken,       // 401
    kUnknownKey,  // 401, and the keys may be out of date
    kIdentity,    // 403: it is genuine, and says too little or too much of who calls
  };
  Kind kind;
  std::string_view reason;  // a constant
};

using Verdict = std::variant<Accepted, Rejected>;

// Never throws for what a token holds. `now`: Unix seconds.
[[nodiscard]] Verdict judge(std::string_view token, const KeySet& keys, const JwtSettings& settings,
                            std::int64_t now);

}  // namespace command_center::api::identity
