// Only the coordinator of the group is asked.
#include "relay/kafka/groups.hpp"

#include <limits>

#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/handles.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kRequestTimeoutMs = 10'000;
constexpr std::int32_t kNoPartition = std::numeric_limits<std::int32_t>::max();

// Not a member of the group, nor does it become one.
Client client_of_group(const settings::Kafka& settings, const std::string& group) {
  Conf conf = make_conf(ClientKind::kSubscriber, settings);
  set(conf.get(), "group.id", group);
  return make_client(ClientKind::kSubscriber, std::move(conf));
}

}  // namespace

std::optional<std::int64_t> group_offset(const settings::Kafka& settings, const std::string& group,
                                         const std::string& topic) {
  const std::string action = "read consumer group \"" + group + "\"";
  const Client client = client_of_group(settings, group);
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* const partition =
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0);
  if (const auto error = rd_kafka_committed(client.get(), list.get(), kRequestTimeoutMs);
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(action, error);
  if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, partition->err);
  return partition->offset < 0 ? std::nullopt : std::optional<std::int64_t>(partition->offset);
}

// A commit of an offset is what the broker asks all the rights for that a consumer needs. Of a partition that
// cannot be it stores nothing.
void require_right_to_consume(const settings::Kafka& settings, const std::string& group,
                              const std::string& topic) {
  const std::string action = "read topic \"" + topic + "\" in consumer group \"" + group + "\"";
  const Client client = client_of_group(settings, group);
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), kNoPartition)->offset = 0;
  const Queue queue(rd_kafka_queue_new(client.get()));
  if (const auto error = rd_kafka_commit_queue(client.get(), list.get(), queue.get(), nullptr, nullptr);
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(action, error);
  const Event event(rd_kafka_queue_poll(queue.get(), kRequestTimeoutMs));
  if (!event) fail(action, RD_KAFKA_RESP_ERR__TIMED_OUT);
  const auto error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    fail(action, error);
}

void fetch_from(const settings::Kafka& settings, const std::string& group, const std::string& topic) {
  const std::string action = "fetch from topic \"" + topic + "\"";
  const Client client = client_of_group(settings, group);
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (const auto error = rd_kafka_assign(client.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(action, error);
  const Message message(rd_kafka_consumer_poll(client.get(), kRequestTimeoutMs));
  if (!message) fail(action, RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
    fail(action, message->err, rd_kafka_message_errstr(message.get()));
}

}  // namespace command_center::relay::kafka
