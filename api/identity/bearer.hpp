// Knows callers by bearer tokens (RFC 6750): JWTs, tokens of a file, or both.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "api/identity/authenticator.hpp"
#include "api/identity/digest.hpp"
#include "api/identity/jwt.hpp"
#include "api/identity/kept_fresh.hpp"
#include "api/identity/settings.hpp"
#include "api/identity/static_tokens.hpp"
#include "extension/core/cache/lru_cache.hpp"

namespace command_center::api::identity {

using UnixSeconds = std::function<std::int64_t()>;

// JWTs that were accepted, by their SHA-256, until they expire or the keys change. Several threads at once.
class AcceptedTokens {
 public:
  [[nodiscard]] std::shared_ptr<const Identity> find(const Digest& digest, const KeySet* keys,
                                                     std::int64_t now);
  void put(const Digest& digest, const std::shared_ptr<const KeySet>& keys, std::int64_t until,
           std::shared_ptr<const Identity> identity);

 private:
  struct Entry {
    std::shared_ptr<const Identity> identity;
    std::int64_t until;
  };

  std::mutex mutex_;
  // The entries are of these keys; held, so that no other set can have their address.
  std::shared_ptr<const KeySet> keys_;
  cache::LruCache<Entry> entries_;
};

class BearerAuthenticator : public Authenticator {
 public:
  // `tokens` or `keys` may be null.
  BearerAuthenticator(JwtSettings settings, std::unique_ptr<KeptFresh<StaticTokens>> tokens,
                      std::unique_ptr<KeptFresh<KeySet>> keys, UnixSeconds now);

  [[nodiscard]] std::variant<Identity, problems::Problem> authenticate(const Evidence& evidence) override;
  [[nodiscard]] bool is_ready() const override;

 private:
  [[nodiscard]] std::variant<Identity, problems::Problem> judge_jwt(std::string_view token,
                                                                    const Digest& digest, std::int64_t now);

  const JwtSettings settings_;
  const UnixSeconds now_;
  AcceptedTokens accepted_;
  std::unique_ptr<KeptFresh<StaticTokens>> tokens_;
  std::unique_ptr<KeptFresh<KeySet>> keys_;
};

}  // namespace command_center::api::identity
