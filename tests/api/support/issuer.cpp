// The claims are those that docs/authentication.md asks for.
#include "tests/api/support/issuer.hpp"

#include <ctime>
#include <utility>

namespace command_center::api_tests {

namespace identity = api::identity;

Issuer::Issuer(std::string key_id)
    : key_id_(std::move(key_id)), key_(identity::make_ec(CJOSE_JWK_EC_P_256)) {}

std::string Issuer::key_set() const {
  return identity::jwk_set(identity::public_jwk(key_, R"("kid":")" + key_id_ + '"'));
}

std::string Issuer::sign(const std::string& claims) const {
  return identity::sign(key_, "ES256", claims, R"(,"kid":")" + key_id_ + '"');
}

std::string Issuer::claims(const std::string& subject, const std::string& tenant, const std::string& scopes,
                           const std::string& members, long seconds) {
  return R"({"iss":"https://issuer.example","aud":"command-center","sub":")" + subject +
         R"(","tenant_id":")" + tenant + R"(","scope":")" + scopes + R"(","roles":["clerk"],"exp":)" +
         std::to_string(std::time(nullptr) + seconds) + members + "}";
}

std::string Issuer::token(const std::string& subject, const std::string& tenant, const std::string& scopes,
                          const std::string& members) const {
  return sign(claims(subject, tenant, scopes, members));
}

std::vector<std::string> Issuer::flags(const std::string& keys) {
  return {"--auth",
          "jwt",
          "--jwks",
          keys,
          "--jwt-issuer",
          "https://issuer.example",
          "--jwt-audience",
          "command-center",
          "--requests-per-minute",
          "0"};
}

}  // namespace command_center::api_tests
