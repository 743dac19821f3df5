// People are told of manual releases by webhooks: each channel once, whoever dies, and whoever of the
// receivers is slow or down.
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/support/collector.hpp"
#include "tests/e2e/support/consuming.hpp"
#include "tests/receiver/receiver.hpp"

namespace command_center::e2e {
namespace {

using receiver::Answer;
using receiver::Receiver;

const std::string kEveryChannel = R"("gm@hotel.example", "+14155550123", "#front-desk")";
const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

class Notify : public EndToEnd {
 protected:
  Notify() : topic_("notify-" + database_.name()) {
    create_topic(topic_, "delete");
    client_.query("CREATE EXTENSION availability_guard CASCADE");
    client_.query("SELECT availability_guard.setup()");
  }

  // Email alone is on, and calls.
  RelayOptions notify_with(std::vector<std::string> flags, const std::string& stop_point = {}) const {
    const std::vector<std::string> ours{"--notification-topic=" + topic_,
                                        "--notification-group=" + topic_,
                                        "--notification-dry-run=false",
                                        "--notification-backoff-ms=20",
                                        "--webhook-allow=127.0.0.1",
                                        "--webhook-ca-file=" + Receiver::ca_file(),
                                        "--email-webhook-url=" + email_.url(),
                                        "--email-timeout-ms=60000",
                                        "--kafka-property=session.timeout.ms=6000"};
    flags.insert(flags.begin(), ours.begin(), ours.end());
    return {flags, stop_point, {}, "notify"};
  }
  RelayOptions with_slack(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(),
                 {"--slack-enabled=true", "--slack-webhook-url=" + slack_.url(), "--slack-timeout-ms=60000"});
    return notify_with(flags);
  }

  // Publishes an event of now, or of a time, and answers its id.
  std::string publish(const std::string& recipients = kEveryChannel,
                      const std::string& at = "clock_timestamp()") {
    char number[13];
    (void)std::snprintf(number, sizeof(number), "%012d", ++events_);
    const std::string id = client_.value("SELECT (lpad(to_hex((extract(epoch FROM " + at +
                                         ") * 1000)::bigint), 12, '0') || '70008000" + number + "')::uuid");
    publish_as(id, recipients);
    return id;
  }
  void publish_as(const std::string& id, const std::string& recipients = kEveryChannel) {
    append_record(
        topic_,
        {"lock",
         R"({"metadata": {"id": ")" + id +
             R"(", "eventType": "availability-guard.manual_release"}, "payload": {"tenantId": ")" +
             database_.tenant() +
             R"(", "lockId": "l", "version": 2, "reservationId": "r", "roomTypeId": "rt", "stayStart": "2027-03-10",)"
             R"( "stayEnd": "2027-03-12", "reason": "moved", "actor": {"id": "ops"}, "recipients": [)" +
             recipients + R"(], "releasedAt": "2027-03-09T22:15:00Z"}})",
         {{"ce_id", id},
          {"ce_type", "availability-guard.manual_release"},
          {"traceparent", "00-" + kTrace + "-00f067aa0ba902b7-01"}}},
        partition_);
  }

  std::string rows(const std::string& channel, const std::string& status) {
    return client_.value("SELECT count(*) FROM availability_guard.notification_deliveries WHERE channel = '" +
                         channel + "' AND status = '" + status + "'");
  }
  [[nodiscard]] bool become(const std::string& channel, const std::string& status, int count) {
    return eventually([&] { return rows(channel, status) == std::to_string(count); });
  }
  static std::vector<std::string> ids_of(const Receiver& receiver) {
    std::vector<std::string> ids;
    for (const auto& request : receiver.requests()) ids.push_back(request.headers.at("webhook-id"));
    return ids;
  }

  Client client_{database_.connect()};
  std::string topic_;
  int partition_ = 0;  // of what is published
  int events_ = 0;
  Receiver email_;
  Receiver slack_;
};

TEST_F(Notify, EachChannelIsToldOnceAlsoAfterARestart) {
  Receiver sms;
  const RelayOptions options =
      with_slack({"--sms-enabled=true", "--sms-webhook-url=" + sms.url(),
                  "--notification-recipient=ops@hotel.example", "--email-api-key=a-key"});
  const std::string first = publish();
  publish_as(first);
  append_record(topic_, {"lock", "a secret that is no notification"});
  publish("\"nobody\"", "clock_timestamp()");
  {
    RelayProcess relay(database_, options);
    ASSERT_TRUE(become("email", "delivered", 2) && become("sms", "delivered", 1) &&
                become("slack", "delivered", 1))
        << relay.log();
    // Counted after the rows that were waited for.
    for (const char* line : {"availability_guard_notification_events_total{outcome=\"processed\"} 2\n",
                             "availability_guard_notification_events_total{outcome=\"skipped\"} 1\n",
                             "availability_guard_notification_channel_deliveries_total{channel=\"email\","
                             "status=\"delivered\"} 2\n",
                             "availability_guard_notification_delivery_lag_seconds_count 4\n"})
      EXPECT_TRUE(eventually([&] { return relay.get("/metrics").second.find(line) != std::string::npos; }))
          << line;
    EXPECT_EQ(relay.log().find("a secret"), std::string::npos);
    EXPECT_EQ(relay.log().find("a-key"), std::string::npos);
    EXPECT_EQ(relay.log().find("hotel.example"), std::string::npos);
    relay.send(SIGTERM);
    EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  }
  RelayProcess next(database_, options);
  const std::string second = publish();
  ASSERT_TRUE(become("email", "delivered", 3) && become("sms", "delivered", 2) &&
              become("slack", "delivered", 2))
      << next.log();
  EXPECT_EQ(ids_of(sms), (std::vector<std::string>{first + "_sms", second + "_sms"}));
  EXPECT_EQ(ids_of(slack_), (std::vector<std::string>{first + "_slack", second + "_slack"}));
  const auto told = email_.requests();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].headers.at("authorization"), "Bearer a-key");
  EXPECT_NE(told[0].body.find(R"("recipients":["gm@hotel.example","ops@hotel.example"])"), std::string::npos)
      << told[0].body;
}

TEST_F(Notify, ReceiverThatStallsHoldsUpNeitherOtherChannelsNorOtherEvents) {
  slack_.set({200, {}, {}, Answer::Manner::kStalls});
  constexpr int kEvents = 20;
  for (int event = 0; event < kEvents; ++event) publish();
  RelayProcess relay(database_, with_slack());
  ASSERT_TRUE(become("email", "delivered", kEvents)) << relay.log();
  EXPECT_EQ(rows("slack", "delivered"), "0");
  slack_.set({});
  ASSERT_TRUE(become("slack", "delivered", kEvents)) << relay.log();
  EXPECT_EQ(email_.requests().size(), static_cast<std::size_t>(kEvents));
}

// Its offset stays, and so do those of all that come after; a relay that takes over begins there, and what
// was told is not told again.
TEST_F(Notify, WhereEveryChannelFailsTheEventIsToldLater) {
  email_.next({503});
  email_.set({404, {}, "a secret answer"});
  const std::string first = publish("\"gm@hotel.example\"");
  {
    RelayProcess relay(database_, with_slack({"--notification-retries=1"}));
    ASSERT_TRUE(eventually([&] { return email_.requests().size() >= 5; })) << relay.log();
    // The next event goes on.
    publish("\"#front-desk\"");
    ASSERT_TRUE(become("slack", "delivered", 1)) << relay.log();
    EXPECT_EQ(relay.log().find("a secret"), std::string::npos);
    EXPECT_NE(relay.log().find("the answer has status 404"), std::string::npos);
    relay.kill_9();
  }
  email_.set({});
  RelayProcess next(database_, with_slack());
  ASSERT_TRUE(become("email", "delivered", 1)) << next.log();
  const std::string third = publish("\"#front-desk\"");
  ASSERT_TRUE(become("slack", "delivered", 2)) << next.log();
  EXPECT_EQ(slack_.requests().size(), 2U);
  const auto ids = ids_of(email_);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), std::set<std::string>{first + "_email"});
}

TEST_F(Notify, ChannelThatFailsEndsWhereAnotherWasTold) {
  slack_.set({500});
  Collector collector;
  RelayOptions options = with_slack({"--notification-retries=2"});
  options.environment = collector.environment();
  publish();
  RelayProcess relay(database_, options);
  ASSERT_TRUE(become("slack", "failed", 1)) << relay.log();
  EXPECT_EQ(slack_.requests().size(), 3U);
  EXPECT_EQ(client_.value("SELECT attempts || ' ' || detail FROM availability_guard.notification_deliveries"
                          " WHERE channel = 'slack'"),
            "3 the answer has status 500");
  EXPECT_EQ(rows("email", "delivered"), "1");
  const SeenSpan told = collector.await([](const SeenSpan& span) { return span.name == "notify email"; });
  EXPECT_EQ(told.trace, kTrace);
  EXPECT_EQ(told.attributes.at("http.response.status_code"), "200");
  const SeenSpan failed = collector.await([](const SeenSpan& span) { return span.name == "notify slack"; });
  EXPECT_TRUE(failed.is_error);
}

// At least once: what nobody wrote down is told again, under the same id.
TEST_F(Notify, RelayKilledBetweenDeliveryAndItsRowTellsAgainUnderTheSameId) {
  const std::string id = publish("\"gm@hotel.example\"");
  {
    RelayProcess relay(database_, notify_with({}, "after-delivery"));
    ASSERT_TRUE(relay.waits_at_stop_point()) << relay.log();
    EXPECT_EQ(rows("email", "delivered"), "0");
    relay.kill_9();
  }
  RelayProcess next(database_, notify_with({}));
  ASSERT_TRUE(become("email", "delivered", 1)) << next.log();
  EXPECT_EQ(ids_of(email_), (std::vector<std::string>{id + "_email", id + "_email"}));
  const auto told = email_.requests();
  EXPECT_EQ(told[0].body, told[1].body);
}

TEST_F(Notify, WhatIsUnderWayWhenAStopComesIsToldByTheNextOne) {
  email_.set({200, {}, {}, Answer::Manner::kStalls});
  publish("\"gm@hotel.example\"");
  {
    RelayProcess relay(database_, notify_with({"--drain-seconds=1"}));
    ASSERT_TRUE(eventually([&] { return email_.requests().size() == 1; })) << relay.log();
    relay.send(SIGTERM);
    EXPECT_EQ(relay.exit_status(), 1) << relay.log();
  }
  {
    RelayProcess relay(database_, notify_with({"--drain-seconds=60"}));
    ASSERT_TRUE(eventually([&] { return email_.requests().size() == 2; })) << relay.log();
    relay.send(SIGTERM);
    ASSERT_TRUE(eventually([&] { return relay.get("/readyz?role=notifier").second == "draining\n"; }))
        << relay.log();
    email_.set({});
    EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  }
  EXPECT_EQ(rows("email", "delivered") + rows("email", "failed"), "10");
}

TEST_F(Notify, DryRunLogsAndCallsNobody) {
  publish();
  const std::vector<std::string> flags{"--notification-topic=" + topic_, "--notification-group=" + topic_};
  RelayProcess relay(database_, {flags, {}, {}, "notify"});
  ASSERT_TRUE(become("email", "dry_run", 1)) << relay.log();
  EXPECT_NE(relay.log().find("would notify"), std::string::npos);
  EXPECT_NE(relay.log().find("Room lock released by ops"), std::string::npos);
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
  // It was told, in its way.
  RelayProcess real(database_, notify_with({}));
  publish("\"gm@hotel.example\"");
  ASSERT_TRUE(become("email", "delivered", 1)) << real.log();
  EXPECT_EQ(email_.requests().size(), 1U);
}

TEST_F(Notify, AddressesThatAreNotTheInternetsAreNotCalled) {
  publish("\"gm@hotel.example\"");
  RelayOptions options = notify_with({"--webhook-allow=10.0.0.0/8"});
  for (std::string& flag : options.flags) {
    if (flag == "--webhook-allow=127.0.0.1") flag = "--webhook-allow=127.0.0.2";
  }
  RelayProcess relay(database_, options);
  ASSERT_TRUE(relay.logs("the host has no address that webhooks may be at")) << relay.log();
  EXPECT_EQ(email_.connections(), 0);
}

TEST_F(Notify, EventsThatAreTooOldAreGivenUp) {
  publish(kEveryChannel, "clock_timestamp() - interval '25 hours'");
  const std::string recent = publish("\"gm@hotel.example\"", "clock_timestamp() - interval '5 hours'");
  RelayProcess relay(database_, notify_with({}));
  ASSERT_TRUE(become("email", "delivered", 1)) << relay.log();
  EXPECT_NE(relay.log().find("gave up a notification that is too old"), std::string::npos) << relay.log();
  EXPECT_EQ(ids_of(email_), std::vector<std::string>{recent + "_email"});
}

// In a relay of all roles a database without the guard is no fault; where it was asked for, it is.
TEST_F(Notify, WithoutAGuardThereIsNobodyToTell) {
  client_.query("DROP EXTENSION availability_guard");
  RelayOptions options = notify_with({});
  RelayProcess notify(database_, options);
  EXPECT_TRUE(notify.logs("the database has no extension availability_guard")) << notify.log();
  EXPECT_NE(notify.get("/readyz").first, 200);
  options.command = "all";
  RelayProcess all(database_, options);
  ASSERT_TRUE(eventually([&] { return all.get("/readyz?role=notifier").second == "standby\n"; }))
      << all.log();
}

TEST_F(Notify, PartitionsGoFromOneRelayToAnother) {
  grow_topic(topic_, 2);
  RelayProcess first(database_, notify_with({}));
  publish("\"gm@hotel.example\"");
  ASSERT_TRUE(become("email", "delivered", 1)) << first.log();
  RelayProcess second(database_, notify_with({}));
  ASSERT_TRUE(second.logs("has partitions")) << second.log();
  first.kill_9();
  for (int event = 0; event < 10; ++event) {
    partition_ = event % 2;
    publish("\"gm@hotel.example\"");
  }
  ASSERT_TRUE(become("email", "delivered", 11)) << second.log();
  const auto ids = ids_of(email_);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 11U);
}

}  // namespace
}  // namespace command_center::e2e
