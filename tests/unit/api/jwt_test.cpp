// Promises of which JWTs are believed, each with the attack that breaks it elsewhere.
#include "api/identity/jwt.hpp"

#include <gtest/gtest.h>

#include "daemon/failure.hpp"
#include "tests/unit/api/token_maker.hpp"

namespace command_center::api::identity {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr const char* kTenant = "0198f6a0-0000-7000-8000-00000000000a";

std::string claims_with(const std::string& members) {
  return R"({"iss":"https://issuer.example","aud":"command-center","sub":"ann")" + members + "}";
}

const std::string kTenantClaim = R"(,"tenant_id":"0198f6a0-0000-7000-8000-00000000000a")";
const std::string kGoodClaims =
    claims_with(kTenantClaim + R"(,"exp":1800000060,"roles":["ADMIN"],"scope":"openid commands:execute")");

class Jwt : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    rsa_ = make_rsa();
    other_rsa_ = make_rsa();
    ec_ = make_ec(CJOSE_JWK_EC_P_256);
    ec384_ = make_ec(CJOSE_JWK_EC_P_384);
  }
  static void TearDownTestSuite() {
    rsa_.reset();
    other_rsa_.reset();
    ec_.reset();
    ec384_.reset();
  }

  Jwt() {
    settings_.issuer = "https://issuer.example";
    settings_.audiences = {"command-center"};
  }

  static KeySet keys() {
    return KeySet(jwk_set(public_jwk(rsa_, R"("kid":"r")") + "," + public_jwk(ec_, R"("kid":"e")")));
  }

  Verdict judged(const std::string& token) const { return judge(token, keys(), settings_, kNow); }
  Verdict judged_claims(const std::string& claims) const {
    return judged(sign(ec_, "ES256", claims, R"(,"kid":"e")"));
  }

  // What is said against it; empty where it is accepted.
  static std::string_view reason_of(const Verdict& verdict) {
    const auto* rejected = std::get_if<Rejected>(&verdict);
    return rejected != nullptr ? rejected->reason : std::string_view{};
  }
  static bool forbids(const Verdict& verdict) {
    const auto* rejected = std::get_if<Rejected>(&verdict);
    return rejected != nullptr && rejected->kind == Rejected::Kind::kIdentity;
  }

  static inline PrivateKey rsa_, other_rsa_, ec_, ec384_;
  JwtSettings settings_;
};

constexpr std::string_view kWrongSignature = "the token's signature is wrong";
constexpr std::string_view kWrongAlgorithm = "the token's algorithm is not accepted";
constexpr std::string_view kUnknownKey = "the token is signed with a key that is not known";

TEST_F(Jwt, AGoodTokenSaysWhoCalls) {
  for (const std::string& token : {sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")"),
                                   sign(rsa_, "PS256", kGoodClaims, R"(,"kid":"r","typ":"at+jwt")"),
                                   sign(ec_, "ES256", kGoodClaims, R"(,"typ":"JWT")")}) {
    const Verdict verdict = judged(token);
    ASSERT_EQ(reason_of(verdict), "");
    const auto& accepted = std::get<Accepted>(verdict);
    EXPECT_EQ(accepted.identity.subject, "ann");
    EXPECT_EQ(accepted.identity.user_id, "ann");
    EXPECT_EQ(accepted.identity.tenant, kTenant);
    EXPECT_EQ(accepted.identity.roles, std::vector<std::string>{"ADMIN"});
    EXPECT_EQ(accepted.identity.scopes, kExecute);
    EXPECT_EQ(accepted.until, kNow + 60 + 30);
  }
}

TEST_F(Jwt, ATokenWithoutSignatureIsRefused) {
  for (const char* algorithm : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string head = base64url(R"({"alg":")" + std::string(algorithm) + R"(","kid":"r"})");
    const std::string body = base64url(kGoodClaims);
    EXPECT_NE(reason_of(judged(head + "." + body + ".")), "") << algorithm;
    EXPECT_NE(reason_of(judged(head + "." + body + "." + base64url("x"))), "") << algorithm;
  }
  const std::string good = sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")");
  EXPECT_NE(reason_of(judged(good.substr(0, good.rfind('.') + 1))), "");
  EXPECT_NE(reason_of(judged(good.substr(0, good.rfind('.')))), "");
}

TEST_F(Jwt, APublicKeyIsNoSecretToSignWith) {
  const std::string published = public_jwk(rsa_, R"("kid":"r")");
  for (const char* algorithm : {"HS256", "HS384", "HS512"}) {
    const std::string forged = sign(make_secret(published), algorithm, kGoodClaims, R"(,"kid":"r")");
    ASSERT_NE(forged, "");
    EXPECT_EQ(reason_of(judged(forged)), kWrongAlgorithm);
  }
  // Not even where somebody allows it, or the set holds a secret.
  settings_.algorithms = {"HS256"};
  const PrivateKey secret = make_secret("0123456789abcdef0123456789abcdef");
  const std::string token = sign(secret, "HS256", kGoodClaims);
  EXPECT_EQ(reason_of(judged(token)), kWrongAlgorithm);
  EXPECT_THROW(KeySet(jwk_set(R"({"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"})")),
               Failure);
}

TEST_F(Jwt, AKeyServesTheAlgorithmItIsFor) {
  const KeySet marked(jwk_set(public_jwk(rsa_, R"("kid":"r","alg":"RS256")")));
  const auto judged_by = [&](const std::string& token) {
    return reason_of(judge(token, marked, settings_, kNow));
  };
  EXPECT_EQ(judged_by(sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")")), "");
  EXPECT_EQ(judged_by(sign(rsa_, "PS256", kGoodClaims, R"(,"kid":"r")")), kUnknownKey);
  settings_.algorithms = {"ES256"};
  const KeySet p384(jwk_set(public_jwk(ec384_, R"("kid":"e")")));
  const std::string token = sign(ec384_, "ES256", kGoodClaims, R"(,"kid":"e")");
  EXPECT_NE(reason_of(judge(token, p384, settings_, kNow)), "");
}

TEST_F(Jwt, AnAlgorithmThatIsNotAskedForIsRefused) {
  EXPECT_EQ(reason_of(judged(sign(rsa_, "RS384", kGoodClaims, R"(,"kid":"r")"))), kWrongAlgorithm);
  settings_.algorithms = {"RS384"};
  EXPECT_EQ(reason_of(judged(sign(rsa_, "RS384", kGoodClaims, R"(,"kid":"r")"))), "");
  EXPECT_EQ(reason_of(judged(sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")"))), kWrongAlgorithm);
}

TEST_F(Jwt, AKeyForEncryptionOrTooShortIsNoKey) {
  EXPECT_THROW(KeySet(jwk_set(public_jwk(rsa_, R"("use":"enc")"))), Failure);
  EXPECT_THROW(KeySet(jwk_set(public_jwk(rsa_, R"("key_ops":["encrypt"])"))), Failure);
  EXPECT_THROW(KeySet(jwk_set(public_jwk(make_rsa(1024)))), Failure);
  EXPECT_EQ(KeySet(jwk_set(public_jwk(rsa_, R"("use":"sig","key_ops":["verify"])"))).size(), 1U);
}

TEST_F(Jwt, ASetThatIsNoneIsRefused) {
  const std::string deep(100'000, '[');
  for (const std::string& text :
       {std::string(""), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"), jwk_set(""),
        jwk_set("1,null,{}"), jwk_set(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"), jwk_set(deep)}) {
    EXPECT_THROW(KeySet{text}, Failure) << text.substr(0, 60);
  }
}

// Each of them ended the process in the library.
TEST_F(Jwt, AKeyWithPaddingInItIsNoKey) {
  const std::string good = public_jwk(ec_);
  for (const char* name : {"\"x\":\"", "\"y\":\""}) {
    std::string key = good;
    const std::size_t value = key.find(name) + 5;
    key[key.find('"', value) - 2] = '=';
    EXPECT_THROW(KeySet{jwk_set(key)}, Failure) << key;
    EXPECT_EQ(KeySet(jwk_set(key + "," + public_jwk(rsa_))).size(), 1U);
  }
}

TEST_F(Jwt, SomebodyElsesSignatureIsRefused) {
  EXPECT_EQ(reason_of(judged(sign(other_rsa_, "RS256", kGoodClaims, R"(,"kid":"r")"))), kWrongSignature);
  // Changed claims under a right signature.
  const std::string good = sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")");
  const std::string head = good.substr(0, good.find('.'));
  const std::string tail = good.substr(good.rfind('.'));
  EXPECT_EQ(
      reason_of(judged(head + "." + base64url(claims_with(R"(,"exp":1900000000,"tenant_id":"*")")) + tail)),
      kWrongSignature);
}

TEST_F(Jwt, AKeyThatTheTokenBringsIsNotUsed) {
  const std::string own = public_jwk(other_rsa_, R"("kid":"mine")");
  EXPECT_EQ(reason_of(judged(sign(other_rsa_, "RS256", kGoodClaims, R"(,"kid":"r","jwk":)" + own))),
            kWrongSignature);
  EXPECT_EQ(reason_of(judged(sign(other_rsa_, "RS256", kGoodClaims,
                                  R"(,"kid":"mine","jku":"https://evil.example/keys")"))),
            kUnknownKey);
}

TEST_F(Jwt, CriticalParametersThatNobodyKnowsAreRefused) {
  for (const char* crit : {R"(["exp"])", "[]", R"(["b64"])", "null", R"("exp")", "0", "{}"}) {
    EXPECT_NE(
        reason_of(judged(sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r","crit":)" + std::string(crit)))), "")
        << crit;
  }
}

TEST_F(Jwt, ATokenForAnotherPurposeIsRefused) {
  for (const char* type :
       {R"("dpop+jwt")", R"("logout+jwt")", R"("secevent+jwt")", R"("")", "1", "null", "[]"}) {
    EXPECT_EQ(reason_of(judged(sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r","typ":)" + std::string(type)))),
              "the token is of another type");
  }
}

TEST_F(Jwt, AnUnknownKeyIsSaidToBeUnknown) {
  const Verdict verdict = judged(sign(other_rsa_, "RS256", kGoodClaims, R"(,"kid":"new")"));
  EXPECT_EQ(std::get<Rejected>(verdict).kind, Rejected::Kind::kUnknownKey);
  EXPECT_NE(reason_of(judged(sign(rsa_, "RS256", kGoodClaims, R"(,"kid":1)"))), "");
}

TEST_F(Jwt, WithoutAKidOneKeyMustBeMeant) {
  const KeySet two(jwk_set(public_jwk(rsa_) + "," + public_jwk(other_rsa_)));
  EXPECT_EQ(reason_of(judge(sign(rsa_, "RS256", kGoodClaims), two, settings_, kNow)), kUnknownKey);
}

TEST_F(Jwt, SignaturesOfAnotherLengthAreNotLookedAt) {
  const std::string good = sign(rsa_, "PS256", kGoodClaims, R"(,"kid":"r")");
  const std::string unsigned_part = good.substr(0, good.rfind('.') + 1);
  for (const std::size_t length : {1U, 32U, 255U, 257U, 4000U}) {
    EXPECT_EQ(reason_of(judged(unsigned_part + base64url(std::string(length, 'x')))), kWrongSignature)
        << length;
  }
  const std::string curve = sign(ec_, "ES256", kGoodClaims, R"(,"kid":"e")");
  const std::string curve_part = curve.substr(0, curve.rfind('.') + 1);
  for (const std::size_t length : {1U, 63U, 65U, 128U}) {
    EXPECT_EQ(reason_of(judged(curve_part + base64url(std::string(length, 'x')))), kWrongSignature) << length;
  }
  EXPECT_EQ(reason_of(judged(curve_part + base64url(std::string(64, '\0')))), kWrongSignature);
}

TEST_F(Jwt, ATokenHasOneSpelling) {
  const std::string good = sign(rsa_, "RS256", kGoodClaims, R"(,"kid":"r")");
  for (const std::string& other :
       {good + "=", good + ".", good + " ", " " + good, "." + good, good + "\n", good + std::string(1, '\0'),
        std::string(9000, 'a'), std::string(), std::string("."), std::string(".."), std::string("a.b.c")}) {
    EXPECT_NE(reason_of(judged(other)), "");
  }
}

TEST_F(Jwt, OfTwoAlgorithmsTheOneThatIsUsedIsJudged) {
  // Whichever the library takes, the other one opens nothing.
  const std::string body = base64url(kGoodClaims);
  for (const char* head :
       {R"({"alg":"none","alg":"RS256","kid":"r"})", R"({"alg":"RS256","alg":"none","kid":"r"})",
        R"({"alg":"HS256","alg":"RS256","kid":"r"})"}) {
    EXPECT_NE(reason_of(judged(base64url(head) + "." + body + "." + base64url(std::string(256, 'x')))), "");
  }
}

TEST_F(Jwt, AnExpiredTokenIsRefusedAfterTheLeeway) {
  const auto expiring = [&](const std::string& exp) {
    return reason_of(judged_claims(claims_with(kTenantClaim + R"(,"exp":)" + exp)));
  };
  EXPECT_EQ(expiring("1799999971"), "");
  EXPECT_EQ(expiring("1799999970"), "the token has expired");
  EXPECT_EQ(expiring("1799999970.5"), "");
  EXPECT_EQ(expiring("-1"), "the token has expired");
  for (const char* none : {"\"1900000000\"", "null", "1e300", "[]", "true"})
    EXPECT_EQ(expiring(none), "the token does not say when it expires") << none;
  EXPECT_EQ(reason_of(judged_claims(claims_with(kTenantClaim))), "the token does not say when it expires");
}

TEST_F(Jwt, ATokenIsRefusedBeforeItBegins) {
  const auto beginning = [&](const std::string& nbf) {
    return reason_of(judged_claims(claims_with(kTenantClaim + R"(,"exp":1800000060,"nbf":)" + nbf)));
  };
  EXPECT_EQ(beginning("1800000030"), "");
  EXPECT_EQ(beginning("1800000031"), "the token is not valid yet");
  EXPECT_EQ(beginning("\"0\""), "the token is not valid yet");
}

TEST_F(Jwt, ATokenOfAnotherIssuerOrForAnotherAudienceIsRefused) {
  const auto of = [&](const std::string& iss, const std::string& aud) {
    return reason_of(judged_claims(R"({"sub":"ann","exp":1800000060)" + kTenantClaim + iss + aud + "}"));
  };
  const std::string iss = R"(,"iss":"https://issuer.example")";
  const std::string aud = R"(,"aud":"command-center")";
  EXPECT_EQ(of(iss, aud), "");
  EXPECT_EQ(of(iss, R"(,"aud":["other","command-center"])"), "");
  for (const char* other : {"", R"(,"iss":"https://issuer.example/")", R"(,"iss":["https://issuer.example"])",
                            R"(,"iss":"https://issuer.example\u0000")"})
    EXPECT_EQ(of(other, aud), "the token is of another issuer") << other;
  for (const char* other : {"", R"(,"aud":"other")", R"(,"aud":[])", R"(,"aud":"command-center2")",
                            R"(,"aud":[1,"command-center"])", R"(,"aud":{"a":"command-center"})"})
    EXPECT_EQ(of(iss, other), "the token is for another audience") << other;
}

TEST_F(Jwt, AClaimIsThereOnce) {
  EXPECT_EQ(reason_of(judged_claims(claims_with(kTenantClaim + R"(,"exp":1800000060,"sub":"bob")"))),
            "the token's claims are no JSON object that has each name once");
}

TEST_F(Jwt, ATokenThatForgetsTheTenantIsNoOperators) {
  const auto with = [&](const std::string& members) {
    return judged_claims(claims_with(R"(,"exp":1800000060,"scope":"admin")" + members));
  };
  for (const char* missing :
       {"", R"(,"tenant_id":null)", R"(,"tenant_id":"")", R"(,"tenant_id":[])", R"(,"tenant_id":"acme")",
        R"(,"tenant_id":1)", R"(,"tenant_id":["0198f6a0-0000-7000-8000-00000000000a","*"])"})
    EXPECT_TRUE(forbids(with(missing))) << missing;
  const Verdict operators = with(R"(,"tenant_id":"*")");
  ASSERT_EQ(reason_of(operators), "");
  EXPECT_EQ(std::get<Accepted>(operators).identity.tenant, std::nullopt);
  const Verdict upper = with(R"(,"tenant_id":"0198F6A0-0000-7000-8000-00000000000A")");
  ASSERT_EQ(reason_of(upper), "");
  EXPECT_EQ(std::get<Accepted>(upper).identity.tenant, kTenant);
}

TEST_F(Jwt, WhoCallsIsATextThatACommandCanHold) {
  const auto called = [&](const std::string& sub) {
    return forbids(
        judged_claims(R"({"iss":"https://issuer.example","aud":"command-center","exp":1800000060)" +
                      kTenantClaim + sub + "}"));
  };
  EXPECT_FALSE(called(R"(,"sub":"jürgen")"));
  for (const std::string& bad : {std::string(), std::string(R"(,"sub":"")"), std::string(R"(,"sub":7)"),
                                 std::string(R"(,"sub":"a\u0000b")"), std::string(R"(,"sub":"a\nb")"),
                                 R"(,"sub":")" + std::string(256, 'a') + '"'})
    EXPECT_TRUE(called(bad)) << bad;
}

TEST_F(Jwt, ClaimsThatAreNoJsonAreRefused) {
  for (const std::string& claims : {std::string("[]"), std::string("null"), std::string("{"),
                                    std::string("{}x"), std::string("\xff\xfe{}"), std::string(7000, '[')}) {
    const std::string token = sign(ec_, "ES256", claims, R"(,"kid":"e")");
    EXPECT_NE(reason_of(judged(token.size() > 8192 ? token.substr(0, 8192) : token)), "");
  }
}

TEST_F(Jwt, ClaimsMayBeElsewhere) {
  settings_.roles_claim = "/realm_access/roles";
  settings_.tenant_claim = "https://tartware.example/tenant";
  settings_.scope_claim = "scp";
  const Verdict verdict = judged_claims(claims_with(
      R"(,"exp":1800000060,"realm_access":{"roles":["DESK","ADMIN"]},"scp":["commands:read","control:write"])"
      R"(,"https://tartware.example/tenant":"0198f6a0-0000-7000-8000-00000000000a")"));
  ASSERT_EQ(reason_of(verdict), "");
  const Identity& identity = std::get<Accepted>(verdict).identity;
  EXPECT_EQ(identity.roles, (std::vector<std::string>{"DESK", "ADMIN"}));
  EXPECT_EQ(identity.scopes, kRead | kControl);
}

}  // namespace
}  // namespace command_center::api::identity
