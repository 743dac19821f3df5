// Events of a service, and messages that are sent once more.
#include <gtest/gtest.h>

#include "extension/core/envelope/event.hpp"
#include "extension/core/envelope/replay.hpp"
#include "extension/core/envelope/topic.hpp"
#include "extension/core/error/error.hpp"

namespace command_center::envelope {
namespace {

const EventFacts kEvent = {"guest.created", "m-1",        "t-1", "test", "2025-12-19T08:00:00Z",
                           "k \"1\"",       R"({"a":1})", "c-1", 2};

TEST(EventEnvelope, HoldsMetadataAndPayload) {
  std::string value;
  append_event_envelope(value, kEvent);
  EXPECT_EQ(
      value,
      R"({"metadata":{"id":"m-1","eventType":"guest.created","version":"2.0","source":"/command-center/test",)"
      R"("issuedAt":"2025-12-19T08:00:00Z","timestamp":"2025-12-19T08:00:00Z","tenantId":"t-1",)"
      R"("correlationId":"c-1"},"payload":{"a":1}})");
}

TEST(EventEnvelope, HeadersAreCloudEventsThenTheServicesOwn) {
  std::string headers;
  append_event_headers(headers, kEvent, {{"traceparent", "00-x"}, {"Note", "\u00e9\n"}});
  EXPECT_EQ(
      headers,
      R"({"x-tenant-id":"t-1","x-correlation-id":"c-1","ce_specversion":"1.0","ce_id":"m-1",)"
      R"("ce_type":"guest.created","ce_eventversion":"2.0","ce_source":"/command-center/test","ce_time":"2025-12-19T08:00:00Z","ce_subject":"k \"1\"",)"
      "\"content-type\":\"application/json\",\"traceparent\":\"00-x\",\"Note\":\"\u00e9\\n\"}");
}

TEST(EventHeaders, TheCallersCorrelationIsWrittenOnce) {
  const std::vector<EventHeader> own = {{"X-Correlation-ID", "c-1"}, {"note", "n"}};
  EXPECT_EQ(correlation_in(own), "c-1");
  EXPECT_EQ(correlation_in({{"note", "n"}}).data(), nullptr);
  std::string headers;
  append_event_headers(headers, kEvent, own);
  EXPECT_NE(headers.find(R"("x-correlation-id":"c-1")"), std::string::npos);
  EXPECT_EQ(headers.find("X-Correlation-ID"), std::string::npos);
}

TEST(EventHeaders, ATombstoneHasNoContentType) {
  EventFacts tombstone = kEvent;
  tombstone.payload_json = {};
  std::string headers;
  append_event_headers(headers, tombstone, {});
  EXPECT_EQ(headers.find("content-type"), std::string::npos);
}

TEST(EventHeaders, ThoseOfTheCommandCenterAreRefusedInAnyCase) {
  for (const char* name : {"ce_id", "CE_ID", "ce-type", "x-command-id", "X-Command-Target",
                           "x-command-anything", "X-Tenant-Id", "content-type", "Content-Type"}) {
    EXPECT_THROW(check_event_headers({{name, "v"}}), Error) << name;
  }
  for (const char* name : {"traceparent", "x-correlation-id", "x-commander", "cell", "x-tenant"}) {
    EXPECT_NO_THROW(check_event_headers({{name, "v"}})) << name;
  }
}

TEST(EventHeaders, NamesValuesAndNumberAreBounded) {
  EXPECT_NO_THROW(check_event_headers({{std::string(100, 'n'), std::string(4096, 'v')}}));
  EXPECT_THROW(check_event_headers({{std::string(101, 'n'), "v"}}), Error);
  EXPECT_THROW(check_event_headers({{"n", std::string(4097, 'v')}}), Error);
  EXPECT_THROW(check_event_headers({{"", "v"}}), Error);
  EXPECT_THROW(check_event_headers({{"a b", "v"}}), Error);
  EXPECT_THROW(check_event_headers({{"n:", "v"}}), Error);
  EXPECT_NO_THROW(check_event_headers(std::vector<EventHeader>(32, {"n", "v"})));
  EXPECT_THROW(check_event_headers(std::vector<EventHeader>(33, {"n", "v"})), Error);
}

TEST(Topic, MustBeOneThatKafkaTakesAndNobodyElseOwns) {
  for (const std::string& topic :
       {std::string(249, 't'), std::string("a.b_c-D1"), std::string("commands.primary")}) {
    EXPECT_NO_THROW(check_topic(topic)) << topic;
  }
  for (const std::string& topic :
       {std::string(), std::string("."), std::string(".."), std::string(250, 't'), std::string("a b"),
        std::string("__consumer_offsets"), std::string("._offsets"), std::string("command-center_progress"),
        std::string("command-center.progress")}) {
    EXPECT_THROW(check_topic(topic), Error) << topic;
  }
}

TEST(ReplayHeaders, OnlyTheIdChangesAndTheOriginalIsNamed) {
  std::string headers;
  append_replay_headers(headers,
                        R"({"x-command-id":"c","ce_id":"first","ce_type":"a\"b","content-type":"j"})",
                        "second", "first");
  EXPECT_EQ(
      headers,
      R"({"x-command-id":"c","ce_id":"second","ce_type":"a\"b","content-type":"j","x-command-replay":"first"})");
}

TEST(ReplayHeaders, OfAReplayNameOneOriginalOnly) {
  std::string headers;
  append_replay_headers(headers, R"({"ce_id":"second","x-command-replay":"first"})", "third", "first");
  EXPECT_EQ(headers, R"({"ce_id":"third","x-command-replay":"first"})");
}

TEST(ReplayHeaders, PassOnNoTraceparentThatIsNone) {
  std::string headers;
  append_replay_headers(
      headers, R"({"ce_id":"a","traceparent":"00-00000000000000000000000000000000-00f067aa0ba902b7-01"})",
      "b", "a");
  EXPECT_EQ(headers, R"({"ce_id":"b","x-command-replay":"a"})");
}

TEST(ReplayHeaders, ThatAreNoObjectAreRefused) {
  std::string headers;
  for (const char* original : {"", "[]", "{", "1"}) {
    EXPECT_THROW(append_replay_headers(headers, original, "n", "o"), Error) << original;
  }
}

}  // namespace
}  // namespace command_center::envelope
