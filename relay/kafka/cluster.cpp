// Asks through a consumer client, which neither creates topics by looking nor has its own idea of isolation.
#include "relay/kafka/cluster.hpp"

#include <array>
#include <chrono>
#include <string_view>

#include "daemon/logging/log.hpp"
#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kRequestTimeoutMs = 10'000;
constexpr std::chrono::seconds kCreationLimit{20};
constexpr std::chrono::milliseconds kCreationLook{50};
constexpr int kProgressPartitions = 1;
constexpr std::size_t kErrorTextSize = 512;

}  // namespace

Cluster::Cluster(const settings::Kafka& settings, runtime::Waiter& waiter)
    : settings_(settings), waiter_(waiter), client_(make_client(ClientKind::kAdmin, settings)) {}

void Cluster::ensure_topic(const std::string& topic) {
  const Presence presence = look_for(topic);
  if (presence == Presence::kThere) return;
  if (presence == Presence::kMissing && settings_.topic_creation == settings::TopicCreation::kRefuse) {
    throw Failure(FailureKind::kTopicMissing, sqlstate::kNotFound, "topic \"" + topic + "\" does not exist",
                  {}, "Create it, or let the relay create topics (--create-topics).");
  }
  create_and_wait(topic, settings_.topic_partitions, Cleanup::kBrokerDefault);
}

int Cluster::brokers() {
  const rd_kafka_metadata_t* answer = nullptr;
  waiter_.beat();
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 0, nullptr, &answer, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("reach kafka", error);
  return Metadata(answer)->broker_cnt;
}

bool Cluster::has_progress_topic() {
  const Presence presence = look_for(kProgressTopic);
  if (presence == Presence::kMissing && settings_.topic_creation == settings::TopicCreation::kRefuse) {
    throw Failure(FailureKind::kTopicMissing, sqlstate::kNotFound,
                  std::string("topic \"") + kProgressTopic + "\" does not exist", {},
                  "Create it with one partition and cleanup.policy=compact, or let the relay create topics.");
  }
  if (presence != Presence::kThere) return false;
  require_compaction();
  return true;
}

void Cluster::ensure_progress_topic() {
  if (has_progress_topic()) return;
  create_and_wait(kProgressTopic, kProgressPartitions, Cleanup::kCompact);
  require_compaction();
}

void Cluster::require_compaction() {
  const std::string policy = cleanup_policy(kProgressTopic);
  if (policy == "compact") return;
  throw Failure(FailureKind::kRefused, sqlstate::kWrongState,
                std::string("topic \"") + kProgressTopic + "\" is not compacted",
                "Its cleanup.policy is \"" + policy + "\".",
                "Set its cleanup.policy to compact, and nothing else.");
}

Window Cluster::extent(const std::string& topic, std::int32_t partition) {
  Window extent{0, 0};
  waiter_.beat();
  const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
      client_.get(), topic.c_str(), partition, &extent.begin, &extent.end, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("find the end of topic \"" + topic + "\"", error);
  return extent;
}

Cluster::Presence Cluster::look_for(const std::string& topic) {
  const std::string action = "look for topic \"" + topic + "\"";
  const Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  if (!handle) fail(action, rd_kafka_last_error());
  const rd_kafka_metadata_t* answer = nullptr;
  waiter_.beat();
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_.get(), 0, handle.get(), &answer, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, error);
  const Metadata metadata(answer);
  if (metadata->topic_cnt != 1) return Presence::kSettling;
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return Presence::kMissing;
  if (found.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) return Presence::kSettling;
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, found.err);
  for (int index = 0; index < found.partition_cnt; ++index) {
    if (found.partitions[index].leader < 0) return Presence::kSettling;
  }
  return found.partition_cnt > 0 ? Presence::kThere : Presence::kSettling;
}

void Cluster::create_and_wait(const std::string& topic, int partitions, Cleanup cleanup) {
  const auto deadline = runtime::Clock::now() + kCreationLimit;
  Presence presence = look_for(topic);
  if (presence == Presence::kMissing) create(topic, partitions, cleanup);
  while (presence != Presence::kThere) {
    if (runtime::Clock::now() > deadline)
      fail("see topic \"" + topic + "\" ready", RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (waiter_.wait(kCreationLook) == runtime::WaitEnd::kStopping && waiter_.drain_expired()) {
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while waiting for a topic");
    }
    presence = look_for(topic);
  }
}

void Cluster::create(const std::string& topic, int partitions, Cleanup cleanup) {
  const std::string action = "create topic \"" + topic + "\"";
  std::array<char, kErrorTextSize> text{};
  const NewTopic wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, settings_.topic_replication,
                                              text.data(), text.size()));
  if (!wanted) fail(action, RD_KAFKA_RESP_ERR__INVALID_ARG, text.data());
  if (cleanup == Cleanup::kCompact) rd_kafka_NewTopic_set_config(wanted.get(), "cleanup.policy", "compact");

  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  const Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_NewTopic_t* topics = wanted.get();
  rd_kafka_CreateTopics(client_.get(), &topics, 1, options.get(), queue.get());
  const Event event = ask(queue.get(), action);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t index = 0; index < count; ++index) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[index]);
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return;
    const char* why = rd_kafka_topic_result_error_string(results[index]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, error, why == nullptr ? "" : why);
  }
  logging::info("created topic", {{"topic", topic}, {"partitions", partitions}});
}

std::string Cluster::cleanup_policy(const std::string& topic) {
  const std::string action = "read the configuration of topic \"" + topic + "\"";
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  const Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_ConfigResource_t* asked = resource.get();
  rd_kafka_DescribeConfigs(client_.get(), &asked, 1, options.get(), queue.get());
  const Event event = ask(queue.get(), action);
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** found =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (count != 1) fail(action, RD_KAFKA_RESP_ERR__BAD_MSG);
  if (const auto error = rd_kafka_ConfigResource_error(found[0]); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(action, error);
  }
  std::size_t entries = 0;
  const rd_kafka_ConfigEntry_t** entry = rd_kafka_ConfigResource_configs(found[0], &entries);
  for (std::size_t index = 0; index < entries; ++index) {
    if (std::string_view(rd_kafka_ConfigEntry_name(entry[index])) != "cleanup.policy") continue;
    const char* value = rd_kafka_ConfigEntry_value(entry[index]);
    return value == nullptr ? std::string() : std::string(value);
  }
  fail(action, RD_KAFKA_RESP_ERR__BAD_MSG);
}

AdminOptions Cluster::options_for(rd_kafka_admin_op_t operation) {
  AdminOptions options(rd_kafka_AdminOptions_new(client_.get(), operation));
  std::array<char, kErrorTextSize> text{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kRequestTimeoutMs, text.data(), text.size());
  return options;
}

Event Cluster::ask(rd_kafka_queue_t* queue, const std::string& action) {
  waiter_.beat();
  Event event(rd_kafka_queue_poll(queue, kRequestTimeoutMs));
  if (!event) fail(action, RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(action, error, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

}  // namespace command_center::relay::kafka
