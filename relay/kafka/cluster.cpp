// Asks through a consumer client, which neither creates topics by looking nor has its own idea of isolation.
#include "relay/kafka/cluster.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "daemon/logging/log.hpp"
#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kRequestTimeoutMs = 10'000;
constexpr std::chrono::seconds kCreationLimit{20};
constexpr std::chrono::milliseconds kCreationLook{50};
constexpr std::size_t kErrorTextSize = 512;

}  // namespace

Cluster::Cluster(const settings::Kafka& settings, runtime::Waiter& waiter)
    : settings_(settings), waiter_(waiter), client_(make_client(ClientKind::kAdmin, settings)) {}

namespace {

// What the answer says of one topic.
Cluster::Topic judge(const rd_kafka_metadata_topic_t& found) {
  switch (found.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return {Cluster::Presence::kMissing, "it does not exist"};
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
      return {Cluster::Presence::kSettling, rd_kafka_err2str(found.err)};
    default:
      return {Cluster::Presence::kRefused, rd_kafka_err2str(found.err)};
  }
  for (int index = 0; index < found.partition_cnt; ++index) {
    if (found.partitions[index].leader < 0)
      return {Cluster::Presence::kSettling, "a partition has no leader"};
  }
  if (found.partition_cnt == 0) return {Cluster::Presence::kSettling, "it has no partitions yet"};
  return {Cluster::Presence::kThere, {}, found.partition_cnt};
}

}  // namespace

void Cluster::ensure_topic(const std::string& topic) {
  const Presence presence = look_for(topic);
  if (presence == Presence::kThere) return;
  if (presence == Presence::kMissing && settings_.topic_creation == settings::TopicCreation::kRefuse) {
    throw Failure(FailureKind::kTopicMissing, sqlstate::kNotFound, "topic \"" + topic + "\" does not exist",
                  {}, "Create it, or let the relay create topics (--create-topics).");
  }
  create_and_wait(topic, {});
}

std::map<std::string, Cluster::Topic> Cluster::look_for_all(const std::set<std::string>& topics) {
  constexpr const char* kAction = "look for topics";
  // The library asks for those that the client has handles of.
  std::vector<kafka::Topic> handles;
  std::map<std::string, Topic> answers;
  for (const std::string& topic : topics) {
    handles.emplace_back(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
    if (!handles.back()) fail(kAction, rd_kafka_last_error());
    answers[topic] = {Presence::kMissing, "it does not exist"};
  }
  const rd_kafka_metadata_t* answer = nullptr;
  waiter_.beat();
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 0, nullptr, &answer, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(kAction, error);
  const Metadata metadata(answer);
  for (int index = 0; index < metadata->topic_cnt; ++index) {
    const auto found = answers.find(metadata->topics[index].topic);
    if (found != answers.end()) found->second = judge(metadata->topics[index]);
  }
  return answers;
}

void Cluster::start_creating(const std::map<std::string, TopicShape>& topics) {
  note_created();
  std::vector<NewTopic> all_wanted;
  std::vector<rd_kafka_NewTopic_t*> pointers;
  Creation creation{Queue(rd_kafka_queue_new(client_.get())), {}, runtime::Clock::now() + kCreationLimit};
  for (const auto& [topic, shape] : topics) {
    const bool asked =
        std::any_of(creations_.begin(), creations_.end(),
                    [name = topic](const Creation& other) { return other.topics.count(name) > 0; });
    if (asked) continue;
    NewTopic one = wanted(topic, shape, creation_errors_[topic]);
    if (!one) continue;
    creation_errors_.erase(topic);
    pointers.push_back(one.get());
    all_wanted.push_back(std::move(one));
    creation.topics.insert(topic);
  }
  if (pointers.empty()) return;
  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_CreateTopics(client_.get(), pointers.data(), pointers.size(), options.get(), creation.queue.get());
  logging::info("asked for topics", {{"topics", static_cast<std::int64_t>(pointers.size())},
                                     {"first", *creation.topics.begin()}});
  creations_.push_back(std::move(creation));
}

std::string Cluster::creation_error(const std::string& topic) {
  note_created();
  const auto found = creation_errors_.find(topic);
  return found == creation_errors_.end() ? std::string() : found->second;
}

void Cluster::note_created() {
  const auto is_over = [this](Creation& creation) {
    const Event event(rd_kafka_queue_poll(creation.queue.get(), 0));
    if (!event) return runtime::Clock::now() > creation.deadline;
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      for (const std::string& topic : creation.topics)
        creation_errors_[topic] = rd_kafka_event_error_string(event.get());
      return true;
    }
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
    for (std::size_t index = 0; index < count; ++index) {
      const char* topic = rd_kafka_topic_result_name(results[index]);
      const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[index]);
      creation_errors_.erase(topic);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
      const char* why = rd_kafka_topic_result_error_string(results[index]);
      creation_errors_[topic] = why == nullptr ? rd_kafka_err2str(error) : why;
    }
    return true;
  };
  creations_.erase(std::remove_if(creations_.begin(), creations_.end(), is_over), creations_.end());
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
                  "Create it with 16 partitions and cleanup.policy=compact, or let the relay create topics.");
  }
  if (presence != Presence::kThere) return false;
  require_compaction();
  return true;
}

void Cluster::ensure_progress_topic() {
  if (!has_progress_topic()) create_and_wait(kProgressTopic, {kProgressPartitions, "compact", 0});
  if (partitions_of(kProgressTopic) < kProgressPartitions) grow(kProgressTopic, kProgressPartitions);
  require_compaction();
}

void Cluster::require_compaction() {
  Configuration configuration = configurations({kProgressTopic})[kProgressTopic];
  if (configuration.error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(std::string("read the configuration of topic \"") + kProgressTopic + "\"", configuration.error);
  const std::string policy = configuration.values["cleanup.policy"];
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

int Cluster::partitions_of(const std::string& topic) {
  const std::string action = "look for topic \"" + topic + "\"";
  const kafka::Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  if (!handle) fail(action, rd_kafka_last_error());
  const rd_kafka_metadata_t* answer = nullptr;
  waiter_.beat();
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_.get(), 0, handle.get(), &answer, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, error);
  const Metadata metadata(answer);
  return metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
}

// Another relay may do the same at the moment: what counts is that there are enough in the end.
void Cluster::grow(const std::string& topic, int partitions) {
  const std::string action = "add partitions to topic \"" + topic + "\"";
  std::array<char, kErrorTextSize> text{};
  const NewPartitions wanted(rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(partitions),
                                                        text.data(), text.size()));
  if (!wanted) fail(action, RD_KAFKA_RESP_ERR__INVALID_ARG, text.data());
  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS);
  const Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_NewPartitions_t* asked = wanted.get();
  rd_kafka_CreatePartitions(client_.get(), &asked, 1, options.get(), queue.get());
  const Event event = ask(queue.get(), action);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event.get()), &count);
  const auto deadline = runtime::Clock::now() + kCreationLimit;
  while (partitions_of(topic) < partitions || look_for(topic) != Presence::kThere) {
    if (runtime::Clock::now() > deadline) {
      const bool refused =
          count == 1 && rd_kafka_topic_result_error(results[0]) != RD_KAFKA_RESP_ERR_NO_ERROR;
      const char* why = refused ? rd_kafka_topic_result_error_string(results[0]) : nullptr;
      throw Failure(FailureKind::kRefused, sqlstate::kWrongState,
                    "topic \"" + topic + "\" has fewer than 16 partitions", why == nullptr ? "" : why,
                    "Give it 16 partitions, or let the relay do it.");
    }
    if (waiter_.wait(kCreationLook) == runtime::WaitEnd::kStopping && waiter_.drain_expired())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while waiting for a topic");
  }
  logging::info("added partitions",
                {{"topic", topic}, {"partitions", static_cast<std::int64_t>(partitions)}});
}

Cluster::Presence Cluster::look_for(const std::string& topic) {
  const std::string action = "look for topic \"" + topic + "\"";
  const kafka::Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
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

void Cluster::create_and_wait(const std::string& topic, const TopicShape& shape) {
  const auto deadline = runtime::Clock::now() + kCreationLimit;
  Presence presence = look_for(topic);
  if (presence == Presence::kMissing) create(topic, shape);
  while (presence != Presence::kThere) {
    if (runtime::Clock::now() > deadline)
      fail("see topic \"" + topic + "\" ready", RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (waiter_.wait(kCreationLook) == runtime::WaitEnd::kStopping && waiter_.drain_expired()) {
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while waiting for a topic");
    }
    presence = look_for(topic);
  }
}

// Null, and why, where the library takes no such topic.
NewTopic Cluster::wanted(const std::string& topic, const TopicShape& shape, std::string& error) const {
  std::array<char, kErrorTextSize> text{};
  const int partitions = shape.partitions > 0 ? shape.partitions : settings_.topic_partitions;
  NewTopic wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, settings_.topic_replication, text.data(),
                                        text.size()));
  if (!wanted) {
    error = text.data();
    return wanted;
  }
  if (!shape.cleanup.empty())
    rd_kafka_NewTopic_set_config(wanted.get(), "cleanup.policy", shape.cleanup.c_str());
  if (shape.max_message_bytes > 0) {
    rd_kafka_NewTopic_set_config(wanted.get(), "max.message.bytes",
                                 std::to_string(shape.max_message_bytes).c_str());
  }
  return wanted;
}

void Cluster::create(const std::string& topic, const TopicShape& shape) {
  const std::string action = "create topic \"" + topic + "\"";
  std::string error_text;
  const NewTopic one = wanted(topic, shape, error_text);
  if (!one) fail(action, RD_KAFKA_RESP_ERR__INVALID_ARG, error_text);

  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  const Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_NewTopic_t* topics = one.get();
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
  logging::info("created topic", {{"topic", topic}, {"partitions", shape.partitions}});
}

std::map<std::string, Cluster::Configuration> Cluster::configurations(const std::set<std::string>& topics) {
  std::vector<ConfigResource> resources;
  std::vector<rd_kafka_ConfigResource_t*> pointers;
  for (const std::string& topic : topics) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    pointers.push_back(resources.back().get());
  }
  const AdminOptions options = options_for(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  const Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_DescribeConfigs(client_.get(), pointers.data(), pointers.size(), options.get(), queue.get());
  const Event event = ask(queue.get(), "read the configuration of topics");
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** found =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::map<std::string, Configuration> answers;
  for (std::size_t index = 0; index < count; ++index) {
    Configuration& configuration = answers[rd_kafka_ConfigResource_name(found[index])];
    configuration.error = rd_kafka_ConfigResource_error(found[index]);
    std::size_t entries = 0;
    const rd_kafka_ConfigEntry_t** entry = rd_kafka_ConfigResource_configs(found[index], &entries);
    for (std::size_t at = 0; at < entries; ++at) {
      const char* value = rd_kafka_ConfigEntry_value(entry[at]);
      configuration.values[rd_kafka_ConfigEntry_name(entry[at])] = value == nullptr ? "" : value;
    }
  }
  return answers;
}

std::map<std::string, TopicShape> Cluster::shapes_of(const std::set<std::string>& topics) {
  std::set<std::string> there;
  std::map<std::string, TopicShape> shapes;
  const std::map<std::string, Topic> found = look_for_all(topics);
  for (const auto& [topic, answer] : found) {
    if (answer.presence == Presence::kThere) there.insert(topic);
  }
  if (there.empty()) return shapes;
  for (auto& [topic, configuration] : configurations(there)) {
    if (configuration.error != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    shapes[topic] = {found.at(topic).partitions, configuration.values["cleanup.policy"],
                     std::strtoll(configuration.values["max.message.bytes"].c_str(), nullptr, 10)};
  }
  return shapes;
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
