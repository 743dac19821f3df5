// Attacks with tokens on the daemon itself: its keys come from a file or over HTTP, its clock is the real
// one.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/api/support/issuer.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/support/canned_server.hpp"
#include "tests/unit/api/tls_server.hpp"

namespace command_center::api_tests {
namespace {

namespace identity = api::identity;

constexpr const char* kTenant = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

class Tokens : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<Database>(); }
  static void TearDownTestSuite() { database_.reset(); }

  // Its keys are in a file of its own that is not there twice.
  std::string keys_file(const std::string& keys) {
    const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/keys.json";
    write(file, keys);
    return file;
  }
  // At once, so that nobody reads half of it.
  static void write(const std::string& file, const std::string& keys) {
    std::ofstream(file + ".new") << keys;
    ASSERT_EQ(rename((file + ".new").c_str(), file.c_str()), 0);
  }
  static HttpAnswer execute(const ApiProcess& api, const std::string& token) {
    return HttpClient(api.http_port())
        .post("/v1/commands/order.place/execute", "{}", {"Authorization: Bearer " + token});
  }
  [[nodiscard]] std::string good() const { return issuer_.token("ann", kTenant, "commands:execute"); }
  [[nodiscard]] static std::string claims(const std::string& members = {}, long seconds = 3600) {
    return Issuer::claims("ann", kTenant, "commands:execute", members, seconds);
  }
  [[nodiscard]] static std::size_t dispatches() {
    return std::stoul(database_->connect().value("SELECT count(*) FROM command_center.command_dispatches"));
  }

  static inline std::unique_ptr<Database> database_;
  Issuer issuer_;
};

TEST_F(Tokens, NothingThatTheIssuerDidNotSignForUsIsBelieved) {
  const ApiProcess api(*database_, {Issuer::flags(keys_file(issuer_.key_set())), {}, 0});
  ASSERT_EQ(execute(api, good()).status, 202);
  const std::size_t before = dispatches();
  const identity::PrivateKey stranger = identity::make_ec(CJOSE_JWK_EC_P_256);
  const identity::PrivateKey public_as_secret = identity::make_secret(identity::public_jwk(issuer_.key()));
  const std::string kid = R"(,"kid":"first")";
  const std::string whole = good();
  const std::string header = whole.substr(0, whole.find('.'));
  const std::string payload = whole.substr(header.size() + 1, whole.rfind('.') - header.size() - 1);
  const std::string signature = whole.substr(whole.rfind('.'));
  const auto none = [&](const std::string& algorithm) {
    return identity::base64url(R"({"alg":")" + algorithm + "\"}") + "." + payload + ".";
  };
  const std::vector<std::pair<const char*, std::string>> attacks{
      {"alg none", none("none")},
      {"alg None", none("None")},
      {"alg none with a signature", none("nOnE") + signature.substr(1)},
      {"the public key as a secret", identity::sign(public_as_secret, "HS256", claims(), kid)},
      {"another key of the same id", identity::sign(stranger, "ES256", claims(), kid)},
      {"its own key in the header",
       identity::sign(stranger, "ES256", claims(), kid + R"(,"jwk":)" + identity::public_jwk(stranger))},
      {"a key at an address", identity::sign(stranger, "ES256", claims(), R"(,"jku":"http://127.0.0.1:1/")")},
      {"an unknown key", identity::sign(stranger, "ES256", claims(), R"(,"kid":"second")")},
      {"critical", identity::sign(issuer_.key(), "ES256", claims(), kid + R"(,"crit":["exp"])")},
      {"critical as text", identity::sign(issuer_.key(), "ES256", claims(), kid + R"(,"crit":"exp")")},
      {"of another type", identity::sign(issuer_.key(), "ES256", claims(), kid + R"(,"typ":"logout+jwt")")},
      {"other claims under a good signature",
       header + "." + identity::base64url(Issuer::claims("eve", kTenant, "admin")) + signature},
      {"expired", issuer_.sign(claims({}, -60))},
      {"not yet", issuer_.sign(claims(R"(,"nbf":99999999999)"))},
      {"twice an audience", issuer_.sign(claims(R"(,"aud":"other")"))},
      {"without exp", issuer_.sign(R"({"iss":"https://issuer.example","aud":"command-center","sub":"ann"})")},
      {"padded", whole + "="},
      {"cut", whole.substr(0, whole.size() - 2)},
      {"two tokens", whole + "." + whole},
      {"long", issuer_.sign(claims(R"(,"x":")" + std::string(9000, 'x') + '"'))},
      {"not base64", "a.b$.c"},
      {"nothing", ""},
      {"dots", ".."}};
  for (const auto& [what, token] : attacks) {
    SCOPED_TRACE(what);
    const HttpAnswer answer = execute(api, token);
    EXPECT_EQ(answer.status, 401) << answer.body;
    EXPECT_EQ(answer.header("www-authenticate").rfind("Bearer", 0), 0U);
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    if (token.size() > 10) {
      EXPECT_EQ(answer.body.find(token), std::string::npos);
    }
  }
  const auto replaced = [](std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
  };
  EXPECT_EQ(execute(api, issuer_.sign(replaced(claims(), "issuer.example", "other.example"))).status, 401);
  EXPECT_EQ(execute(api, issuer_.sign(replaced(claims(), "command-center", "other"))).status, 401);
  // Who is known, and names no tenant of its own.
  EXPECT_EQ(execute(api, issuer_.sign(replaced(claims(), "\"tenant_id\"", "\"tenant\""))).status, 403);
  EXPECT_EQ(execute(api, issuer_.sign(replaced(claims(), kTenant, "all"))).status, 403);
  // A head that is too large, and two of what may be there once.
  EXPECT_EQ(execute(api, std::string(100'000, 'a')).status, 431);
  EXPECT_EQ(HttpClient(api.http_port())
                .post("/v1/commands/order.place/execute", "{}",
                      {"Authorization: Bearer " + whole, "Authorization: Bearer x"})
                .status,
            400);
  EXPECT_EQ(dispatches(), before);
  EXPECT_EQ(execute(api, whole).status, 202);
  const std::string log = api.log();
  EXPECT_EQ(log.find(whole), std::string::npos);
  EXPECT_EQ(log.find(signature), std::string::npos);
}

// From a URL; whoever invents keys does not make us ask the issuer for each.
TEST_F(Tokens, AFloodOfUnknownKeysAsksTheIssuerSeldomAndHoldsUpNobody) {
  const std::string keys = issuer_.key_set();
  const loopback::CannedServer server("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                                      std::to_string(keys.size()) + "\r\n\r\n" + keys);
  const ApiProcess api(*database_,
                       {Issuer::flags("http://127.0.0.1:" + std::to_string(server.port()) + "/keys"), {}, 0});
  ASSERT_TRUE(eventually([&] { return execute(api, good()).status == 202; }));
  const auto began = std::chrono::steady_clock::now();
  const identity::PrivateKey stranger = identity::make_ec(CJOSE_JWK_EC_P_256);
  const std::string whole = identity::sign(stranger, "ES256", claims(), R"(,"kid":"x")");
  const std::string rest = whole.substr(whole.find('.'));
  HttpClient client(api.http_port());
  for (int each = 0; each < 500; ++each) {
    const std::string token =
        identity::base64url(R"({"alg":"ES256","kid":")" + std::to_string(each) + "\"}") + rest;
    ASSERT_EQ(client.get("/v1/commands", {"Authorization: Bearer " + token}).status, 401);
  }
  EXPECT_EQ(execute(api, good()).status, 202);
  const auto took = std::chrono::steady_clock::now() - began;
  constexpr std::chrono::seconds kSoonest{30};
  EXPECT_LE(server.asked(), 2 + took / kSoonest);
}

TEST_F(Tokens, KeysComeOverHttpsFromWhomTheFileOfAuthoritiesNames) {
  const api::Certificate authority;
  const api::Certificate of_server("IP:127.0.0.1,DNS:localhost", &authority);
  const std::string keys = issuer_.key_set();
  const api::TlsServer server(of_server, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                                             std::to_string(keys.size()) + "\r\n\r\n" + keys);
  const auto flags = [&](const std::string& name, const api::Certificate& trusted) {
    std::vector<std::string> all = Issuer::flags(server.url());
    const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/" + name;
    std::ofstream(file) << trusted.pem();
    all.insert(all.end(), {"--jwks-ca-file", file});
    return all;
  };
  const api::Certificate stranger;
  ApiProcess of_another(*database_, {flags("another.pem", stranger), {}, 0});
  EXPECT_TRUE(of_another.logs("could not read the JWK set")) << of_another.log();
  EXPECT_EQ(execute(of_another, good()).status / 100, 5);
  EXPECT_EQ(server.asked(), 0);
  const ApiProcess api(*database_, {flags("authority.pem", authority), {}, 0});
  EXPECT_TRUE(eventually([&] { return execute(api, good()).status == 202; })) << api.log();
}

TEST_F(Tokens, KeysThatAreTakenOutOfTheFileEndTheirTokens) {
  const std::string file = keys_file(issuer_.key_set());
  const ApiProcess api(*database_, {Issuer::flags(file), {}, 0});
  const std::string old = good();
  ASSERT_EQ(execute(api, old).status, 202);
  const Issuer next("second");
  const std::string fresh = next.token("ann", kTenant, "commands:execute");
  ASSERT_EQ(execute(api, fresh).status, 401);
  // A file that is no set of keys changes nothing.
  write(file, "{");
  EXPECT_TRUE(api.logs("could not read the JWK set"));
  EXPECT_EQ(execute(api, old).status, 202);
  write(file, next.key_set());
  EXPECT_TRUE(eventually([&] { return execute(api, fresh).status == 202; }));
  EXPECT_EQ(execute(api, old).status, 401);
}

}  // namespace
}  // namespace command_center::api_tests
