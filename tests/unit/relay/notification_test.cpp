// What is no notification is told by what is wrong with it, and never repeated; what is one reaches each
// channel whole.
#include "relay/notifier/notification.hpp"

#include <gtest/gtest.h>

#include <string>

#include "extension/core/json/rapidjson.hpp"

namespace command_center::relay::notifier {
namespace {

using inventory::Channel;

const std::string kId = "01995f3e-0000-7000-8000-000000000001";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

// As docs/availability-guard.md shows it.
const std::string kEvent = R"({
  "metadata": {"id": "01995f3e-0000-7000-8000-000000000001", "eventType": "availability-guard.manual_release",
    "version": "1.0", "correlationId": "c-1"},
  "payload": {
    "tenantId": "00000000-0000-0000-0000-000000000001",
    "lockId": "01995f3e-0000-7000-8000-0000000000aa", "version": 2, "reservationId": "r", "roomTypeId": "rt",
    "roomId": "101", "propertyId": "p", "stayStart": "2027-03-10", "stayEnd": "2027-03-12",
    "reason": "Guest <moved> & \"left\"",
    "actor": {"id": "ops.user.42", "name": "Alex Night Audit", "email": "alex@hotel.example"},
    "recipients": ["gm@hotel.example", "+14155550123", "#front-desk", "nobody"],
    "releasedAt": "2027-03-09T22:15:00.123456Z", "unknown": {"is": "passed over"}
  }
})";

constexpr std::int64_t kNow = 0x01995f3e0000;

TEST(NotificationEvent, ReachesEachChannelWhole) {
  const Reading reading = read_notification(kId, kEvent, {"ops@hotel.example", "GM@hotel.example"}, kNow);
  ASSERT_TRUE(reading.notification) << reading.mistake;
  const Notification& notification = *reading.notification;
  EXPECT_EQ(identifiers::to_text(notification.event_id), kId);
  EXPECT_EQ(notification.published_ms, 0x01995f3e0000);
  EXPECT_EQ(notification.webhook_id(Channel::kSms), kId + "_sms");
  rapidjson::Document email;
  email.Parse(notification.request(Channel::kEmail).c_str());
  ASSERT_FALSE(email.HasParseError());
  EXPECT_STREQ(email["type"].GetString(), "availability-guard.manual_release");
  EXPECT_EQ(email["id"].GetString(), kId);
  ASSERT_EQ(email["recipients"].Size(), 2U);
  EXPECT_STREQ(email["recipients"][0].GetString(), "gm@hotel.example");
  EXPECT_STREQ(email["recipients"][1].GetString(), "ops@hotel.example");
  EXPECT_STREQ(email["subject"].GetString(),
               "Room lock released by Alex Night Audit: 2027-03-10 to 2027-03-12");
  EXPECT_NE(std::string(email["body"].GetString()).find("Reason: Guest <moved> & \"left\"\n"),
            std::string::npos);
  EXPECT_FALSE(email.HasMember("text"));
  const auto& metadata = email["metadata"];
  EXPECT_STREQ(metadata["lockId"].GetString(), "01995f3e-0000-7000-8000-0000000000aa");
  EXPECT_STREQ(metadata["tenantId"].GetString(), "00000000-0000-0000-0000-000000000001");
  EXPECT_EQ(metadata["version"].GetInt(), 2);
  EXPECT_STREQ(metadata["stayStart"].GetString(), "2027-03-10");
  EXPECT_STREQ(metadata["actor"]["email"].GetString(), "alex@hotel.example");
  EXPECT_STREQ(metadata["correlationId"].GetString(), "c-1");
  rapidjson::Document slack;
  slack.Parse(notification.request(Channel::kSlack).c_str());
  EXPECT_NE(std::string(slack["text"].GetString()).find("Guest &lt;moved&gt; &amp; \"left\""),
            std::string::npos);
}

TEST(NotificationEvent, TheHeadersIdCountsBeforeTheEnvelopes) {
  const std::string other = "01995f3e-0000-7000-8000-000000000002";
  EXPECT_EQ(identifiers::to_text(read_notification(other, kEvent, {}, kNow).notification->event_id), other);
  EXPECT_EQ(identifiers::to_text(read_notification({}, kEvent, {}, kNow).notification->event_id), kId);
}

TEST(NotificationEvent, WhatMayBeMissingMay) {
  std::string event = replaced(kEvent, R"("roomId": "101", "propertyId": "p", )", "");
  event = replaced(event, R"(, "name": "Alex Night Audit", "email": "alex@hotel.example")", "");
  event = replaced(event, R"("gm@hotel.example", "+14155550123", "#front-desk", "nobody")", "");
  const Reading reading = read_notification(kId, event, {}, kNow);
  ASSERT_TRUE(reading.notification) << reading.mistake;
  EXPECT_TRUE(reading.notification->recipients.of(Channel::kEmail).empty());
}

TEST(NotificationEvent, WhatIsNoneIsToldWhy) {
  const auto mistake = [](const std::string& id, const std::string& event) {
    const Reading reading = read_notification(id, event, {}, kNow);
    EXPECT_FALSE(reading.notification) << event;
    return reading.mistake;
  };
  EXPECT_EQ(mistake(kId, ""), "it is no JSON object");
  EXPECT_EQ(mistake(kId, "a secret"), "it is no JSON object");
  EXPECT_EQ(mistake(kId, "[]"), "it is no JSON object");
  EXPECT_EQ(mistake(kId, std::string(1'000'000, '[')), "it is no JSON object");
  EXPECT_EQ(mistake(kId, "{\"payload\": {\"reason\": \"\xff\"}}"), "it is no JSON object");
  EXPECT_EQ(mistake(kId, "{}"), "it has no payload");
  EXPECT_EQ(mistake(kId, replaced(kEvent, "manual_release", "other")), "it is an event of another type");
  EXPECT_EQ(mistake("x", kEvent), "its id is no UUIDv7");
  EXPECT_EQ(mistake("01996f3e-0000-7000-8000-000000000002", kEvent), "its id is of the future");
  std::string crowd = R"("+14155550100")";
  for (int more = 0; more < 100; ++more) crowd += R"(,"+141555501)" + std::to_string(100 + more) + "\"";
  EXPECT_EQ(
      mistake(kId, replaced(kEvent, R"("gm@hotel.example", "+14155550123", "#front-desk", "nobody")", crowd)),
      "it has too many recipients");
  EXPECT_EQ(mistake("01995f3e-0000-4000-8000-000000000001", kEvent), "its id is no UUIDv7");
  EXPECT_EQ(mistake(kId, replaced(kEvent, "00000000-0000-0000-0000-000000000001", "x")),
            "tenantId is no UUID");
  for (const char* name : {"lockId", "stayStart", "stayEnd", "reason", "releasedAt"})
    EXPECT_EQ(mistake(kId, replaced(kEvent, "\"" + std::string(name) + "\"", "\"x\"")),
              std::string(name) + " is missing");
  EXPECT_EQ(mistake(kId, replaced(kEvent, "ops.user.42", "")), "actor.id is missing");
  EXPECT_EQ(mistake(kId, replaced(kEvent, "\"recipients\": [", "\"recipients\": [7, ")),
            "a recipient is no text");
  EXPECT_EQ(mistake(kId, replaced(kEvent, "\"recipients\"", "\"others\"")), "recipients is no array");
}

}  // namespace
}  // namespace command_center::relay::notifier
