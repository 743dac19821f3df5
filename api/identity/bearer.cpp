// An answer says what is wrong with the caller's own token, and nothing of keys or of other tokens.
#include "api/identity/bearer.hpp"

#include <algorithm>

namespace command_center::api::identity {
namespace {

using problems::Problem;

constexpr std::size_t kMostAccepted = 10'000;
constexpr std::string_view kScheme = "bearer";
constexpr std::string_view kTokenCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
constexpr std::size_t kMostTokenBytes = 8192;

[[nodiscard]] Problem unauthenticated(std::string_view detail, std::string_view challenge,
                                      std::string_view hint = {}) {
  Problem problem = problems::make(401, detail, hint);
  problem.headers.emplace_back("WWW-Authenticate", challenge);
  return problem;
}

// `reason` is a constant of ours without quotes.
[[nodiscard]] Problem invalid_token(std::string_view reason) {
  return unauthenticated(reason,
                         "Bearer realm=\"command-center\", error=\"invalid_token\", error_description=\"" +
                             std::string(reason) + '"');
}

[[nodiscard]] Problem no_token(std::string_view detail) {
  return unauthenticated(detail, "Bearer realm=\"command-center\"",
                         "Send Authorization: Bearer and a token.");
}

// The token, or what is wrong.
[[nodiscard]] std::variant<std::string_view, Problem> token_of(const Evidence& evidence) {
  const std::optional<std::string_view> header = evidence.find("authorization");
  if (!header || header->empty()) return no_token("the request has no token");
  const std::size_t space = header->find(' ');
  const std::string_view scheme = header->substr(0, space);
  const bool is_bearer = std::equal(
      scheme.begin(), scheme.end(), kScheme.begin(), kScheme.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
  if (!is_bearer) return no_token("the request is not authorized by a bearer token");
  std::string_view token = space == std::string_view::npos ? std::string_view{} : header->substr(space);
  while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
  if (token.empty()) return no_token("the request has no token");
  if (token.size() > kMostTokenBytes) return invalid_token("the token is longer than 8 kB");
  if (token.find_first_not_of(kTokenCharacters) != std::string_view::npos)
    return invalid_token("the token has characters that no token has");
  return token;
}

[[nodiscard]] Problem refusal_of(const Rejected& rejected) {
  if (rejected.kind != Rejected::Kind::kIdentity) return invalid_token(rejected.reason);
  Problem problem = problems::make(403, rejected.reason);
  problem.code = sqlstate::kNotAllowed;
  return problem;
}

}  // namespace

std::shared_ptr<const Identity> AcceptedTokens::find(const Digest& digest, const KeySet* keys,
                                                     std::int64_t now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (keys_.get() != keys) return nullptr;
  const Entry* entry = entries_.find(bytes_of(digest));
  return entry != nullptr && now < entry->until ? entry->identity : nullptr;
}

void AcceptedTokens::put(const Digest& digest, const std::shared_ptr<const KeySet>& keys, std::int64_t until,
                         std::shared_ptr<const Identity> identity) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (keys_ != keys) {
    entries_.clear();
    keys_ = keys;
  }
  entries_.put(bytes_of(digest), Entry{std::move(identity), until}, kMostAccepted);
}

BearerAuthenticator::BearerAuthenticator(JwtSettings settings,
                                         std::unique_ptr<KeptFresh<StaticTokens>> tokens,
                                         std::unique_ptr<KeptFresh<KeySet>> keys, UnixSeconds now)
    : settings_(std::move(settings)),
      now_(std::move(now)),
      tokens_(std::move(tokens)),
      keys_(std::move(keys)) {}

bool BearerAuthenticator::is_ready() const {
  return !keys_ || keys_->get() != nullptr;
}

std::variant<Identity, Problem> BearerAuthenticator::authenticate(const Evidence& evidence) {
  const std::variant<std::string_view, Problem> found = token_of(evidence);
  if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
  const std::string_view token = std::get<std::string_view>(found);
  const Digest digest = sha256(token);
  const std::int64_t now = now_();
  if (tokens_) {
    const std::shared_ptr<const StaticTokens> tokens = tokens_->get();
    if (const StaticToken* known = tokens ? tokens->find(digest) : nullptr) {
      if (known->expires && now >= *known->expires) return invalid_token("the token has expired");
      return *known->identity;
    }
  }
  if (!keys_) return invalid_token("the token is not known");
  return judge_jwt(token, digest, now);
}

std::variant<Identity, Problem> BearerAuthenticator::judge_jwt(std::string_view token, const Digest& digest,
                                                               std::int64_t now) {
  const std::shared_ptr<const KeySet> keys = keys_->get();
  if (!keys) {
    Problem problem = problems::make(503, "the keys of the issuer are not there yet");
    problem.retry_after_seconds = 1;
    return problem;
  }
  if (const std::shared_ptr<const Identity> known = accepted_.find(digest, keys.get(), now)) return *known;
  Verdict verdict = judge(token, *keys, settings_, now);
  if (const auto* rejected = std::get_if<Rejected>(&verdict)) {
    if (rejected->kind == Rejected::Kind::kUnknownKey) keys_->ask();
    return refusal_of(*rejected);
  }
  auto& accepted = std::get<Accepted>(verdict);
  auto identity = std::make_shared<const Identity>(std::move(accepted.identity));
  accepted_.put(digest, keys, accepted.until, identity);
  return *identity;
}

}  // namespace command_center::api::identity
