// Reads to the end as it was with open transactions counted: another database's open one must not hide our
// last record.
#include "relay/kafka/progress.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/look_back.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kConsumeTimeoutMs = 500;
constexpr const char* kAction = "read the progress topic";

// The longest that another publisher's transaction may keep the next record from us, and a little more.
constexpr std::chrono::seconds kStandstillLimit{90};
// Where the own partition tells, the earlier one can only hold something older.
constexpr std::chrono::seconds kEarlierLimit{1};

// The outcome of a window: whether the key was met, and the value it had last.
struct Found {
  bool met = false;
  std::optional<std::string> value;
};

std::optional<std::string> value_of(const rd_kafka_message_t& message) {
  if (message.payload == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(message.payload), message.len);
}

using Take = std::function<void(std::string_view key, const rd_kafka_message_t& message)>;

class ProgressReader {
 public:
  // `standstill`: for how long nothing may come before it gives up.
  ProgressReader(const settings::Kafka& settings, runtime::Waiter& waiter, std::int32_t partition,
                 std::chrono::seconds standstill, const std::function<void()>& while_waiting)
      : waiter_(waiter),
        standstill_(standstill),
        while_waiting_(while_waiting),
        partition_(partition),
        client_(make_client(ClientKind::kProgressReader, settings)),
        topic_(rd_kafka_topic_new(client_.get(), kProgressTopic, nullptr)) {
    if (!topic_) fail(kAction, rd_kafka_last_error());
  }

  // Hands every record of the window to `take`, in order.
  void read(Window window, const Take& take) {
    if (rd_kafka_consume_start(topic_.get(), partition_, window.begin) != 0)
      fail(kAction, rd_kafka_last_error());
    advance_to(window.begin);
    while (!take_next(window.end, take)) {
      if (runtime::Clock::now() > deadline_) fail(kAction, RD_KAFKA_RESP_ERR__TIMED_OUT);
      if (waiter_.stopping())
        throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while starting");
      while_waiting_();
    }
    if (rd_kafka_consume_stop(topic_.get(), partition_) != 0) fail(kAction, rd_kafka_last_error());
  }

 private:
  // Answers true when everything before `end` has been read.
  bool take_next(std::int64_t end, const Take& take) {
    waiter_.beat();
    const Message message(rd_kafka_consume(topic_.get(), partition_, kConsumeTimeoutMs));
    if (!message) return false;
    const bool at_end_of_partition = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !at_end_of_partition)
      fail(kAction, message->err, rd_kafka_message_errstr(message.get()));
    if (message->offset > reached_) advance_to(message->offset);
    if (at_end_of_partition || message->offset >= end) return message->offset >= end;
    take(std::string_view(static_cast<const char*>(message->key), message->key_len), *message);
    return message->offset + 1 >= end;
  }

  // A long topic takes its time; only one that does not go on is given up.
  void advance_to(std::int64_t offset) {
    reached_ = offset;
    deadline_ = runtime::Clock::now() + standstill_;
  }

  runtime::Waiter& waiter_;
  std::chrono::seconds standstill_;
  const std::function<void()>& while_waiting_;
  std::int32_t partition_;
  Client client_;
  Topic topic_;
  std::int64_t reached_ = 0;
  runtime::Clock::time_point deadline_;
};

}  // namespace

std::string progress_key(std::string_view identity, std::string_view publisher) {
  return std::string(identity) + '/' + std::string(publisher);
}

bool is_key_of(std::string_view key, std::string_view publisher) noexcept {
  const std::size_t end_of_identity = key.find('/');
  return end_of_identity != std::string_view::npos && key.substr(end_of_identity + 1) == publisher;
}

std::string transactional_id(std::string_view identity, std::string_view publisher) {
  return "command-center/" + progress_key(identity, publisher);
}

std::int32_t progress_partition(std::string_view key) {
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), kProgressPartitions, nullptr,
                                          nullptr);
}

std::optional<Progress> parse_progress(std::string record) {
  rapidjson::Document document;
  document.Parse(record.data(), record.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  const auto batch = document.FindMember("batch");
  const auto position = document.FindMember("lastPosition");
  if (batch == document.MemberEnd() || !batch->value.IsInt64() || position == document.MemberEnd() ||
      !position->value.IsInt64())
    return std::nullopt;
  const auto complete = document.FindMember("complete");
  const bool is_complete =
      complete == document.MemberEnd() || !complete->value.IsBool() || complete->value.GetBool();
  return Progress{std::move(record), batch->value.GetInt64(), position->value.GetInt64(), is_complete};
}

std::string record_of_part(const std::string& record, std::int64_t last_position) {
  rapidjson::Document document;
  document.Parse(record.data(), record.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("lastPosition"))
    throw Failure(FailureKind::kInternal, sqlstate::kInvalidParameter, "a progress record cannot be read");
  document["lastPosition"].SetInt64(last_position);
  document.AddMember("complete", false, document.GetAllocator());
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  document.Accept(writer);
  return {text.GetString(), text.GetSize()};
}

bool is_further(const Progress& left, const Progress& right) noexcept {
  return std::tie(left.batch, left.last_position) > std::tie(right.batch, right.last_position);
}

namespace {

std::optional<std::string> read_last_record(const settings::Kafka& settings, Cluster& cluster,
                                            runtime::Waiter& waiter, std::string_view key,
                                            std::int32_t partition, std::chrono::seconds standstill,
                                            const std::function<void()>& while_waiting) {
  LookBack look_back(cluster.extent(kProgressTopic, partition));
  ProgressReader reader(settings, waiter, partition, standstill, while_waiting);
  while (const auto window = look_back.next()) {
    Found found;
    reader.read(*window, [key, &found](std::string_view its_key, const rd_kafka_message_t& message) {
      if (its_key == key) found = {true, value_of(message)};
    });
    if (found.met) return std::move(found.value);
  }
  return std::nullopt;
}

std::optional<Progress> parse_or_fail(std::optional<std::string> record) {
  if (!record) return std::nullopt;
  auto progress = parse_progress(std::move(*record));
  if (!progress) fail(kAction, RD_KAFKA_RESP_ERR__BAD_MSG, "a record is none of progress");
  return progress;
}

}  // namespace

LastProgress read_last_progress(const settings::Kafka& settings, Cluster& cluster, runtime::Waiter& waiter,
                                std::string_view key, const std::function<void()>& while_waiting) {
  const std::int32_t partition = progress_partition(key);
  LastProgress last;
  last.progress = parse_or_fail(
      read_last_record(settings, cluster, waiter, key, partition, kStandstillLimit, while_waiting));
  if (partition == kEarlierPartition) return last;
  try {
    auto earlier =
        parse_or_fail(read_last_record(settings, cluster, waiter, key, kEarlierPartition,
                                       last.progress ? kEarlierLimit : kStandstillLimit, while_waiting));
    last.in_earlier_partition = earlier.has_value();
    if (earlier && (!last.progress || is_further(*earlier, *last.progress)))
      last.progress = std::move(earlier);
  } catch (const Failure& failure) {
    // Somebody else's transaction is open there.
    if (!last.progress || failure.kind() != FailureKind::kKafka) throw;
  }
  return last;
}

std::map<std::string, std::string> read_all_progress(const settings::Kafka& settings, Cluster& cluster,
                                                     runtime::Waiter& waiter, std::string_view publisher) {
  std::map<std::string, std::string> records;
  const std::function<void()> nothing_to_do = [] {};
  const int partitions = std::min(cluster.partitions_of(kProgressTopic), kProgressPartitions);
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    const Window whole = cluster.extent(kProgressTopic, partition);
    if (whole.end <= whole.begin) continue;
    std::map<std::string, std::optional<std::string>> found;
    ProgressReader reader(settings, waiter, partition, kStandstillLimit, nothing_to_do);
    reader.read(whole, [&](std::string_view key, const rd_kafka_message_t& message) {
      if (!is_key_of(key, publisher)) return;
      found.insert_or_assign(std::string(key), value_of(message));
    });
    for (auto& [key, value] : found) {
      if (!value) continue;
      const auto known = records.find(key);
      if (known != records.end()) {
        const auto before = parse_progress(known->second);
        const auto now = parse_progress(*value);
        if (before && (!now || is_further(*before, *now))) continue;
      }
      records.insert_or_assign(key, std::move(*value));
    }
  }
  return records;
}

}  // namespace command_center::relay::kafka
