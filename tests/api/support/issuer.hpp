// An issuer of tokens: its keys in a file or behind a URL, and what it signs.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/api/token_maker.hpp"

namespace command_center::api_tests {

class Issuer {
 public:
  // With one key for ES256, of this id.
  explicit Issuer(std::string key_id = "first");

  [[nodiscard]] std::string key_set() const;
  [[nodiscard]] const api::identity::PrivateKey& key() const { return key_; }

  // A token that the flags() let in. `members` go into the claims, as `,"nbf":1`.
  [[nodiscard]] std::string token(const std::string& subject, const std::string& tenant,
                                  const std::string& scopes, const std::string& members = {}) const;
  // What is signed by it, whatever the claims say.
  [[nodiscard]] std::string sign(const std::string& claims) const;
  // Claims that are good for `seconds` from now.
  [[nodiscard]] static std::string claims(const std::string& subject, const std::string& tenant,
                                          const std::string& scopes, const std::string& members = {},
                                          long seconds = 3600);
  // Of an API that believes it; `keys`: a file or URL.
  [[nodiscard]] static std::vector<std::string> flags(const std::string& keys);

 private:
  std::string key_id_;
  api::identity::PrivateKey key_;
};

}  // namespace command_center::api_tests
