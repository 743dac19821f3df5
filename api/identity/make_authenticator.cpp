// Files are looked at every few seconds, so that a token that is taken out of one ends soon and without a
// signal.
#include "api/identity/make_authenticator.hpp"

#include <ctime>

#include "api/identity/bearer.hpp"
#include "api/identity/jwks_url.hpp"
#include "api/identity/loopback.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::api::identity {
namespace {

constexpr std::chrono::seconds kLookAtFile{5};

[[nodiscard]] std::unique_ptr<KeptFresh<StaticTokens>> keep_tokens(const std::string& file) {
  return std::make_unique<KeptFresh<StaticTokens>>(
      "the tokens file", [file](const std::atomic<bool>&) { return read_file(file); },
      [](const std::string& text) { return std::make_shared<const StaticTokens>(text); }, Pace{kLookAtFile},
      FirstRead::kNow);
}

[[nodiscard]] std::unique_ptr<KeptFresh<KeySet>> keep_keys(const JwtSettings& jwt) {
  const auto parse = [](const std::string& text) { return std::make_shared<const KeySet>(text); };
  if (!is_url(jwt.keys)) {
    return std::make_unique<KeptFresh<KeySet>>(
        "the JWK set", [file = jwt.keys](const std::atomic<bool>&) { return read_file(file); }, parse,
        Pace{kLookAtFile}, FirstRead::kNow);
  }
  return std::make_unique<KeptFresh<KeySet>>(
      "the JWK set",
      [jwt](const std::atomic<bool>& stopping) { return fetch(jwt.keys, jwt.ca_file, stopping); }, parse,
      Pace{jwt.refresh}, FirstRead::kLater);
}

}  // namespace

std::unique_ptr<Authenticator> make_authenticator(const Settings& settings) {
  if (settings.kind == Kind::kNone) {
    logging::warning("believes every caller (--auth none)");
    return std::make_unique<LoopbackAuthenticator>();
  }
  auto tokens = settings.tokens_file.empty() ? nullptr : keep_tokens(settings.tokens_file);
  auto keys = settings.kind == Kind::kJwt ? keep_keys(settings.jwt) : nullptr;
  return std::make_unique<BearerAuthenticator>(settings.jwt, std::move(tokens), std::move(keys),
                                               [] { return static_cast<std::int64_t>(std::time(nullptr)); });
}

}  // namespace command_center::api::identity
