// The notifier's settings have the names and the defaults of the Availability Guard's requirements, and none
// of what is wrong with them repeats a secret.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "relay/settings/settings.hpp"

namespace command_center::relay::settings {
namespace {

using inventory::Channel;
using std::chrono::milliseconds;

// A relay with these variables and words.
class Given {
 public:
  explicit Given(const std::vector<std::pair<std::string, std::string>>& variables,
                 std::vector<const char*> words = {"notify"}) {
    for (const auto& [name, value] : variables) {
      setenv(name.c_str(), value.c_str(), 1);
      entries_.push_back(name + "=" + value);
    }
    words.insert(words.begin(), "command-center-relay");
    words.push_back("--kafka-brokers=localhost:9092");
    std::vector<const char*> environment;
    for (const std::string& entry : entries_) environment.push_back(entry.c_str());
    environment.push_back(nullptr);
    outcome = parse(static_cast<int>(words.size()), words.data(), environment.data());
    for (const auto& [name, value] : variables) unsetenv(name.c_str());
  }

  ParseOutcome outcome;

 private:
  std::vector<std::string> entries_;
};

const std::string kPrefix = "AVAILABILITY_GUARD_NOTIFICATION_";

TEST(NotifySettings, DefaultsAreThoseOfTheRequirements) {
  const Given given({});
  ASSERT_TRUE(given.outcome.settings) << given.outcome.text;
  const Notify& notify = given.outcome.settings->notify;
  EXPECT_TRUE(notify.is_enabled);
  EXPECT_TRUE(notify.is_dry_run);
  EXPECT_EQ(notify.topic, "availability-guard.notifications");
  EXPECT_EQ(notify.group, "availability-guard-notification-worker");
  EXPECT_TRUE(notify.recipients.empty());
  EXPECT_EQ(notify.retries, 3);
  EXPECT_EQ(notify.backoff, milliseconds(2'000));
  EXPECT_TRUE(notify.of(Channel::kEmail).is_enabled);
  EXPECT_FALSE(notify.of(Channel::kSms).is_enabled);
  EXPECT_FALSE(notify.of(Channel::kSlack).is_enabled);
  EXPECT_EQ(notify.of(Channel::kEmail).limit, milliseconds(7'000));
  EXPECT_EQ(notify.of(Channel::kSms).limit, milliseconds(5'000));
  EXPECT_EQ(notify.of(Channel::kSlack).limit, milliseconds(5'000));
}

TEST(NotifySettings, AreTakenFromTheEnvironmentOfTheRequirements) {
  const Given given({{kPrefix + "TOPIC", "t"},
                     {kPrefix + "RECIPIENTS", "gm@hotel.example,#ops"},
                     {kPrefix + "CONSUMER_GROUP", "g"},
                     {kPrefix + "CONSUMER_MAX_RETRIES", "5"},
                     {kPrefix + "CONSUMER_RETRY_BACKOFF_MS", "100"},
                     {kPrefix + "DRY_RUN", "false"},
                     {kPrefix + "EMAIL_ENABLED", "false"},
                     {kPrefix + "SMS_ENABLED", "true"},
                     {kPrefix + "SMS_WEBHOOK_URL", "https://sms.example/send"},
                     {kPrefix + "SMS_TIMEOUT_MS", "1234"},
                     {kPrefix + "SMS_API_KEY", "key"},
                     {kPrefix + "SMS_SIGNING_SECRET", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"},
                     {kPrefix + "SLACK_ENABLED", "true"},
                     {kPrefix + "SLACK_WEBHOOK_URL", "https://hooks.slack.example/x"},
                     {kPrefix + "ALLOWED_NETWORKS", "10.0.0.0/8,fd00::/8"}});
  ASSERT_TRUE(given.outcome.settings) << given.outcome.text;
  const Notify& notify = given.outcome.settings->notify;
  EXPECT_EQ(notify.topic, "t");
  EXPECT_EQ(notify.recipients, (std::vector<std::string>{"gm@hotel.example", "#ops"}));
  EXPECT_EQ(notify.group, "g");
  EXPECT_EQ(notify.retries, 5);
  EXPECT_EQ(notify.backoff, milliseconds(100));
  EXPECT_FALSE(notify.is_dry_run);
  EXPECT_FALSE(notify.of(Channel::kEmail).is_enabled);
  EXPECT_TRUE(notify.of(Channel::kSms).is_enabled);
  EXPECT_EQ(notify.of(Channel::kSms).url, "https://sms.example/send");
  EXPECT_EQ(notify.of(Channel::kSms).limit, milliseconds(1'234));
  EXPECT_EQ(notify.of(Channel::kSms).key, "key");
  EXPECT_EQ(notify.allowed_networks.size(), 2U);
}

TEST(NotifySettings, WhatIsWrongIsSaidWithoutItsValue) {
  const auto mistake = [](std::vector<std::pair<std::string, std::string>> variables) {
    variables.emplace_back(kPrefix + "DRY_RUN", "false");
    const Given given(variables);
    EXPECT_FALSE(given.outcome.settings);
    EXPECT_EQ(given.outcome.exit_status, daemon::settings::kExitSettings);
    EXPECT_EQ(given.outcome.text.find("hidden"), std::string::npos) << given.outcome.text;
    return given.outcome.text;
  };
  const std::string url = kPrefix + "EMAIL_WEBHOOK_URL";
  EXPECT_NE(mistake({}).find("--email-webhook-url is missing"), std::string::npos);
  for (const char* bad : {"http://hidden.example/x", "ftp://hidden.example", "hidden.example/x", "https://"})
    EXPECT_NE(mistake({{url, bad}}).find("--email-webhook-url must be an https URL"), std::string::npos)
        << bad;
  EXPECT_NE(mistake({{url, "https://user:hidden@mail.example/"}}).find("no user or password"),
            std::string::npos);
  EXPECT_NE(mistake({{url, "https://m\xc3\xa4il.example/hidden"}}).find("in ASCII"), std::string::npos);
  const std::string good = "https://mail.example/hidden";
  EXPECT_NE(mistake({{url, good}, {kPrefix + "EMAIL_API_KEY", "hidden\r\nX: y"}}).find("--email-api-key"),
            std::string::npos);
  EXPECT_NE(
      mistake({{url, good}, {kPrefix + "EMAIL_SIGNING_SECRET", "hidden"}}).find("--email-signing-secret"),
      std::string::npos);
  EXPECT_NE(mistake({{url, good}, {kPrefix + "ALLOWED_NETWORKS", "10.0.0.0/33"}}).find("--webhook-allow"),
            std::string::npos);
  EXPECT_NE(mistake({{url, good}, {kPrefix + "EMIAL_API_KEY", "hidden"}}).find(kPrefix + "EMIAL_API_KEY"),
            std::string::npos);
}

TEST(NotifySettings, CountForTheCommandsThatNotifyAlone) {
  const std::vector<std::pair<std::string, std::string>> wrong{{kPrefix + "DRY_RUN", "false"}};
  EXPECT_TRUE(Given(wrong, {"publish"}).outcome.settings);
  EXPECT_FALSE(Given(wrong, {"all"}).outcome.settings);
  const std::vector<std::pair<std::string, std::string>> off{{kPrefix + "DRY_RUN", "false"},
                                                             {kPrefix + "CONSUMER_ENABLED", "false"}};
  const Given all(off, {"all"});
  ASSERT_TRUE(all.outcome.settings) << all.outcome.text;
  EXPECT_FALSE(all.outcome.settings->notifies());
  EXPECT_FALSE(Given(off, {"notify"}).outcome.settings);
}

}  // namespace
}  // namespace command_center::relay::settings
