// Signs tokens as an issuer would, and as nobody honest would.
#pragma once

#include <cjose/cjose.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace command_center::api::identity {

struct ReleaseKey {
  void operator()(cjose_jwk_t* key) const noexcept { cjose_jwk_release(key); }
};
using PrivateKey = std::unique_ptr<cjose_jwk_t, ReleaseKey>;

inline PrivateKey make_rsa(std::size_t bits = 2048) {
  cjose_err error{};
  const std::uint8_t exponent[] = {1, 0, 1};
  return PrivateKey(cjose_jwk_create_RSA_random(bits, exponent, sizeof(exponent), &error));
}

inline PrivateKey make_ec(cjose_jwk_ec_curve curve) {
  cjose_err error{};
  return PrivateKey(cjose_jwk_create_EC_random(curve, &error));
}

inline PrivateKey make_secret(std::string_view bytes) {
  cjose_err error{};
  return PrivateKey(
      cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &error));
}

// The public half as JSON, with more members such as `"kid":"a"`.
inline std::string public_jwk(const PrivateKey& key, const std::string& members = {}) {
  cjose_err error{};
  const std::unique_ptr<char, void (*)(void*)> text(cjose_jwk_to_json(key.get(), false, &error), std::free);
  std::string json(text.get());
  if (!members.empty()) json.insert(1, members + ",");
  return json;
}

inline std::string jwk_set(const std::string& keys) {
  return R"({"keys":[)" + keys + "]}";
}

inline std::string base64url(std::string_view bytes) {
  cjose_err error{};
  char* text = nullptr;
  std::size_t length = 0;
  cjose_base64url_encode(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &text, &length,
                         &error);
  std::string encoded(text, length);
  std::free(text);
  return encoded;
}

// `members`: of the header besides alg, as `,"kid":"a"`. Empty where it cannot be signed.
inline std::string sign(const PrivateKey& key, const std::string& algorithm, std::string_view claims,
                        const std::string& members = {}) {
  cjose_err error{};
  const std::string header = R"({"alg":")" + algorithm + '"' + members + "}";
  // The library writes fewer kinds of members into a header than it reads.
  const std::string unsigned_token = base64url(header) + "." + base64url("{}") + "." + base64url("x");
  cjose_jws_t* read = cjose_jws_import(unsigned_token.data(), unsigned_token.size(), &error);
  if (read == nullptr) return {};
  cjose_jws_t* token =
      cjose_jws_sign(key.get(), cjose_jws_get_protected(read),
                     reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), &error);
  const char* text = nullptr;
  std::string compact;
  if (token != nullptr && cjose_jws_export(token, &text, &error)) compact = text;
  cjose_jws_release(token);
  cjose_jws_release(read);
  return compact;
}

}  // namespace command_center::api::identity
