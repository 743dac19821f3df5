// Promises of who is let in: by tokens, or by being on this machine.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "api/identity/bearer.hpp"
#include "api/identity/jwks_url.hpp"
#include "api/identity/loopback.hpp"
#include "api/identity/make_authenticator.hpp"
#include "api/identity/tenant.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/support/canned_server.hpp"
#include "tests/unit/api/tls_server.hpp"
#include "tests/unit/api/token_maker.hpp"

namespace command_center::api::identity {
namespace {

using problems::Problem;
using Known = std::variant<Identity, Problem>;

constexpr const char* kTenant = "0198f6a0-0000-7000-8000-00000000000a";
constexpr const char* kOtherTenant = "0198f6a0-0000-7000-8000-00000000000b";

class Headers : public Evidence {
 public:
  Headers(std::initializer_list<std::pair<const std::string, std::string>> fields) : fields_(fields) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    const auto found = fields_.find(std::string(name));
    if (found == fields_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, std::string> fields_;
};

Headers bearer(const std::string& token) {
  return {{"authorization", "Bearer " + token}};
}

int status_of(const Known& known) {
  const auto* problem = std::get_if<Problem>(&known);
  return problem != nullptr ? problem->status : 200;
}

std::string challenge_of(const Known& known) {
  if (const auto* problem = std::get_if<Problem>(&known)) {
    for (const auto& [name, value] : problem->headers) {
      if (name == "WWW-Authenticate") return value;
    }
  }
  return {};
}

std::string hex_of(std::string_view token) {
  std::string hex;
  for (const std::uint8_t byte : sha256(token)) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

std::string entry(const std::string& token, const std::string& members) {
  return R"({"sha256":")" + hex_of(token) + '"' + members + "}";
}

const std::string kMembers =
    R"(,"subject":"pms","tenant":"0198f6a0-0000-7000-8000-00000000000a","scopes":["commands:execute"])";

// A folder entry that goes when the test ends.
class File {
 public:
  explicit File(const std::string& text)
      : name_(::testing::TempDir() + "identity-" + std::to_string(getpid()) + "-" + std::to_string(made++)) {
    write(text);
  }
  ~File() { std::remove(name_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  void write(const std::string& text) const {
    std::ofstream stream(name_ + ".new");
    stream << text;
    stream.close();
    std::rename((name_ + ".new").c_str(), name_.c_str());
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  static inline int made = 0;
  std::string name_;
};

// Takes connections, and never says a word.
class SilentServer {
 public:
  SilentServer() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address_);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address_), length) != 0 || listen(fd_, 16) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address_), &length) != 0)
      throw std::runtime_error("could not listen");
  }
  ~SilentServer() { close(fd_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  [[nodiscard]] int port() const { return ntohs(address_.sin_port); }

 private:
  int fd_;
  sockaddr_in address_{};
};

// An issuer whose keys a test changes, and who counts how often they are asked for.
struct Issuer {
  std::mutex mutex;
  std::string keys;

  std::unique_ptr<KeptFresh<KeySet>> kept(Pace pace, FirstRead first = FirstRead::kNow) {
    return std::make_unique<KeptFresh<KeySet>>(
        "the test's keys",
        [this](const std::atomic<bool>&) {
          const std::lock_guard<std::mutex> lock(mutex);
          if (keys.empty()) throw Failure(FailureKind::kRefused, kConnectionFailure, "the issuer is away");
          return keys;
        },
        [](const std::string& text) { return std::make_shared<const KeySet>(text); }, pace, first);
  }
  void publish(const std::string& set) {
    const std::lock_guard<std::mutex> lock(mutex);
    keys = set;
  }
};

JwtSettings jwt_settings() {
  JwtSettings settings;
  settings.issuer = "i";
  settings.audiences = {"a"};
  return settings;
}

constexpr std::int64_t kNow = 1'800'000'000;
const std::string kClaims =
    R"({"iss":"i","aud":"a","sub":"ann","exp":1800000060,"tenant_id":"0198f6a0-0000-7000-8000-00000000000a"})";
constexpr std::chrono::hours kNever{1000};

TEST(Bearer, WithoutATokenTheAnswerSaysHowToSendOne) {
  BearerAuthenticator door({}, nullptr, nullptr, [] { return kNow; });
  for (const Headers& headers :
       {Headers{}, Headers{{"authorization", ""}}, Headers{{"authorization", "Bearer"}},
        Headers{{"authorization", "Bearer  "}}, Headers{{"authorization", "Basic YTpi"}},
        Headers{{"authorization", "Bearertoken"}}}) {
    const Known known = door.authenticate(headers);
    EXPECT_EQ(status_of(known), 401);
    EXPECT_EQ(challenge_of(known), "Bearer realm=\"command-center\"");
  }
  const Known unknown = door.authenticate(bearer("what"));
  EXPECT_EQ(status_of(unknown), 401);
  EXPECT_NE(challenge_of(unknown).find("error=\"invalid_token\""), std::string::npos);
  for (const std::string& odd :
       {std::string("a b"), std::string("a\"b"), std::string("a\r\nb"), std::string("\xff")})
    EXPECT_EQ(status_of(door.authenticate(bearer(odd))), 401);
}

TEST(Bearer, AnAcceptedTokenEndsWithItsTimeAndWithItsKey) {
  const PrivateKey key = make_ec(CJOSE_JWK_EC_P_256);
  const PrivateKey next = make_ec(CJOSE_JWK_EC_P_256);
  Issuer issuer;
  issuer.publish(jwk_set(public_jwk(key, R"("kid":"1")")));
  std::atomic<std::int64_t> now{kNow};
  auto kept = issuer.kept({kNever, std::chrono::milliseconds(0)});
  KeptFresh<KeySet>& keys = *kept;
  BearerAuthenticator door(jwt_settings(), nullptr, std::move(kept), [&] { return now.load(); });
  const Headers headers = bearer(sign(key, "ES256", kClaims, R"(,"kid":"1")"));
  EXPECT_EQ(status_of(door.authenticate(headers)), 200);
  EXPECT_EQ(status_of(door.authenticate(headers)), 200);
  now = kNow + 60 + 30;
  EXPECT_EQ(status_of(door.authenticate(headers)), 401);
  now = kNow;
  EXPECT_EQ(status_of(door.authenticate(headers)), 200);
  // The issuer takes the key back; a token with the new one makes us look.
  issuer.publish(jwk_set(public_jwk(next, R"("kid":"2")")));
  const Headers newer = bearer(sign(next, "ES256", kClaims, R"(,"kid":"2")"));
  EXPECT_TRUE(e2e::eventually([&] { return status_of(door.authenticate(newer)) == 200; }));
  EXPECT_EQ(status_of(door.authenticate(headers)), 401);
  EXPECT_TRUE(e2e::eventually([&] { return keys.readings() >= 2; }));
}

TEST(Bearer, AFloodOfUnknownKeysAsksTheIssuerOnce) {
  const PrivateKey key = make_ec(CJOSE_JWK_EC_P_256);
  const PrivateKey other = make_ec(CJOSE_JWK_EC_P_256);
  Issuer issuer;
  issuer.publish(jwk_set(public_jwk(key, R"("kid":"1")")));
  auto kept = issuer.kept({kNever, kNever});
  const KeptFresh<KeySet>& keys = *kept;
  BearerAuthenticator door(jwt_settings(), nullptr, std::move(kept), [] { return kNow; });
  for (int i = 0; i < 200; ++i) {
    const std::string kid = "unknown-" + std::to_string(i);
    EXPECT_EQ(status_of(door.authenticate(bearer(sign(other, "ES256", kClaims, R"(,"kid":")" + kid + '"')))),
              401);
  }
  EXPECT_EQ(keys.readings(), 1);
}

TEST(Bearer, KeysThatCannotBeReadAnyMoreStay) {
  const PrivateKey key = make_ec(CJOSE_JWK_EC_P_256);
  Issuer issuer;
  auto kept = issuer.kept({std::chrono::milliseconds(1), std::chrono::milliseconds(1)}, FirstRead::kLater);
  const KeptFresh<KeySet>& keys = *kept;
  BearerAuthenticator door(jwt_settings(), nullptr, std::move(kept), [] { return kNow; });
  const Headers headers = bearer(sign(key, "ES256", kClaims, R"(,"kid":"1")"));
  const Known early = door.authenticate(headers);
  EXPECT_EQ(status_of(early), 503);
  EXPECT_TRUE(std::get<Problem>(early).retry_after_seconds.has_value());
  EXPECT_FALSE(door.is_ready());
  issuer.publish(jwk_set(public_jwk(key, R"("kid":"1")")));
  EXPECT_TRUE(e2e::eventually([&] { return door.is_ready(); }));
  for (const char* broken : {"", "no json", R"({"keys":[]})"}) {
    issuer.publish(broken);
    const std::int64_t readings = keys.readings();
    EXPECT_TRUE(e2e::eventually([&] { return keys.readings() >= readings + 2; }));
    EXPECT_EQ(status_of(door.authenticate(headers)), 200);
  }
}

TEST(StaticTokensFile, ATokenIsKnownByItsHash) {
  const File file("[" + entry("s3cret", kMembers + R"(,"roles":["SYSTEM"],"userId":"u")") + "," +
                  entry("old", kMembers + R"(,"expires":1)") + "," +
                  entry("root", R"(,"subject":"ops","tenant":"*","scopes":["admin"])") + "]");
  Settings settings;
  settings.kind = Kind::kTokens;
  settings.tokens_file = file.name();
  const auto door = make_authenticator(settings);
  const Known known = door->authenticate(bearer("s3cret"));
  ASSERT_EQ(status_of(known), 200);
  const Identity& identity = std::get<Identity>(known);
  EXPECT_EQ(identity.subject, "pms");
  EXPECT_EQ(identity.user_id, "u");
  EXPECT_EQ(identity.tenant, kTenant);
  EXPECT_EQ(identity.roles, std::vector<std::string>{"SYSTEM"});
  EXPECT_EQ(identity.scopes, kExecute);
  EXPECT_EQ(status_of(door->authenticate(Headers{{"authorization", "bEARER s3cret"}})), 200);
  EXPECT_EQ(status_of(door->authenticate(bearer("old"))), 401);
  EXPECT_EQ(status_of(door->authenticate(bearer("s3cret2"))), 401);
  EXPECT_EQ(status_of(door->authenticate(bearer(hex_of("s3cret")))), 401);
  const Known root = door->authenticate(bearer("root"));
  EXPECT_EQ(std::get<Identity>(root).tenant, std::nullopt);
  EXPECT_EQ(std::get<Identity>(root).scopes, kAdmin | kExecute | kRead | kAcknowledge | kControl);
}

TEST(StaticTokensFile, WhatIsTakenOutEnds) {
  const File file("[" + entry("s3cret", kMembers) + "]");
  auto kept = std::make_unique<KeptFresh<StaticTokens>>(
      "the test's tokens", [&](const std::atomic<bool>&) { return read_file(file.name()); },
      [](const std::string& text) { return std::make_shared<const StaticTokens>(text); },
      Pace{std::chrono::milliseconds(1)}, FirstRead::kNow);
  BearerAuthenticator door({}, std::move(kept), nullptr, [] { return kNow; });
  EXPECT_EQ(status_of(door.authenticate(bearer("s3cret"))), 200);
  file.write("[]");
  EXPECT_TRUE(e2e::eventually([&] { return status_of(door.authenticate(bearer("s3cret"))) == 401; }));
}

TEST(StaticTokensFile, AMistakeNamesTheEntryAndNoHash) {
  const std::string good = entry("a", kMembers);
  for (const std::string& text : {std::string("{}"), std::string("nothing"), "[" + good + "," + good + "]",
                                  "[" + entry("a", R"(,"subject":"s")") + "]",
                                  "[" + entry("a", R"(,"subject":"s","tenant":"acme")") + "]",
                                  "[" + entry("a", kMembers + R"(,"token":"x")") + "]",
                                  "[" + entry("a", kMembers + R"(,"subject":"t")") + "]",
                                  "[" + entry("a", kMembers + R"(,"roles":"r")") + "]",
                                  "[" + entry("a", R"(,"subject":"s","tenant":"*","scopes":["all"])") + "]",
                                  "[" + entry("a", kMembers + R"(,"expires":"never")") + "]",
                                  std::string(R"([{"sha256":"abc"}])"), std::string("[1]")}) {
    try {
      const StaticTokens tokens(text);
      ADD_FAILURE() << text;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.message().find(hex_of("a")), std::string::npos);
    }
  }
}

TEST(Loopback, HeadersSayWhoCalls) {
  LoopbackAuthenticator door;
  const Known known = door.authenticate(
      Headers{{"host", "localhost:8080"}, {"x-user-id", "user123"}, {"x-user-role", "ADMIN, DESK"}});
  ASSERT_EQ(status_of(known), 200);
  const Identity& identity = std::get<Identity>(known);
  EXPECT_EQ(identity.user_id, "user123");
  EXPECT_EQ(identity.roles, (std::vector<std::string>{"ADMIN", "DESK"}));
  EXPECT_EQ(identity.tenant, std::nullopt);
  EXPECT_EQ(identity.scopes, kAdmin | kExecute | kRead | kAcknowledge | kControl);
  EXPECT_EQ(std::get<Identity>(door.authenticate(Headers{{"host", "[::1]:1"}})).user_id, "anonymous");
}

TEST(Loopback, APageOfABrowserIsKeptOut) {
  LoopbackAuthenticator door;
  for (const char* host :
       {"", "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example",
        "10.0.0.1", "[::2]", "localhost:80:80", "127.0.0.1@evil.example", "0.0.0.0"})
    EXPECT_EQ(status_of(door.authenticate(Headers{{"host", host}})), 403) << host;
  for (const char* origin : {"https://evil.example", "null", "http://localhost:8080", ""})
    EXPECT_EQ(status_of(door.authenticate(Headers{{"host", "localhost"}, {"origin", origin}})), 403)
        << origin;
  for (const char* host : {"127.0.0.1", "127.9.9.9:80", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]:80"})
    EXPECT_EQ(status_of(door.authenticate(Headers{{"host", host}})), 200) << host;
}

TEST(Loopback, HeadersThatNoCommandCanHoldAreRefused) {
  LoopbackAuthenticator door;
  for (const std::string& text :
       {std::string("a\tb"), std::string("\xff"), std::string(256, 'a'), std::string("a\0b", 3)}) {
    EXPECT_EQ(status_of(door.authenticate(Headers{{"host", "localhost"}, {"x-user-id", text}})), 400);
    EXPECT_EQ(status_of(door.authenticate(Headers{{"host", "localhost"}, {"x-user-role", "A," + text}})),
              400);
  }
}

TEST(Tenant, ATokensTenantIsTheOnlyOne) {
  Identity identity;
  identity.tenant = kTenant;
  EXPECT_EQ(std::get<0>(tenant_of(identity, std::nullopt)), kTenant);
  EXPECT_EQ(std::get<0>(tenant_of(identity, "{0198F6A0-0000-7000-8000-00000000000A}")), kTenant);
  EXPECT_EQ(std::get<1>(tenant_of(identity, kOtherTenant)).status, 403);
  EXPECT_EQ(std::get<1>(tenant_of(identity, kOtherTenant)).code, "KC003");
  EXPECT_EQ(std::get<1>(tenant_of(identity, "acme")).status, 400);
  EXPECT_EQ(std::get<1>(tenant_of(identity, "")).status, 400);
  identity.tenant.reset();
  EXPECT_EQ(std::get<0>(tenant_of(identity, kOtherTenant)), kOtherTenant);
  EXPECT_EQ(std::get<0>(tenant_of(identity, std::nullopt)), std::nullopt);
}

TEST(JwksUrl, KeysComeOverHttpsOrFromThisMachine) {
  for (const char* good :
       {"https://issuer.example/keys", "http://127.0.0.1:1/keys", "http://[::1]/k", "http://localhost/k"})
    EXPECT_EQ(find_url_mistake(good), std::nullopt) << good;
  for (const char* bad :
       {"http://issuer.example/keys", "ftp://localhost/keys", "file:///etc/passwd", "https://", "x://y",
        "http://localhost@evil.example/", "http://localhost.evil.example/"})
    EXPECT_NE(find_url_mistake(bad), std::nullopt) << bad;
}

TEST(JwksUrl, OnlyA200OfReasonableSizeIsTaken) {
  std::atomic<bool> stopping{false};
  const auto fetched = [&](const std::string& answer) {
    const loopback::CannedServer server(answer);
    return fetch("http://127.0.0.1:" + std::to_string(server.port()) + "/keys", "", stopping);
  };
  const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(fetched(head + "{}"), "{}");
  EXPECT_THROW((void)fetched("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"), Failure);
  EXPECT_THROW(
      (void)fetched("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
      Failure);
  EXPECT_THROW((void)fetched(head + std::string((1U << 20U) + 1, 'x')), Failure);
  EXPECT_THROW((void)fetched("nonsense"), Failure);
  EXPECT_THROW((void)fetched("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"), Failure);
}

// Whose certificate is none of the trusted authority's, of another host or of the past is not believed, and
// learns of nothing.
TEST(JwksUrl, KeysComeFromWhomTheAuthorityNames) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes where nobody reads any more
  std::atomic<bool> stopping{false};
  const std::string answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
  const Certificate authority;
  const Certificate stranger;
  const File trusted(authority.pem());
  const File others(stranger.pem());
  const Certificate of_address("IP:127.0.0.1", &authority);
  const TlsServer server(of_address, answer);
  EXPECT_EQ(fetch(server.url(), trusted.name(), stopping), "{}");
  EXPECT_EQ(server.asked(), 1);
  const auto refusal = [&](const TlsServer& from, const std::string& ca_file) {
    try {
      (void)fetch(from.url(), ca_file, stopping);
    } catch (const Failure& failure) {
      return failure.message();
    }
    return std::string();
  };
  EXPECT_NE(refusal(server, others.name()).find("certificate"), std::string::npos)
      << refusal(server, others.name());
  EXPECT_NE(refusal(server, "").find("certificate"), std::string::npos);  // the system's know nobody here
  EXPECT_NE(refusal(server, "/nowhere.pem"), "");
  const TlsServer of_another_host(Certificate("DNS:issuer.example", &authority), answer);
  EXPECT_NE(refusal(of_another_host, trusted.name()).find("127.0.0.1"), std::string::npos);
  const TlsServer of_the_past(Certificate("IP:127.0.0.1", &authority, -60), answer);
  EXPECT_NE(refusal(of_the_past, trusted.name()).find("expired"), std::string::npos);
  const TlsServer of_itself(Certificate("IP:127.0.0.1"), answer);
  EXPECT_NE(refusal(of_itself, trusted.name()).find("certificate"), std::string::npos);
  for (const TlsServer* each : {&of_another_host, &of_the_past, &of_itself}) EXPECT_EQ(each->asked(), 0);
  EXPECT_EQ(server.asked(), 1);
  const TlsServer of_much(of_address,
                          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string((1U << 20U) + 1, 'x'));
  EXPECT_NE(refusal(of_much, trusted.name()).find("too large"), std::string::npos);
}

// Who says nothing is waited for until the API stops: it is the stop that ends the call, and no limit.
TEST(JwksUrl, ASilentIssuerHoldsNobodyUp) {
  const SilentServer silent;
  std::atomic<bool> stopping{true};
  for (const char* scheme : {"https", "http"}) {
    try {
      (void)fetch(scheme + ("://127.0.0.1:" + std::to_string(silent.port()) + "/keys"), "", stopping);
      ADD_FAILURE() << scheme;
    } catch (const Failure& failure) {
      EXPECT_NE(failure.message().find("Callback aborted"), std::string::npos) << failure.message();
    }
  }
}

TEST(IdentitySettings, NoDefaultOpensADoor) {
  Settings settings;
  EXPECT_FALSE(find_mistakes(settings, "127.0.0.1").empty());
  settings.jwt.keys = "/keys.json";
  EXPECT_FALSE(find_mistakes(settings, "127.0.0.1").empty());
  settings.jwt.issuer = "i";
  EXPECT_FALSE(find_mistakes(settings, "127.0.0.1").empty());
  settings.jwt.audiences = {"a"};
  EXPECT_TRUE(find_mistakes(settings, "0.0.0.0").empty());
  for (const char* algorithm : {"none", "HS256", "rs256", ""}) {
    settings.jwt.algorithms = {algorithm};
    EXPECT_FALSE(find_mistakes(settings, "0.0.0.0").empty()) << algorithm;
  }
  settings = {};
  settings.kind = Kind::kNone;
  for (const char* address : {"127.0.0.1", "::1", "localhost"})
    EXPECT_TRUE(find_mistakes(settings, address).empty());
  for (const char* address : {"0.0.0.0", "::", "", "10.0.0.1", "example"})
    EXPECT_FALSE(find_mistakes(settings, address).empty()) << address;
  EXPECT_EQ(limit_of(settings), 0);
  settings.kind = Kind::kTokens;
  EXPECT_FALSE(find_mistakes(settings, "0.0.0.0").empty());
  EXPECT_EQ(limit_of(settings), 200);
}

}  // namespace
}  // namespace command_center::api::identity
