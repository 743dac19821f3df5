// Signs a request as Standard Webhooks does (standardwebhooks.com), so that a receiver knows whom it is from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::relay::notifier {

class Signer {
 public:
  Signer() = default;  // signs nothing
  // Secrets as `whsec_` and Base64 of 24 to 64 bytes, or the Base64 alone, with blanks between. Nothing for
  // any other text; an empty one is no secret.
  [[nodiscard]] static std::optional<Signer> parse(std::string_view secrets);

  [[nodiscard]] bool is_on() const noexcept { return !keys_.empty(); }

  // The header webhook-signature: "v1," and the Base64 of the HMAC-SHA-256 of "id.seconds.body", one for each
  // secret.
  [[nodiscard]] std::string sign(std::string_view id, std::int64_t unix_seconds, std::string_view body) const;

 private:
  std::vector<std::string> keys_;
};

}  // namespace command_center::relay::notifier
