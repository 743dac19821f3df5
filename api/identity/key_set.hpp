// The public keys of an issuer (RFC 7517), of which those that may sign tokens are kept.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/identity/algorithms.hpp"

struct _cjose_jwk_int;  // NOLINT: the library's name

namespace command_center::api::identity {

struct KeyRelease {
  void operator()(_cjose_jwk_int* key) const noexcept;
};

struct Key {
  std::string id;         // kid; may be empty
  std::string algorithm;  // alg: the only one it may be used for; empty: all of its type
  KeyType type;
  std::size_t signature_bytes;
  std::unique_ptr<_cjose_jwk_int, KeyRelease> key;
};

// Never changes once it is parsed, so that several threads may use it at once.
class KeySet {
 public:
  // Leaves out keys that are not for signatures, of types we do not know, secret (oct) or too short (RSA
  // below 2,048 bits). Throws Failure(kRefused) where the text is no JWK set or no key is left.
  explicit KeySet(std::string_view text);

  // The keys that a token with this algorithm and kid may be signed with. Without a kid: the one key of that
  // algorithm, and none where there are several.
  [[nodiscard]] std::vector<const Key*> candidates(const Algorithm& algorithm,
                                                   std::optional<std::string_view> id) const;

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  std::vector<Key> keys_;
};

}  // namespace command_center::api::identity
