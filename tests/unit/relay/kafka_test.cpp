// Promises of what the relay gives to Kafka and looks for there, as far as no broker is needed.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "daemon/failure.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/look_back.hpp"
#include "relay/kafka/message_headers.hpp"
#include "relay/kafka/progress.hpp"

namespace command_center::relay::kafka {
namespace {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

HeaderList list_of(const Headers& headers) {
  HeaderList list;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers.get(), i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    list.emplace_back(name, std::string(static_cast<const char*>(value), size));
  }
  return list;
}

TEST(MessageHeaders, KeepTheirOrderAndTheirBytes) {
  const auto headers = parse_headers(R"({"x-command-id": "1", "ce_id":"caf\u00e9 \"x\"", "empty": ""})");
  ASSERT_TRUE(headers);
  EXPECT_EQ(list_of(*headers), (HeaderList{{"x-command-id", "1"}, {"ce_id", "café \"x\""}, {"empty", ""}}));
}

TEST(MessageHeaders, NoneIsNotAnError) {
  for (const char* none : {"", "{}"}) {
    const auto headers = parse_headers(none);
    ASSERT_TRUE(headers) << none;
    EXPECT_TRUE(list_of(*headers).empty());
  }
}

TEST(MessageHeaders, AnythingButAnObjectOfStringsIsRefused) {
  for (const char* bad : {R"({"a":1})", R"({"a":null})", R"({"a":{"b":"c"}})", R"({"a":["b"]})", R"("a")",
                          "[]", "{", R"({"a":"b"} x)", R"({"a":true})"}) {
    EXPECT_FALSE(parse_headers(bad)) << bad;
  }
}

TEST(LookBack, CoversThePartitionOnceFromItsEndInDoublingWindows) {
  LookBack look_back(Window{5, 500}, 100);
  const auto last = look_back.next();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->begin, 400);
  EXPECT_EQ(last->end, 500);
  const auto before = look_back.next();
  ASSERT_TRUE(before);
  EXPECT_EQ(before->begin, 200);
  EXPECT_EQ(before->end, 400);
  const auto first = look_back.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->begin, 5);
  EXPECT_EQ(first->end, 200);
  EXPECT_FALSE(look_back.next());
}

TEST(LookBack, FindsNothingInAnEmptyPartition) {
  EXPECT_FALSE(LookBack(Window{0, 0}).next());
  EXPECT_FALSE(LookBack(Window{7, 7}).next());
}

TEST(ProgressKey, TellsDatabasesAndPublishersApart) {
  EXPECT_EQ(progress_key("uuid.1.2", "default"), "uuid.1.2/default");
  EXPECT_EQ(transactional_id("uuid.1.2", "default"), "command-center/uuid.1.2/default");
}

TEST(ProgressKey, BelongsToOnePublisherAlone) {
  EXPECT_TRUE(is_key_of("uuid.1.2/two", "two"));
  EXPECT_TRUE(is_key_of("uuid.1.2/x/two", "x/two"));
  EXPECT_FALSE(is_key_of("uuid.1.2/x/two", "two"));
  EXPECT_FALSE(is_key_of("two", "two"));
  EXPECT_FALSE(is_key_of("uuid.1.2/twofold", "two"));
}

TEST(ProgressKey, BelongsToThePublisherOfTheShard) {
  EXPECT_TRUE(is_key_of("uuid.1.2/two:3:1/2", "two"));
  EXPECT_FALSE(is_key_of("uuid.1.2/x/two:3:1/2", "two"));
}

TEST(ProgressRecords, SayWhichPartIsPublishedAndWhatWasPutAside) {
  const std::string batch = R"({"batch":7,"lastPosition":20})";
  EXPECT_EQ(record_of(batch, {}), batch);
  EXPECT_EQ(record_of(batch, {12, {}}), R"({"batch":7,"lastPosition":12,"complete":false})");
  const std::string whole = record_of(batch, {std::nullopt, "2026-01-01T00:00:00Z"});
  EXPECT_EQ(whole, R"({"batch":7,"lastPosition":20,"parkedThrough":"2026-01-01T00:00:00Z"})");
  EXPECT_TRUE(parse_progress(whole)->complete);
  EXPECT_FALSE(parse_progress(record_of(batch, {12, "2026-01-01T00:00:00Z"}))->complete);
}

TEST(ProgressRecords, OfOneDatabaseAreHandedOverTogether) {
  EXPECT_EQ(join_by_identity({{"a/default", "1"}, {"b/default", "2"}}), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(join_by_identity({{"a/default", "1"}, {"a/default:2:1/2", "2"}, {"b/default", "3"}}),
            (std::vector<std::string>{"[1, 2]", "3"}));
}

TEST(KafkaFailure, OnlyBeingReplacedMeansToStandBy) {
  EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR__FENCED), FailureKind::kFenced);
  EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR_PRODUCER_FENCED), FailureKind::kFenced);
  EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH), FailureKind::kFenced);
  EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR__TIMED_OUT), FailureKind::kKafka);
  EXPECT_EQ(kind_of(RD_KAFKA_RESP_ERR__TRANSPORT), FailureKind::kKafka);
}

}  // namespace
}  // namespace command_center::relay::kafka
