// Whoever reads the file learns no token: they are random and too long to guess from their hashes.
#include "api/identity/static_tokens.hpp"

#include <algorithm>
#include <set>

#include "api/api.hpp"
#include "api/identity/claims.hpp"
#include "api/identity/scopes.hpp"
#include "daemon/failure.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/json/rapidjson.hpp"

namespace command_center::api::identity {
namespace {

using rapidjson::Value;

constexpr unsigned kParse = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
constexpr std::size_t kMostTokens = 1000;
constexpr std::string_view kMembers[] = {"sha256", "subject", "userId", "tenant",
                                         "roles",  "scopes",  "expires"};

// Reads one entry; each complaint names it by its place.
class Entry {
 public:
  Entry(const Value& value, std::size_t index) : value_(value), index_(index) {
    if (!value.IsObject()) refuse("is no object");
    std::set<std::string_view> names;
    for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member) {
      const std::string_view name(member->name.GetString(), member->name.GetStringLength());
      if (std::find(std::begin(kMembers), std::end(kMembers), name) == std::end(kMembers))
        refuse("has an unknown member \"" + std::string(name) + "\"");
      if (!names.insert(name).second) refuse("has \"" + std::string(name) + "\" twice");
    }
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Failure(FailureKind::kRefused, sqlstate::kDefinitionInvalid,
                  "token " + std::to_string(index_ + 1) + " of the tokens file " + why);
  }

  [[nodiscard]] std::string text(const char* name) const {
    const auto member = value_.FindMember(name);
    if (member == value_.MemberEnd() || !member->value.IsString()) refuse(missing(name));
    std::string text(member->value.GetString(), member->value.GetStringLength());
    if (!is_plain_text(text)) refuse(missing(name));
    return text;
  }

  [[nodiscard]] std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> texts;
    const auto member = value_.FindMember(name);
    if (member == value_.MemberEnd()) return texts;
    if (!member->value.IsArray() || member->value.Size() > kMostRoles)
      refuse("needs an array of texts \"" + std::string(name) + "\"");
    for (const Value& one : member->value.GetArray()) {
      if (!one.IsString() || !is_plain_text({one.GetString(), one.GetStringLength()}))
        refuse("needs an array of texts \"" + std::string(name) + "\"");
      texts.emplace_back(one.GetString(), one.GetStringLength());
    }
    return texts;
  }

  [[nodiscard]] std::optional<std::int64_t> instant(const char* name) const {
    const auto member = value_.FindMember(name);
    if (member == value_.MemberEnd()) return std::nullopt;
    if (!member->value.IsInt64()) refuse("needs Unix seconds as \"" + std::string(name) + "\"");
    return member->value.GetInt64();
  }

  [[nodiscard]] bool has(const char* name) const { return value_.HasMember(name); }

 private:
  [[nodiscard]] static std::string missing(const char* name) {
    return "needs a text \"" + std::string(name) + "\"";
  }

  const Value& value_;
  std::size_t index_;
};

[[nodiscard]] StaticToken parse_token(const Entry& entry) {
  StaticToken token;
  const std::optional<Digest> digest = parse_digest(entry.text("sha256"));
  if (!digest) entry.refuse("needs 64 hexadecimal digits as \"sha256\"");
  token.sha256 = *digest;
  token.expires = entry.instant("expires");
  Identity identity;
  identity.subject = entry.text("subject");
  identity.user_id = entry.has("userId") ? entry.text("userId") : identity.subject;
  identity.roles = entry.texts("roles");
  for (const std::string& name : entry.texts("scopes")) {
    const std::optional<Scopes> scopes = parse_scope(name);
    if (!scopes) entry.refuse("has an unknown scope \"" + name + "\"");
    identity.scopes |= *scopes;
  }
  // Never by omission: who may act for every tenant is told so.
  if (const std::string tenant = entry.text("tenant"); tenant != "*") {
    const auto uuid = identifiers::parse_uuid(tenant);
    if (!uuid) entry.refuse("needs a uuid or \"*\" as \"tenant\"");
    identity.tenant = identifiers::to_text(*uuid);
  }
  token.identity = std::make_shared<const Identity>(std::move(identity));
  return token;
}

}  // namespace

StaticTokens::StaticTokens(std::string_view json) {
  rapidjson::Document document;
  document.Parse<kParse>(json.data(), json.size());
  const auto refuse = [](const char* why) {
    throw Failure(FailureKind::kRefused, sqlstate::kDefinitionInvalid, std::string("the tokens file ") + why);
  };
  if (document.HasParseError() || !document.IsArray()) refuse("is no JSON array");
  if (document.Size() > kMostTokens) refuse("has more than 1000 tokens");
  for (rapidjson::SizeType i = 0; i < document.Size(); ++i) {
    const Entry entry(document[i], i);
    StaticToken token = parse_token(entry);
    if (find(token.sha256) != nullptr) entry.refuse("has the \"sha256\" of another");
    tokens_.push_back(std::move(token));
  }
}

const StaticToken* StaticTokens::find(const Digest& digest) const noexcept {
  const StaticToken* found = nullptr;
  for (const StaticToken& token : tokens_) {
    if (is_same(token.sha256, digest)) found = &token;
  }
  return found;
}

}  // namespace command_center::api::identity
