// A consumer without a group, since it reads everything from the beginning each time.
#include "tests/e2e/support/topic.hpp"

#include <array>
#include <stdexcept>

#include "tests/e2e/support/servers.hpp"

namespace command_center::e2e {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr int kTakeMs = 100;

using KafkaClient = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;
using Properties = std::map<std::string, std::string>;

rd_kafka_t* new_client(rd_kafka_type_t type, const Properties& properties) {
  std::array<char, 512> error{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", required_variable("KAFKA_BROKERS").c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "log_level", "0", nullptr, 0);
  for (const auto& [name, value] : properties) {
    rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size());
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, error.data(), error.size());
  if (client == nullptr) throw std::runtime_error(error.data());
  return client;
}

KafkaClient producer() {
  return {new_client(RD_KAFKA_PRODUCER, {}), rd_kafka_destroy};
}

// Waits for the answer of an admin request, and throws when it is an error.
void await_admin(rd_kafka_queue_t* queue, const std::string& action) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kTimeoutMs);
  std::string problem = event == nullptr ? "no answer" : "";
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = nullptr;
  if (const auto* created = rd_kafka_event_CreateTopics_result(event)) {
    results = rd_kafka_CreateTopics_result_topics(created, &count);
  } else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event)) {
    results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  } else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event)) {
    results = rd_kafka_CreatePartitions_result_topics(grown, &count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      problem = rd_kafka_topic_result_error_string(results[i]);
    }
  }
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  if (!problem.empty()) throw std::runtime_error("could not " + action + ": " + problem);
}

}  // namespace

TopicReader::TopicReader(std::string topic, std::string tenant)
    : topic_(std::move(topic)), tenant_(std::move(tenant)) {
  start();
}

void TopicReader::start() {
  client_.reset(new_client(RD_KAFKA_CONSUMER, {{"group.id", "e2e"},
                                               {"isolation.level", "read_committed"},
                                               {"enable.auto.commit", "false"},
                                               {"enable.partition.eof", "true"},
                                               {"fetch.wait.max.ms", "20"},
                                               {"reconnect.backoff.max.ms", "500"}}));
  rd_kafka_poll_set_consumer(client_.get());
  partition_ended_.clear();
  messages_.clear();
  counts_.clear();
}

bool TopicReader::receives(const Ids& ids, std::chrono::milliseconds patience) {
  const auto has_all = [&] {
    for (const std::string& id : ids) {
      if (counts_.count(id) == 0) return false;
    }
    return true;
  };
  return eventually(
      [&] {
        while (assign() && take()) {
        }
        return has_all();
      },
      patience);
}

void TopicReader::read_to_end() {
  start();
  if (!eventually([this] { return assign(); })) throw std::runtime_error("topic " + topic_ + " is not there");
  if (!eventually([this] {
        while (take()) {
        }
        return is_at_end();
      })) {
    throw std::runtime_error("could not read topic " + topic_ + " to its end");
  }
}

bool TopicReader::assign() {
  if (!partition_ended_.empty()) return true;
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, topic, &metadata, kTimeoutMs);
  rd_kafka_topic_destroy(topic);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(1);
  for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
    rd_kafka_topic_partition_list_add(all, topic_.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    partition_ended_[i] = false;
  }
  rd_kafka_metadata_destroy(metadata);
  if (all->cnt > 0) rd_kafka_assign(client_.get(), all);
  rd_kafka_topic_partition_list_destroy(all);
  return !partition_ended_.empty();
}

// A committed transaction becomes readable a moment after the producer was told so: the end for a
// read_committed consumer is not that of the partition then.
bool TopicReader::is_whole(const rd_kafka_message_t& end) const {
  std::int64_t first = 0;
  std::int64_t after_last = 0;
  const auto error =
      rd_kafka_get_watermark_offsets(client_.get(), topic_.c_str(), end.partition, &first, &after_last);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR && end.offset >= after_last;
}

bool TopicReader::take() {
  rd_kafka_message_t* message = rd_kafka_consumer_poll(client_.get(), kTakeMs);
  if (message == nullptr) return false;
  const bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  if (is_end) partition_ended_[message->partition] = is_whole(*message);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    partition_ended_[message->partition] = false;
    keep(message);
  }
  rd_kafka_message_destroy(message);
  return !is_end;
}

bool TopicReader::is_at_end() const {
  for (const auto& partition : partition_ended_) {
    if (!partition.second) return false;
  }
  return true;
}

void TopicReader::keep(rd_kafka_message_t* message) {
  Received received;
  received.key.assign(static_cast<const char*>(message->key), message->key_len);
  received.value.assign(static_cast<const char*>(message->payload), message->len);
  received.is_tombstone = message->payload == nullptr;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      received.headers[name].assign(static_cast<const char*>(value), size);
    }
  }
  if (!tenant_.empty() && received.headers["x-tenant-id"] != tenant_) return;
  ++counts_[received.headers["x-command-id"]];
  messages_.push_back(std::move(received));
}

void delete_topic(const std::string& topic) {
  const KafkaClient client = producer();
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_DeleteTopic_t* doomed = rd_kafka_DeleteTopic_new(topic.c_str());
  rd_kafka_DeleteTopics(client.get(), &doomed, 1, nullptr, queue);
  rd_kafka_DeleteTopic_destroy(doomed);
  await_admin(queue, "delete topic " + topic);
}

void create_topic(const std::string& topic, const std::string& cleanup_policy) {
  create_topic(topic, TopicConfig{{"cleanup.policy", cleanup_policy}});
}

void create_topic(const std::string& topic, const TopicConfig& config) {
  const KafkaClient client = producer();
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), 1, 1, nullptr, 0);
  for (const auto& [name, value] : config) rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
  rd_kafka_CreateTopics(client.get(), &wanted, 1, nullptr, queue);
  rd_kafka_NewTopic_destroy(wanted);
  await_admin(queue, "create topic " + topic);
}

void configure_topic(const std::string& topic, const TopicConfig& config) {
  const KafkaClient client = producer();
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_ConfigResource_t* wanted = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  for (const auto& [name, value] : config)
    rd_kafka_ConfigResource_set_config(wanted, name.c_str(), value.c_str());
  rd_kafka_AlterConfigs(client.get(), &wanted, 1, nullptr, queue);
  rd_kafka_ConfigResource_destroy(wanted);
  await_admin(queue, "configure topic " + topic);
}

void grow_topic(const std::string& topic, int partitions) {
  const KafkaClient client = producer();
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_NewPartitions_t* wanted =
      rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(partitions), nullptr, 0);
  rd_kafka_CreatePartitions(client.get(), &wanted, 1, nullptr, queue);
  rd_kafka_NewPartitions_destroy(wanted);
  await_admin(queue, "grow topic " + topic);
}

int progress_partition(const std::string& key) {
  constexpr int kPartitions = 16;
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), kPartitions, nullptr, nullptr);
}

void append_records(const std::string& topic, const std::string& key, const std::vector<std::string>& values,
                    int partition) {
  const KafkaClient client = producer();
  for (const std::string& value : values) {
    const auto error =
        rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error("could not append to topic " + topic);
  }
  if (rd_kafka_flush(client.get(), kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("could not append to topic " + topic);
  }
}

void append_record(const std::string& topic, const Record& record, int partition) {
  const KafkaClient client = producer();
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr, value ? static_cast<ssize_t>(value->size()) : 0);
  }
  const auto data = [](const std::optional<std::string>& bytes) {
    return bytes ? const_cast<char*>(bytes->data()) : nullptr;
  };
  const auto error =
      rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                        RD_KAFKA_V_KEY(data(record.key), record.key.value_or("").size()),
                        RD_KAFKA_V_VALUE(data(record.value), record.value.value_or("").size()),
                        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_flush(client.get(), kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error("could not append to topic " + topic);
}

void delete_records(const std::string& topic, int partition, std::int64_t before) {
  const KafkaClient client = producer();
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  rd_kafka_topic_partition_list_t* doomed = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(doomed, topic.c_str(), partition)->offset = before;
  rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(doomed);
  rd_kafka_topic_partition_list_destroy(doomed);
  rd_kafka_DeleteRecords(client.get(), &wanted, 1, nullptr, queue);
  rd_kafka_DeleteRecords_destroy(wanted);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kTimeoutMs);
  const auto* result = rd_kafka_event_DeleteRecords_result(event);
  const bool done = result != nullptr &&
                    rd_kafka_DeleteRecords_result_offsets(result)->elems[0].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  if (!done) throw std::runtime_error("could not delete records of topic " + topic);
}

}  // namespace command_center::e2e
