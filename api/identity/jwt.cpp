// The header is read here and not by cjose, which cannot tell a member that is no text from one that is not
// there (so {"crit":"exp"} would pass). Nothing in a header leads to a key (jwk, jku, x5c …).
#include "api/identity/jwt.hpp"

#include <cjose/cjose.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "api/identity/claims.hpp"
#include "api/identity/token_json.hpp"

namespace command_center::api::identity {
namespace {

constexpr std::size_t kMostBytes = 8192;
constexpr std::size_t kMostCandidates = 4;

struct Release {
  void operator()(cjose_jws_t* token) const noexcept { cjose_jws_release(token); }
};
using Jws = std::unique_ptr<cjose_jws_t, Release>;

struct Parts {
  std::string_view header, payload, signature;
};

Rejected no(std::string_view reason) {
  return {Rejected::Kind::kToken, reason};
}

// cjose passes over some characters, takes padding, and ends the process over padding where none belongs: a
// token of ours has one spelling.
[[nodiscard]] std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const Parts parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1)};
  for (const std::string_view part : {parts.header, parts.payload, parts.signature}) {
    if (!is_base64url(part)) return std::nullopt;
  }
  return parts;
}

// Members that decide how a token is checked.
struct Header {
  std::string algorithm;
  std::optional<std::string> key_id;
};

[[nodiscard]] std::optional<std::string> decode(std::string_view part) {
  cjose_err error{};
  std::uint8_t* bytes = nullptr;
  std::size_t length = 0;
  if (!cjose_base64url_decode(part.data(), part.size(), &bytes, &length, &error)) return std::nullopt;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owned(bytes, std::free);
  return std::string(reinterpret_cast<const char*>(bytes), length);
}

// A logout token or a proof of possession by the same issuer is no right to call (RFC 8725, 3.11).
[[nodiscard]] bool is_access_token(std::string_view type) {
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower == "jwt" || lower == "at+jwt" || lower == "application/at+jwt" || lower == "application/jwt";
}

[[nodiscard]] std::variant<Header, Rejected> read_header(std::string_view part) {
  const std::optional<std::string> text = decode(part);
  rapidjson::Document header;
  if (!text || !parse_object(*text, header))
    return no("the token's header is no JSON object that has each name once");
  if (find_member(header, "crit") != nullptr)
    return no("the token has critical header parameters, of which none is known here");
  const rapidjson::Value* type = find_member(header, "typ");
  if (type != nullptr && (!type->IsString() || !is_access_token(view_of(*type))))
    return no("the token is of another type");
  const rapidjson::Value* algorithm = find_member(header, "alg");
  if (algorithm == nullptr || !algorithm->IsString()) return no("the token names no algorithm");
  Header read{std::string(view_of(*algorithm)), std::nullopt};
  if (const rapidjson::Value* key_id = find_member(header, "kid")) {
    if (!key_id->IsString()) return no("the token's kid is no text");
    read.key_id = view_of(*key_id);
  }
  return read;
}

[[nodiscard]] constexpr std::size_t encoded_length(std::size_t bytes) {
  return ((bytes * 8) + 5) / 6;
}

// The length is compared first: the library reads as much of a signature as the key is long.
[[nodiscard]] bool is_signed_by(cjose_jws_t* token, const Parts& parts, const Key& key) {
  if (parts.signature.size() != encoded_length(key.signature_bytes)) return false;
  cjose_err error{};
  return cjose_jws_verify(token, key.key.get(), &error);
}

[[nodiscard]] std::optional<Rejected> check_signature(cjose_jws_t* token, const Parts& parts,
                                                      const Header& header, const KeySet& keys,
                                                      const std::vector<std::string>& allowed) {
  const Algorithm* algorithm = find_algorithm(header.algorithm);
  // What the library will use is what was judged.
  cjose_err error{};
  const char* used = cjose_header_get(cjose_jws_get_protected(token), "alg", &error);
  if (used == nullptr || header.algorithm != used) return no("the token's algorithm is not accepted");
  const bool is_allowed = std::any_of(allowed.begin(), allowed.end(),
                                      [&](const std::string& name) { return name == header.algorithm; });
  if (algorithm == nullptr || !is_allowed) return no("the token's algorithm is not accepted");
  const std::vector<const Key*> candidates = keys.candidates(*algorithm, header.key_id);
  if (candidates.empty())
    return Rejected{Rejected::Kind::kUnknownKey, "the token is signed with a key that is not known"};
  const std::size_t tried = std::min(candidates.size(), kMostCandidates);
  for (std::size_t i = 0; i < tried; ++i) {
    if (is_signed_by(token, parts, *candidates[i])) return std::nullopt;
  }
  return no("the token's signature is wrong");
}

}  // namespace

Verdict judge(std::string_view token, const KeySet& keys, const JwtSettings& settings, std::int64_t now) {
  if (token.size() > kMostBytes) return no("the token is longer than 8 kB");
  const std::optional<Parts> parts = split(token);
  if (!parts) return no("the token is no JWT");
  const std::variant<Header, Rejected> header = read_header(parts->header);
  if (const auto* rejected = std::get_if<Rejected>(&header)) return *rejected;
  cjose_err error{};
  const Jws jws(cjose_jws_import(token.data(), token.size(), &error));
  if (!jws) return no("the token is no JWT that can be read");
  if (auto rejected = check_signature(jws.get(), *parts, std::get<Header>(header), keys, settings.algorithms))
    return *rejected;
  std::uint8_t* bytes = nullptr;
  std::size_t length = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &length, &error) || bytes == nullptr)
    return no("the token has no claims");
  return read_claims({reinterpret_cast<const char*>(bytes), length}, settings, now);
}

}  // namespace command_center::api::identity
