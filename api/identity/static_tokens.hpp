// Bearer tokens that a file lists by their SHA-256, each with who it stands for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "api/identity/digest.hpp"
#include "api/identity/identity.hpp"

namespace command_center::api::identity {

struct StaticToken {
  Digest sha256{};
  std::optional<std::int64_t> expires;  // Unix seconds
  std::shared_ptr<const Identity> identity;
};

class StaticTokens {
 public:
  // A JSON array of {"sha256", "subject", "userId", "tenant", "roles", "scopes", "expires"}; tenant is a uuid
  // or
  // "*", expires Unix seconds. At most 1,000. Throws Failure(kRefused) that names the entry, and no hash.
  explicit StaticTokens(std::string_view json);

  // Compares with every entry, in the same time whatever is equal.
  [[nodiscard]] const StaticToken* find(const Digest& digest) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }

 private:
  std::vector<StaticToken> tokens_;
};

}  // namespace command_center::api::identity
