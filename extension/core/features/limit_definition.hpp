// What the `limits` of a feature say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/limits/rate.hpp"

namespace command_center::features {

// Whose commands are counted together; a property and a role within their tenant.
enum class Per { kTenant, kProperty, kRole };

struct LimitDefinition {
  Per per = Per::kTenant;
  std::int64_t max_per_minute = 0;
  std::int64_t burst = 0;  // maxPerMinute where the definition has none
  std::int64_t cooldown_seconds = 0;

  [[nodiscard]] limits::Rate rate() const noexcept {
    return limits::make_rate(max_per_minute, burst, cooldown_seconds);
  }
};

// A mistake in a definition; `location` is a JSON pointer into it.
struct LimitError {
  std::string location;
  std::string message;
};

struct LimitOutcome {
  LimitDefinition limit;
  std::vector<LimitError> errors;  // empty: the limit may be used
};

// Whether the text comes from whoever defines a limit, or was stored, maybe by 0.2.0, whose members were
// max_per_minute and cooldown_seconds.
enum class Spelling { kCurrent, kStored };

// Reads {"per": "tenant" | "property" | "role", "maxPerMinute": 1 … 1000000, "burst": 1 … 1000000 | null,
// "cooldownSeconds": 0 … 86400}. Everything unknown is an error.
[[nodiscard]] LimitOutcome parse_limit(std::string_view json, Spelling spelling = Spelling::kCurrent);

[[nodiscard]] std::string_view to_text(Per per) noexcept;

// The same members again, all of them.
[[nodiscard]] std::string to_json(const LimitDefinition& limit);

}  // namespace command_center::features
