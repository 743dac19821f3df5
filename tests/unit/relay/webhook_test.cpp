// A webhook is called at an address that may be called and nowhere else, by TLS, as the receiver can verify,
// and never for longer than it may take.
#include "relay/notifier/webhook.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/receiver/receiver.hpp"

namespace command_center::relay::notifier {
namespace {

using receiver::Answer;
using receiver::Receiver;
using std::chrono::milliseconds;

const std::string kBody = R"({"test": 2432232314})";
const std::string kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

bool goes_on() {
  return false;
}

class WebhookTest : public testing::Test {
 protected:
  Call call(const std::string& url, network::Resolve resolve = network::resolve) {
    webhook_.url = url;
    return Webhook(webhook_, notify_, std::move(resolve)).post("id_email", kBody, goes_on);
  }

  WebhookTest() {
    webhook_.limit = milliseconds(20'000);
    notify_.allowed_networks = {"127.0.0.1"};
    notify_.ca_file = Receiver::ca_file();
  }

  Receiver receiver_;
  settings::Webhook webhook_;
  settings::Notify notify_;
};

// From the library of Svix, which wrote the specification.
TEST(Signature, IsThatOfTheSpecification) {
  const auto signer = Signer::parse(kSecret);
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, kBody),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// The judge knows nothing of us.
TEST(Signature, IsWhatOpensslComputes) {
  const std::string file = testing::TempDir() + "signed_text." + std::to_string(getpid());
  std::ofstream(file) << "an_id.1700000000." << kBody;
  const std::string command =
      "openssl dgst -sha256 -mac HMAC -macopt hexkey:"
      "$(printf MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"
      " -binary '" +
      file + "' | openssl base64 -A";
  FILE* const pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
  ASSERT_NE(pipe, nullptr);
  std::array<char, 128> text{};
  ASSERT_NE(fgets(text.data(), text.size(), pipe), nullptr);
  pclose(pipe);
  (void)std::remove(file.c_str());
  EXPECT_EQ(Signer::parse(kSecret)->sign("an_id", 1700000000, kBody), "v1," + std::string(text.data()));
}

TEST(Signature, HasOneForEachSecretWhileTheyChange) {
  const std::string other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const auto one = Signer::parse(kSecret)->sign("i", 1, kBody);
  const auto two = Signer::parse(other)->sign("i", 1, kBody);
  EXPECT_NE(one, two);
  EXPECT_EQ(Signer::parse(" " + kSecret + "  " + other)->sign("i", 1, kBody), one + " " + two);
  EXPECT_FALSE(Signer::parse("")->is_on());
  for (const char* bad : {"whsec_", "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_c2hvcnQ="})
    EXPECT_FALSE(Signer::parse(bad)) << bad;
}

TEST_F(WebhookTest, IsCalledWithKeyIdAndSignature) {
  webhook_.key = "the-key";
  webhook_.signing = kSecret;
  const Call call_of = call(receiver_.url());
  EXPECT_EQ(call_of.end, Call::End::kTaken) << call_of.reason;
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 1U);
  const auto& headers = requests[0].headers;
  EXPECT_EQ(requests[0].target, "/hook");
  EXPECT_EQ(requests[0].body, kBody);
  EXPECT_EQ(headers.at("content-type"), "application/json");
  EXPECT_EQ(headers.at("authorization"), "Bearer the-key");
  EXPECT_EQ(headers.at("webhook-id"), "id_email");
  const std::string& at = headers.at("webhook-timestamp");
  EXPECT_EQ(headers.at("webhook-signature"), Signer::parse(kSecret)->sign("id_email", std::stoll(at), kBody));
}

TEST_F(WebhookTest, WithoutKeyAndSecretHasNeitherHeader) {
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kTaken);
  const auto headers = receiver_.requests().at(0).headers;
  EXPECT_EQ(headers.count("authorization"), 0U);
  EXPECT_EQ(headers.count("webhook-signature"), 0U);
  EXPECT_EQ(headers.count("webhook-id"), 1U);
}

TEST_F(WebhookTest, AnswersAreJudgedByTheirStatusAlone) {
  for (const int status : {200, 201, 202, 204, 299}) {
    receiver_.next({status});
    EXPECT_EQ(call(receiver_.url()).end, Call::End::kTaken) << status;
  }
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    receiver_.next({status, {}, "a secret"});
    const Call failed = call(receiver_.url());
    EXPECT_EQ(failed.end, Call::End::kFailed) << status;
    EXPECT_EQ(failed.reason, "the answer has status " + std::to_string(status));
  }
  for (const int status : {400, 401, 403, 404, 409, 410, 422}) {
    receiver_.next({status, {}, "a secret"});
    EXPECT_EQ(call(receiver_.url()).end, Call::End::kRefused) << status;
  }
}

TEST_F(WebhookTest, RetryAfterIsRead) {
  receiver_.next({429, "Retry-After: 7\r\n"});
  EXPECT_EQ(call(receiver_.url()).retry_after, std::chrono::seconds(7));
  receiver_.next({503});
  EXPECT_FALSE(call(receiver_.url()).retry_after);
}

TEST_F(WebhookTest, RedirectsAreNotFollowed) {
  Receiver elsewhere;
  for (const int status : {301, 302, 303, 307, 308}) {
    receiver_.next({status, "Location: " + elsewhere.url() + "\r\n"});
    const Call call_of = call(receiver_.url());
    EXPECT_EQ(call_of.end, Call::End::kRefused) << status;
    EXPECT_NE(call_of.reason.find("redirects are not followed"), std::string::npos) << call_of.reason;
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(WebhookTest, WhatIsNotTheInternetIsNotCalledUnlessAllowed) {
  notify_.allowed_networks.clear();
  for (const char* host : {"127.0.0.1", "localhost", "0x7f000001", "2130706433", "0177.0.0.1", "127.1",
                           "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"}) {
    const Call call_of = call(receiver_.url(host));
    EXPECT_EQ(call_of.end, Call::End::kRefused) << host << call_of.reason;
    EXPECT_EQ(call_of.reason, "the host has no address that webhooks may be at") << host;
  }
  EXPECT_EQ(receiver_.connections(), 0);
  notify_.allowed_networks = {"10.0.0.0/8", "127.0.0.0/8"};
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kTaken);
}

// A name that answers with an allowed address when it is looked at and with another one when it is connected
// to: it is looked up once, and the call goes where it was looked at.
TEST_F(WebhookTest, NameThatRebindsLeadsNowhereElse) {
  notify_.allowed_networks = {"127.0.0.1"};
  int lookups = 0;
  const network::Resolve rebinding = [&lookups](const std::string& host, milliseconds,
                                                const std::function<bool()>&) {
    EXPECT_EQ(host, "receiver.test");
    return std::vector<network::Address>{*network::parse_address(++lookups == 1 ? "127.0.0.1" : "127.0.0.2")};
  };
  EXPECT_EQ(call(receiver_.url("receiver.test"), rebinding).end, Call::End::kTaken);
  EXPECT_EQ(lookups, 1);
  EXPECT_EQ(receiver_.requests().at(0).headers.at("host"),
            "receiver.test:" + std::to_string(receiver_.port()));
  const Call second = call(receiver_.url("receiver.test"), rebinding);
  EXPECT_EQ(second.end, Call::End::kRefused) << second.reason;
  EXPECT_EQ(lookups, 2);
  EXPECT_EQ(receiver_.connections(), 1);
}

// Of several addresses those that may not be called are left out.
TEST_F(WebhookTest, OnlyAllowedOnesOfSeveralAddressesAreTried) {
  const network::Resolve both = [](const std::string&, milliseconds, const std::function<bool()>&) {
    return std::vector<network::Address>{*network::parse_address("127.0.0.2"),
                                         *network::parse_address("10.0.0.1"),
                                         *network::parse_address("127.0.0.1")};
  };
  EXPECT_EQ(call(receiver_.url("receiver.test"), both).end, Call::End::kTaken);
  EXPECT_EQ(receiver_.connections(), 1);
}

TEST_F(WebhookTest, NamesThatNobodyKnowsOrAnswersForFail) {
  const Call unknown = call(receiver_.url("receiver.test"),
                            [](const auto&, auto, const auto&) { return std::vector<network::Address>{}; });
  EXPECT_EQ(unknown.end, Call::End::kFailed);
  EXPECT_EQ(unknown.reason, "there is no such host");
  const Call silent =
      call(receiver_.url("receiver.test"), [](const auto&, auto, const auto&) { return std::nullopt; });
  EXPECT_EQ(silent.end, Call::End::kFailed);
  EXPECT_EQ(silent.reason, "the host's name was not found in time");
}

TEST_F(WebhookTest, CertificatesAreVerified) {
  notify_.ca_file.clear();
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kFailed);
  notify_.ca_file = Receiver::ca_file();
  const Call other = call(receiver_.url("other.test"), [](const auto&, auto, const auto&) {
    return std::vector<network::Address>{*network::parse_address("127.0.0.1")};
  });
  EXPECT_EQ(other.end, Call::End::kFailed);
  EXPECT_TRUE(receiver_.requests().empty());
}

TEST_F(WebhookTest, ThatStallsTakesNoLongerThanItMay) {
  receiver_.set({200, {}, {}, Answer::Manner::kStalls});
  webhook_.limit = milliseconds(300);
  const Call call_of = call(receiver_.url());
  EXPECT_EQ(call_of.end, Call::End::kFailed);
  EXPECT_NE(call_of.reason, "");
}

TEST_F(WebhookTest, ThatStallsEndsWithTheRelay) {
  receiver_.set({200, {}, {}, Answer::Manner::kStalls});
  webhook_.limit = milliseconds(60'000);
  webhook_.url = receiver_.url();
  const Webhook webhook(webhook_, notify_);
  const Call call_of = webhook.post("id", kBody, [this] { return !receiver_.requests().empty(); });
  EXPECT_EQ(call_of.end, Call::End::kStopped);
}

TEST_F(WebhookTest, ThatClosesWithoutAWordHasFailed) {
  receiver_.set({200, {}, {}, Answer::Manner::kCloses});
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kFailed);
}

// What it says is read to its end and kept nowhere.
TEST_F(WebhookTest, LongAnswersAreAnswers) {
  receiver_.set({200, {}, std::string(4'000'000, 'x')});
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kTaken);
}

// Also where the environment names one.
TEST_F(WebhookTest, NoProxyStandsBetween) {
  setenv("https_proxy", "http://127.0.0.2:9", 1);
  EXPECT_EQ(call(receiver_.url()).end, Call::End::kTaken);
  unsetenv("https_proxy");
}

}  // namespace
}  // namespace command_center::relay::notifier
