// Fuzzes what says who calls: nobody gets in without the issuer's key, and what is believed is what commands
// can hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/identity/addresses.hpp"
#include "api/identity/claims.hpp"
#include "api/identity/static_tokens.hpp"
#include "daemon/failure.hpp"

namespace {

using namespace command_center::api::identity;  // NOLINT(google-build-using-namespace)

constexpr std::int64_t kNow = 1'800'000'000;
// Public keys of the examples of RFC 7517, whose private halves this program does not have.
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},{"kty":"RSA","kid":"r","e":"AQAB",)"
    R"("n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV)"
    R"(4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA)"
    R"(ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEg)"
    R"(U8awapJzKnqDKgw"}]})";

void require(bool promise) {
  if (!promise) std::abort();
}

JwtSettings settings() {
  JwtSettings jwt;
  jwt.issuer = "i";
  jwt.audiences = {"a"};
  jwt.roles_claim = "/r/s";
  return jwt;
}

void check(const Identity& identity) {
  require(is_plain_text(identity.subject) && is_plain_text(identity.user_id));
  require(!identity.tenant || identity.tenant->size() == 36);
  for (const std::string& role : identity.roles) require(is_plain_text(role));
}

template <class Value>
void try_parse(std::string_view text) {
  try {
    const Value value(text);
  } catch (const command_center::daemon::Failure&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const KeySet kKeySet(kKeys);
  static const JwtSettings kSettings = settings();
  static const TrustedProxies kProxies({"10.0.0.0/8", "::/1"});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(!std::holds_alternative<Accepted>(judge(text, kKeySet, kSettings, kNow)));
  const Verdict verdict = read_claims(text, kSettings, kNow);
  if (const auto* accepted = std::get_if<Accepted>(&verdict)) {
    require(accepted->until >= kNow);
    check(accepted->identity);
  }
  try_parse<KeySet>(text);
  try_parse<StaticTokens>(text);
  const std::string client = kProxies.client_of("10.0.0.1", {{"x-forwarded-for", std::string(text)}});
  require(parse_address(client).has_value());
  (void)parse_network(text);
  (void)is_loopback_host(text);
  return 0;
}
