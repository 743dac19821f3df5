// A consumer without a group: it stores nothing and reads everything each time.
#include "tests/checker/reader.hpp"

#include <rapidjson/document.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace command_center::checker {
namespace {

constexpr int kRequestTimeoutMs = 5'000;
constexpr int kTakeMs = 100;

std::string_view member(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

void read_headers(const rd_kafka_message_t& message, Sighting& sighting) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const auto header = [headers](const char* name) {
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::string();
    return std::string(static_cast<const char*>(value), size);
  };
  sighting.tenant = header("x-tenant-id");
  sighting.target = header("x-command-target");
  sighting.id = header(sighting.target.empty() ? "ce_id" : "x-command-id");
}

}  // namespace

Reader::Reader(std::string brokers, std::vector<std::string> topics)
    : brokers_(std::move(brokers)), topics_(std::move(topics)) {
  start_over();
}

void Reader::start_over() {
  std::array<char, 512> error{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const std::array<std::pair<const char*, const char*>, 8> properties = {
      {{"bootstrap.servers", brokers_.c_str()},
       {"group.id", "checker"},
       {"isolation.level", "read_committed"},
       {"enable.auto.commit", "false"},
       {"enable.partition.eof", "true"},
       {"auto.offset.reset", "earliest"},
       {"log_level", "0"},
       {"reconnect.backoff.max.ms", "500"}}};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name, value, error.data(), error.size()) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error.data());
    }
  }
  client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf, error.data(), error.size()));
  if (!client_) throw std::runtime_error(error.data());
  rd_kafka_poll_set_consumer(client_.get());
  ended_.clear();
  sightings_.clear();
  seen_.clear();
}

bool Reader::sees(const std::vector<Entry>& entries, std::chrono::milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  auto next = entries.begin();
  while (true) {
    while (next != entries.end() && seen_.count({next->token, next->topic}) != 0) ++next;
    if (next == entries.end()) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    while (assign() && take()) deadline = std::chrono::steady_clock::now() + patience;
  }
}

void Reader::read_to_end(std::chrono::milliseconds patience) {
  start_over();
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    while (assign() && take()) deadline = std::chrono::steady_clock::now() + patience;
    if (!ended_.empty() && is_at_end()) return;
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("could not read the topics to their ends");
  }
}

// New topics and partitions are taken up while none is assigned; a topic that is not there has no messages.
bool Reader::assign() {
  if (!ended_.empty()) return true;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client_.get(), 1, nullptr, &metadata, kRequestTimeoutMs) !=
      RD_KAFKA_RESP_ERR_NO_ERROR)
    return false;
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(1);
  std::size_t found = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    bool wanted = false;
    for (const std::string& name : topics_) wanted = wanted || name == topic.topic;
    if (!wanted || topic.partition_cnt == 0) continue;
    ++found;
    for (int partition = 0; partition < topic.partition_cnt; ++partition) {
      rd_kafka_topic_partition_list_add(all, topic.topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
      ended_[{topic.topic, partition}] = false;
    }
  }
  rd_kafka_metadata_destroy(metadata);
  if (found == topics_.size()) rd_kafka_assign(client_.get(), all);
  if (found != topics_.size()) ended_.clear();
  rd_kafka_topic_partition_list_destroy(all);
  return !ended_.empty();
}

// A committed transaction becomes readable a moment after the producer was told so: the end for a
// read_committed consumer is not that of the partition then, and what lies between would seem lost.
bool Reader::is_whole(const rd_kafka_message_t& end) const {
  std::int64_t first = 0;
  std::int64_t after_last = 0;
  const auto error = rd_kafka_get_watermark_offsets(client_.get(), rd_kafka_topic_name(end.rkt),
                                                    end.partition, &first, &after_last);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR && end.offset >= after_last;
}

// False when no message came for a while, or the end of a partition.
bool Reader::take() {
  rd_kafka_message_t* message = rd_kafka_consumer_poll(client_.get(), kTakeMs);
  if (message == nullptr) return false;
  const bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || is_end) {
    ended_[{rd_kafka_topic_name(message->rkt), message->partition}] = is_end && is_whole(*message);
  }
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) keep(*message);
  const bool took = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_message_destroy(message);
  return took;
}

bool Reader::is_at_end() const {
  for (const auto& partition : ended_) {
    if (!partition.second) return false;
  }
  return true;
}

void Reader::keep(const rd_kafka_message_t& message) {
  Sighting sighting;
  sighting.topic = rd_kafka_topic_name(message.rkt);
  sighting.partition = message.partition;
  sighting.offset = message.offset;
  sighting.key.assign(static_cast<const char*>(message.key), message.key_len);
  read_headers(message, sighting);
  rapidjson::Document document;
  document.Parse(static_cast<const char*>(message.payload), message.len);
  if (!document.HasParseError() && document.IsObject() && document.HasMember("payload") &&
      document["payload"].IsObject()) {
    const rapidjson::Value& payload = document["payload"];
    sighting.token = member(payload, "token");
    sighting.intact = member(payload, "filling") == filling_of(sighting.token, member(payload, "key"));
  }
  seen_.emplace(sighting.token, sighting.topic);
  sightings_.push_back(std::move(sighting));
}

}  // namespace command_center::checker
