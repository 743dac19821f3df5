// cjose reads the keys; what they may be used for is decided here: it takes PS256 against a key for RS256.
#include "api/identity/key_set.hpp"

#include <cjose/cjose.h>

#include "api/api.hpp"
#include "api/identity/token_json.hpp"
#include "daemon/failure.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::identity {
namespace {

using Document = rapidjson::Document;
using Value = rapidjson::Value;

constexpr unsigned kParse = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kLeastRsaBits = 2048;
constexpr std::size_t kMostRsaBits = 8192;  // what a signature costs grows with their square

[[noreturn]] void refuse(const char* why) {
  throw Failure(FailureKind::kRefused, sqlstate::kDefinitionInvalid, std::string("the JWK set ") + why);
}

[[nodiscard]] std::string_view text_of(const Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

// The members of a public key, for cjose, which ends the process over padding where none belongs. Nothing
// where one is not as RFC 7518 writes it.
[[nodiscard]] std::optional<std::string> public_half(const Value& key) {
  std::string text;
  json::TextWriter writer(text);
  writer.begin_object();
  for (const char* name : {"kty", "crv"}) {
    if (const std::string_view value = text_of(key, name); !value.empty()) writer.member(name, value);
  }
  for (const char* name : {"x", "y", "n", "e"}) {
    const std::string_view value = text_of(key, name);
    if (value.empty()) continue;
    if (!is_base64url(value)) return std::nullopt;
    writer.member(name, value);
  }
  writer.end_object();
  return text;
}

[[nodiscard]] bool may_verify(const Value& key) {
  if (key.HasMember("use") && text_of(key, "use") != "sig") return false;
  const auto operations = key.FindMember("key_ops");
  if (operations == key.MemberEnd()) return true;
  if (!operations->value.IsArray()) return false;
  for (const Value& operation : operations->value.GetArray()) {
    if (operation.IsString() && std::string_view(operation.GetString()) == "verify") return true;
  }
  return false;
}

struct Shape {
  KeyType type;
  std::size_t signature_bytes;
};

[[nodiscard]] std::optional<Shape> shape_of(const cjose_jwk_t* key) {
  cjose_err error{};
  switch (cjose_jwk_get_kty(key, &error)) {
    case CJOSE_JWK_KTY_RSA: {
      const std::size_t bits = cjose_jwk_get_keysize(key, &error);
      if (bits < kLeastRsaBits || bits > kMostRsaBits) return std::nullopt;
      return Shape{KeyType::kRsa, (bits + 7) / 8};
    }
    case CJOSE_JWK_KTY_EC:
      switch (cjose_jwk_EC_get_curve(key, &error)) {
        case CJOSE_JWK_EC_P_256:
          return Shape{KeyType::kP256, 64};
        case CJOSE_JWK_EC_P_384:
          return Shape{KeyType::kP384, 96};
        case CJOSE_JWK_EC_P_521:
          return Shape{KeyType::kP521, 132};
        default:
          return std::nullopt;
      }
    default:
      return std::nullopt;
  }
}

[[nodiscard]] std::optional<Key> parse_key(const Value& value) {
  if (!value.IsObject() || !may_verify(value)) return std::nullopt;
  const std::optional<std::string> text = public_half(value);
  if (!text) return std::nullopt;
  cjose_err error{};
  std::unique_ptr<cjose_jwk_t, KeyRelease> key(cjose_jwk_import(text->data(), text->size(), &error));
  if (!key) return std::nullopt;
  const std::optional<Shape> shape = shape_of(key.get());
  if (!shape) return std::nullopt;
  return Key{std::string(text_of(value, "kid")), std::string(text_of(value, "alg")), shape->type,
             shape->signature_bytes, std::move(key)};
}

}  // namespace

void KeyRelease::operator()(_cjose_jwk_int* key) const noexcept {
  cjose_jwk_release(key);
}

KeySet::KeySet(std::string_view text) {
  Document document;
  document.Parse<kParse>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) refuse("is no JSON object");
  const auto keys = document.FindMember("keys");
  if (keys == document.MemberEnd() || !keys->value.IsArray()) refuse("has no array \"keys\"");
  if (keys->value.Size() > kMostKeys) refuse("has more than 100 keys");
  for (const Value& value : keys->value.GetArray()) {
    if (std::optional<Key> key = parse_key(value)) keys_.push_back(std::move(*key));
  }
  if (keys_.empty()) refuse("has no key that can check a signature");
}

std::vector<const Key*> KeySet::candidates(const Algorithm& algorithm,
                                           std::optional<std::string_view> id) const {
  std::vector<const Key*> found;
  for (const Key& key : keys_) {
    if (key.type != algorithm.key) continue;
    if (!key.algorithm.empty() && key.algorithm != algorithm.name) continue;
    if (id && key.id != *id) continue;
    found.push_back(&key);
  }
  if (!id && found.size() > 1) found.clear();
  return found;
}

}  // namespace command_center::api::identity
