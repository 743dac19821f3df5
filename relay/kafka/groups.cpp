// Only the coordinator of the group is asked.
#include "relay/kafka/groups.hpp"

#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/handles.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kRequestTimeoutMs = 10'000;

}  // namespace

std::optional<std::int64_t> group_offset(const settings::Kafka& settings, const std::string& group,
                                         const std::string& topic) {
  const std::string action = "read consumer group \"" + group + "\"";
  Conf conf = make_conf(ClientKind::kSubscriber, settings);
  set(conf.get(), "group.id", group);
  const Client client = make_client(ClientKind::kSubscriber, std::move(conf));
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* const partition =
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0);
  if (const auto error = rd_kafka_committed(client.get(), list.get(), kRequestTimeoutMs);
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(action, error);
  if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(action, partition->err);
  return partition->offset < 0 ? std::nullopt : std::optional<std::int64_t>(partition->offset);
}

}  // namespace command_center::relay::kafka
