// A claim that is missing or of another type than it should be is refused where it decides something: an
// issuer that forgets the tenant must not make an operator of everybody.
#include "api/identity/claims.hpp"

#include <algorithm>
#include <cmath>

#include "api/identity/scopes.hpp"
#include "api/identity/token_json.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::api::identity {
namespace {

using rapidjson::Value;

constexpr std::size_t kMostText = 255;
constexpr double kMostInstant = 1e15;  // far beyond any date, and exact as a double

Rejected no(std::string_view reason) {
  return {Rejected::Kind::kToken, reason};
}
Rejected forbid(std::string_view reason) {
  return {Rejected::Kind::kIdentity, reason};
}

[[nodiscard]] const Value* find_claim(const Value& claims, const std::string& name) {
  if (name.empty() || name.front() != '/') return find_member(claims, name);
  const auto tokens = json::parse_pointer(name);
  if (!tokens) return nullptr;
  const Value* at = &claims;
  for (const std::string& token : *tokens) {
    at = find_member(*at, token);
    if (at == nullptr) return nullptr;
  }
  return at;
}

// A text, or an array of texts. Nothing for whatever else.
[[nodiscard]] std::optional<std::vector<std::string_view>> texts_of(const Value& value) {
  if (value.IsString()) return std::vector<std::string_view>{view_of(value)};
  if (!value.IsArray()) return std::nullopt;
  std::vector<std::string_view> texts;
  for (const Value& one : value.GetArray()) {
    if (!one.IsString()) return std::nullopt;
    texts.push_back(view_of(one));
  }
  return texts;
}

// Nothing: not there. NaN: there, and no date.
[[nodiscard]] std::optional<double> instant_of(const Value& claims, std::string_view name) {
  const Value* value = find_member(claims, name);
  if (value == nullptr) return std::nullopt;
  if (!value->IsNumber() || !(std::abs(value->GetDouble()) <= kMostInstant)) return std::nan("");
  return value->GetDouble();
}

struct Validity {
  std::int64_t until;
};

[[nodiscard]] std::variant<Validity, Rejected> check_times(const Value& claims, const JwtSettings& settings,
                                                           std::int64_t now) {
  const auto leeway = static_cast<double>(settings.leeway.count());
  const auto instant = static_cast<double>(now);
  const std::optional<double> expires = instant_of(claims, "exp");
  if (!expires || std::isnan(*expires)) return no("the token does not say when it expires");
  if (!(instant < *expires + leeway)) return no("the token has expired");
  if (const std::optional<double> begins = instant_of(claims, "nbf");
      begins && !(*begins - leeway <= instant))
    return no("the token is not valid yet");
  return Validity{static_cast<std::int64_t>(std::floor(*expires + leeway))};
}

[[nodiscard]] std::optional<Rejected> check_parties(const Value& claims, const JwtSettings& settings) {
  const Value* issuer = find_member(claims, "iss");
  if (issuer == nullptr || !issuer->IsString() || view_of(*issuer) != settings.issuer)
    return no("the token is of another issuer");
  const Value* audience = find_member(claims, "aud");
  const auto audiences = audience == nullptr ? std::nullopt : texts_of(*audience);
  const bool is_for_us = audiences && std::any_of(audiences->begin(), audiences->end(), [&](auto one) {
                           return std::find(settings.audiences.begin(), settings.audiences.end(), one) !=
                                  settings.audiences.end();
                         });
  if (!is_for_us) return no("the token is for another audience");
  return std::nullopt;
}

// Scopes of others are passed over: a token is for several services.
[[nodiscard]] Scopes scopes_of(const Value& claims, const JwtSettings& settings) {
  const Value* value = find_claim(claims, settings.scope_claim);
  const auto texts = value == nullptr ? std::nullopt : texts_of(*value);
  Scopes scopes = kNoScope;
  for (std::string_view text : texts.value_or(std::vector<std::string_view>{})) {
    while (!text.empty()) {
      const std::size_t space = std::min(text.find(' '), text.size());
      scopes |= parse_scope(text.substr(0, space)).value_or(kNoScope);
      text.remove_prefix(std::min(space + 1, text.size()));
    }
  }
  return scopes;
}

[[nodiscard]] std::optional<Rejected> take_tenant(const Value& claims, const JwtSettings& settings,
                                                  Identity& identity) {
  const Value* value = find_claim(claims, settings.tenant_claim);
  const auto texts = value == nullptr ? std::nullopt : texts_of(*value);
  if (!texts || texts->empty()) return forbid("the token names no tenant");
  if (texts->size() > 1) return forbid("the token names several tenants");
  if (texts->front() == "*") return std::nullopt;
  const auto uuid = identifiers::parse_uuid(texts->front());
  if (!uuid) return forbid("the token's tenant is no uuid");
  identity.tenant = identifiers::to_text(*uuid);
  return std::nullopt;
}

[[nodiscard]] std::optional<Rejected> take_roles(const Value& claims, const JwtSettings& settings,
                                                 Identity& identity) {
  const Value* value = find_claim(claims, settings.roles_claim);
  if (value == nullptr || value->IsNull()) return std::nullopt;
  const auto texts = texts_of(*value);
  if (!texts || texts->size() > kMostRoles || !std::all_of(texts->begin(), texts->end(), is_plain_text))
    return forbid("the token's roles cannot be read");
  identity.roles.assign(texts->begin(), texts->end());
  return std::nullopt;
}

}  // namespace

bool is_plain_text(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMostText && json_schema::values::is_well_formed_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7F;
         });
}

Verdict read_claims(std::string_view text, const JwtSettings& settings, std::int64_t now) {
  rapidjson::Document claims;
  if (!parse_object(text, claims)) return no("the token's claims are no JSON object that has each name once");
  const std::variant<Validity, Rejected> validity = check_times(claims, settings, now);
  if (const auto* rejected = std::get_if<Rejected>(&validity)) return *rejected;
  if (auto rejected = check_parties(claims, settings)) return *rejected;

  Identity identity;
  const Value* subject = find_claim(claims, settings.subject_claim);
  if (subject == nullptr || !subject->IsString() || !is_plain_text(view_of(*subject)))
    return forbid("the token does not say who calls");
  identity.subject = view_of(*subject);
  identity.user_id = identity.subject;
  if (auto rejected = take_tenant(claims, settings, identity)) return *rejected;
  if (auto rejected = take_roles(claims, settings, identity)) return *rejected;
  identity.scopes = scopes_of(claims, settings);
  return Accepted{std::move(identity), std::get<Validity>(validity).until};
}

}  // namespace command_center::api::identity
