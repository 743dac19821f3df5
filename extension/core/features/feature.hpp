// Which features apply to a command, and what they make of it together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/features/limit_definition.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::features {

enum class Status { kDisabled, kObserve, kEnabled };

// A feature as the catalogue holds it; an empty scope matches everything.
struct Feature {
  identifiers::Uuid feature_id;
  int version = 0;
  Status status = Status::kEnabled;
  std::optional<std::string> command_name;
  std::optional<std::string> environment;
  std::optional<identifiers::Uuid> tenant_id;
  std::optional<identifiers::Uuid> property_id;
  std::optional<std::string> role;
  std::optional<LimitDefinition> limit;
  bool limit_is_valid = true;  // else somebody wrote the row by hand, and what it limits must not go through
};

// A command as far as features look at it. An empty role is none.
struct Subject {
  std::string_view command_name;
  std::string_view environment;
  identifiers::Uuid tenant_id;
  std::optional<identifiers::Uuid> property_id;
  std::string_view role;
};

// What a template says about commands that no feature mentions.
enum class Availability { kDefault, kOptIn };

[[nodiscard]] bool matches(const Feature& feature, const Subject& subject) noexcept;

// A scope has five columns, each given or not.
inline constexpr int kMostMatches = 32;

// Features that match, gathered one by one; their order does not matter.
class Verdict {
 public:
  // Takes the feature into account when it matches. At most kMostMatches do, since scopes are unique.
  void consider(const Feature& feature, const Subject& subject) noexcept;

  // The feature that disables the command, or null.
  [[nodiscard]] const Feature* disabled_by() const noexcept { return disabled_by_; }
  // Allowed by the template, or by a feature that enables it.
  [[nodiscard]] bool is_available(Availability availability) const noexcept {
    return availability == Availability::kDefault || enabled_;
  }
  [[nodiscard]] bool is_observed() const noexcept { return observed_; }

  // Every feature that matches.
  [[nodiscard]] const Feature* const* begin() const noexcept { return matching_; }
  [[nodiscard]] const Feature* const* end() const noexcept { return matching_ + count_; }
  [[nodiscard]] int count() const noexcept { return count_; }

 private:
  const Feature* matching_[kMostMatches] = {};
  int count_ = 0;
  const Feature* disabled_by_ = nullptr;
  bool observed_ = false;
  bool enabled_ = false;
};

}  // namespace command_center::features
