// Looks for a record from the end of its partition backwards.
#include "relay/kafka/progress.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "relay/kafka/failures.hpp"
#include "relay/kafka/look_back.hpp"
#include "relay/kafka/partition_reader.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr const char* kAction = "read the progress topic";

// The longest that another publisher's transaction may keep the next record from us, and a little more.
constexpr std::chrono::seconds kStandstillLimit{90};
// Where the own partition tells, the earlier one can only hold something older.
constexpr std::chrono::seconds kEarlierLimit{1};

// The outcome of a window: whether the key was met, the value it had last, and when that was written.
struct Found {
  bool met = false;
  std::optional<std::string> value;
  std::int64_t written_ms = 0;
};

std::optional<std::string> value_of(const rd_kafka_message_t& message) {
  if (message.payload == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(message.payload), message.len);
}

std::string_view key_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.key), message.key_len};
}

}  // namespace

std::string progress_key(std::string_view identity, std::string_view publisher) {
  return std::string(identity) + '/' + std::string(publisher);
}

bool is_key_of(std::string_view key, std::string_view publisher) noexcept {
  const std::size_t end_of_identity = key.find('/');
  if (end_of_identity == std::string_view::npos) return false;
  const std::string_view its = key.substr(end_of_identity + 1);
  return its == publisher || (its.size() > publisher.size() && its.substr(0, publisher.size()) == publisher &&
                              its[publisher.size()] == ':');
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
  return Progress{std::move(record), batch->value.GetInt64(), position->value.GetInt64(), is_complete, 0};
}

std::string record_of(const std::string& record, const Publication& publication) {
  if (!publication.part_through && publication.parked_through.empty()) return record;
  rapidjson::Document document;
  document.Parse(record.data(), record.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("lastPosition"))
    throw Failure(FailureKind::kInternal, sqlstate::kInvalidParameter, "a progress record cannot be read");
  if (publication.part_through) {
    document["lastPosition"].SetInt64(*publication.part_through);
    document.AddMember("complete", false, document.GetAllocator());
  }
  if (!publication.parked_through.empty()) {
    document.AddMember("parkedThrough", rapidjson::StringRef(publication.parked_through.c_str()),
                       document.GetAllocator());
  }
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  document.Accept(writer);
  return {text.GetString(), text.GetSize()};
}

bool is_further(const Progress& left, const Progress& right) noexcept {
  return std::tie(left.batch, left.last_position) > std::tie(right.batch, right.last_position);
}

namespace {

Found read_last_record(const settings::Kafka& settings, Cluster& cluster, runtime::Waiter& waiter,
                       std::string_view key, std::int32_t partition, std::chrono::seconds standstill,
                       const std::function<void()>& while_waiting) {
  LookBack look_back(cluster.extent(kProgressTopic, partition));
  PartitionReader reader(settings, waiter, kAction, standstill, while_waiting);
  while (const auto window = look_back.next()) {
    Found found;
    reader.read(kProgressTopic, partition, *window, [key, &found](const rd_kafka_message_t& message) {
      rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
      if (key_of(message) == key)
        found = {true, value_of(message), rd_kafka_message_timestamp(&message, &type)};
    });
    if (found.met) return found;
  }
  return {};
}

std::optional<Progress> parse_or_fail(Found found) {
  if (!found.value) return std::nullopt;
  auto progress = parse_progress(std::move(*found.value));
  if (!progress) fail(kAction, RD_KAFKA_RESP_ERR__BAD_MSG, "a record is none of progress");
  progress->written_ms = found.written_ms;
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
    PartitionReader reader(settings, waiter, kAction, kStandstillLimit, nothing_to_do);
    reader.read(kProgressTopic, partition, whole, [&](const rd_kafka_message_t& message) {
      if (!is_key_of(key_of(message), publisher)) return;
      found.insert_or_assign(std::string(key_of(message)), value_of(message));
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

std::vector<std::string> join_by_identity(const std::map<std::string, std::string>& records) {
  std::map<std::string, std::vector<std::string>> by_identity;
  for (const auto& [key, record] : records) by_identity[key.substr(0, key.find('/'))].push_back(record);
  std::vector<std::string> texts;
  for (const auto& [identity, its] : by_identity) {
    std::string text = its.front();
    for (std::size_t i = 1; i < its.size(); ++i) text += ", " + its[i];
    texts.push_back(its.size() == 1 ? text : "[" + text + "]");
  }
  return texts;
}

}  // namespace command_center::relay::kafka
