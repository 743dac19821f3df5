// Promises of the command line and the environment.
#include "relay/settings/settings.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

namespace command_center::relay::settings {
namespace {

constexpr const char* kBrokers = "--kafka-brokers=localhost:9092";

ParseOutcome parse_words(std::vector<const char*> words, const std::vector<const char*>& environment = {}) {
  words.insert(words.begin(), "command-center-relay");
  std::vector<const char*> variables(environment);
  variables.push_back(nullptr);
  return parse(static_cast<int>(words.size()), words.data(), variables.data());
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(Settings, BrokersAreAllThatMustBeGiven) {
  const ParseOutcome outcome = parse_words({"publish", kBrokers});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->publish.publisher, "default");
  EXPECT_EQ(outcome.settings->publish.delivery, Delivery::kExactlyOnce);
  EXPECT_EQ(outcome.settings->publish.lease_ttl, std::chrono::seconds(5));
  EXPECT_EQ(outcome.settings->kafka.topic_creation, TopicCreation::kAllow);
  EXPECT_EQ(outcome.settings->common.admin_address, "127.0.0.1");

  const ParseOutcome without = parse_words({"publish"});
  EXPECT_FALSE(without.settings);
  EXPECT_EQ(without.exit_status, daemon::settings::kExitSettings);
  EXPECT_NE(without.text.find("KAFKA_BROKERS"), std::string::npos);
}

TEST(Settings, FlagsWinOverTheEnvironment) {
  const Variable brokers("KAFKA_BROKERS", "from-environment:9092");
  const Variable port("COMMAND_CENTER_ADMIN_PORT", "0");
  const ParseOutcome environment = parse_words({"publish"});
  ASSERT_TRUE(environment.settings) << environment.text;
  EXPECT_EQ(environment.settings->kafka.brokers, "from-environment:9092");
  EXPECT_EQ(environment.settings->common.admin_port, 0);

  const ParseOutcome flag =
      parse_words({"publish", "--kafka-brokers=from-flag:9092", "--admin-port", "1234"});
  ASSERT_TRUE(flag.settings) << flag.text;
  EXPECT_EQ(flag.settings->kafka.brokers, "from-flag:9092");
  EXPECT_EQ(flag.settings->common.admin_port, 1234);
}

TEST(Settings, UnknownOnesAreRefused) {
  EXPECT_FALSE(parse_words({"publish", kBrokers, "--no-such-flag"}).settings);
  const ParseOutcome outcome = parse_words({"publish", kBrokers}, {"COMMAND_CENTER_NO_SUCH=secret"});
  EXPECT_FALSE(outcome.settings);
  EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings);
  EXPECT_NE(outcome.text.find("COMMAND_CENTER_NO_SUCH"), std::string::npos);
  EXPECT_EQ(outcome.text.find("secret"), std::string::npos);
}

TEST(Settings, AMisspeltOneIsToldHowItIsSpelt) {
  const std::string flag = parse_words({"publish", kBrokers, "--bach-messages=7"}).text;
  EXPECT_EQ(flag, "there is no option --bach-messages; did you mean --batch-messages?\n");
  const std::string variable = parse_words({"publish", kBrokers}, {"COMMAND_CENTER_ADMIN_PROT=7"}).text;
  EXPECT_NE(variable.find("did you mean COMMAND_CENTER_ADMIN_PORT?"), std::string::npos) << variable;
}

TEST(Settings, AllThatIsWrongIsSaidAtOnce) {
  const std::string text =
      parse_words({"publish", "--poll-min-ms=9", "--poll-max-ms=8", "--postgres=secret"}).text;
  for (const char* part : {"no kafka brokers", "--poll-max-ms", "connection string is malformed"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
}

TEST(Settings, TheExampleHasEverySettingWithItsDefault) {
  const ParseOutcome outcome = parse_words({"--example"});
  EXPECT_EQ(outcome.exit_status, 0);
  for (const char* line : {"\n#KAFKA_BROKERS=\n", "\n#COMMAND_CENTER_ADMIN_PORT=9464\n",
                           "\n#COMMAND_CENTER_BATCH_MESSAGES=10000\n", "\n#COMMAND_CENTER_SHARD=1/1\n"})
    EXPECT_NE(outcome.text.find(line), std::string::npos) << line << outcome.text;
}

TEST(Settings, OtherVariablesAndThoseOfTestsArePassedOver) {
  EXPECT_TRUE(parse_words({"publish", kBrokers},
                          {"PATH=/bin", "COMMAND_CENTER_TEST_DIR=/x", "COMMAND_CENTER_ADMIN_PORT=0"})
                  .settings);
}

TEST(Settings, OnlyWhatIsBuiltCanBeAskedFor) {
  for (const char* command : {"everything", ""}) {
    const ParseOutcome outcome = parse_words({command, kBrokers});
    EXPECT_FALSE(outcome.settings) << command;
    EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings) << command;
  }
}

TEST(Settings, CheckIsAModeOfTheCommand) {
  const ParseOutcome good = parse_words({"publish", kBrokers, "--check"});
  ASSERT_TRUE(good.settings) << good.text;
  EXPECT_EQ(good.settings->mode, Mode::kCheck);

  const ParseOutcome bad = parse_words({"publish", kBrokers, "--check", "--batch-messages=0"});
  EXPECT_EQ(bad.exit_status, daemon::settings::kExitSettings);
}

TEST(Settings, WithoutACommandTheCommandsAreListed) {
  const ParseOutcome outcome = parse_words({kBrokers});
  EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings);
  for (const char* command : {"publish", "consume", "all", "progress", "recover", "healthcheck"})
    EXPECT_NE(outcome.text.find(command), std::string::npos) << outcome.text;
}

TEST(Settings, WhatWasLostIsForAnOperatorUnlessToldOtherwise) {
  const ParseOutcome outcome = parse_words({"publish", kBrokers});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->publish.lost_commits, LostCommits::kStop);
  const ParseOutcome told = parse_words({"publish", kBrokers, "--lost-commits=read-back"});
  ASSERT_TRUE(told.settings) << told.text;
  EXPECT_EQ(told.settings->publish.lost_commits, LostCommits::kReadBack);
  const ParseOutcome operator_acts = parse_words({"recover", kBrokers});
  ASSERT_TRUE(operator_acts.settings) << operator_acts.text;
  EXPECT_EQ(operator_acts.settings->command, Command::kRecover);
}

TEST(Settings, HealthcheckNeedsNoKafka) {
  EXPECT_TRUE(parse_words({"healthcheck"}).settings);
  EXPECT_FALSE(parse_words({"healthcheck", "--admin-port=0"}).settings);
}

TEST(Settings, KafkaPropertiesMayComeFromAFile) {
  const std::string file = testing::TempDir() + "kafka.properties";
  std::ofstream(file) << "# a remark\n\nsecurity.protocol=sasl_ssl\nsasl.password=hunter2\n";
  const std::string flag = "--kafka-properties-file=" + file;
  const ParseOutcome outcome = parse_words({"publish", kBrokers, flag.c_str()});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->kafka.properties,
            (std::vector<KafkaProperty>{{"security.protocol", "sasl_ssl"}, {"sasl.password", "hunter2"}}));
  EXPECT_FALSE(parse_words({"publish", kBrokers, "--kafka-properties-file=/no/such/file"}).settings);
}

TEST(Settings, HelpShowsEverySettingWithItsVariable) {
  for (const auto& words :
       {std::vector<const char*>{"--help"}, std::vector<const char*>{"publish", "--help"}}) {
    const ParseOutcome outcome = parse_words(words);
    EXPECT_EQ(outcome.exit_status, 0);
    for (const char* part : {"--kafka-brokers", "KAFKA_BROKERS", "--delivery", "COMMAND_CENTER_DELIVERY",
                             "--lease-ttl-seconds", "COMMAND_CENTER_LEASE_TTL_SECONDS", "KC015"}) {
      EXPECT_NE(outcome.text.find(part), std::string::npos) << part;
    }
  }
}

TEST(Settings, DeliveryAndTopicsCanBeChosen) {
  const ParseOutcome outcome =
      parse_words({"publish", kBrokers, "--delivery", "at-least-once", "--no-create-topics",
                   "--topic-partitions=6", "--topic-replication=3"});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->publish.delivery, Delivery::kAtLeastOnce);
  EXPECT_EQ(outcome.settings->kafka.topic_creation, TopicCreation::kRefuse);
  EXPECT_EQ(outcome.settings->kafka.topic_partitions, 6);
  EXPECT_EQ(outcome.settings->kafka.topic_replication, 3);
  EXPECT_FALSE(parse_words({"publish", kBrokers, "--delivery=sometimes"}).settings);
}

TEST(Settings, KafkaPropertiesMayAddSecurity) {
  const ParseOutcome flags =
      parse_words({"publish", kBrokers, "--kafka-property", "security.protocol=sasl_ssl", "--kafka-property",
                   "sasl.password=a=b,c", "--kafka-property", "sasl.mechanism=PLAIN"});
  ASSERT_TRUE(flags.settings) << flags.text;
  EXPECT_EQ(flags.settings->kafka.properties,
            (std::vector<KafkaProperty>{
                {"security.protocol", "sasl_ssl"}, {"sasl.password", "a=b,c"}, {"sasl.mechanism", "PLAIN"}}));

  const Variable variable("COMMAND_CENTER_KAFKA_PROPERTIES",
                          "security.protocol=ssl\nssl.ca.location=/ca.pem");
  const ParseOutcome lines = parse_words({"publish", kBrokers});
  ASSERT_TRUE(lines.settings) << lines.text;
  EXPECT_EQ(lines.settings->kafka.properties,
            (std::vector<KafkaProperty>{{"security.protocol", "ssl"}, {"ssl.ca.location", "/ca.pem"}}));
}

TEST(Settings, KafkaPropertiesThatPromisesRestOnAreRefused) {
  for (const char* property :
       {"acks=1", "enable.idempotence=false", "partitioner=random", "check.crcs=false", "transactional.id=x",
        "transaction.timeout.ms=1000", "isolation.level=read_uncommitted", "linger.ms=100",
        "retry.backoff.ms=100", "bootstrap.servers=x:1"}) {
    const ParseOutcome outcome = parse_words({"publish", kBrokers, "--kafka-property", property});
    EXPECT_FALSE(outcome.settings) << property;
    EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings) << property;
  }
}

TEST(Settings, MistakesNeverRepeatAValue) {
  for (const char* property :
       {"no.such.property=hunter2", "=hunter2", "hunter2", "security.protocol=hunter2"}) {
    const ParseOutcome outcome = parse_words({"publish", kBrokers, "--kafka-property", property});
    EXPECT_FALSE(outcome.settings) << property;
    EXPECT_EQ(outcome.text.find("hunter2"), std::string::npos) << outcome.text;
  }
  const ParseOutcome outcome =
      parse_words({"publish", kBrokers, "--postgres", "password=hunter2 nonsense=1"});
  EXPECT_FALSE(outcome.settings);
  EXPECT_EQ(outcome.text.find("hunter2"), std::string::npos) << outcome.text;
}

TEST(Settings, PausesMustNotShrink) {
  EXPECT_FALSE(parse_words({"publish", kBrokers, "--poll-min-ms=50", "--poll-max-ms=10"}).settings);
}

}  // namespace
}  // namespace command_center::relay::settings
