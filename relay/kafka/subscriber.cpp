// The group deals the partitions; the database says where each goes on.
#include "relay/kafka/subscriber.hpp"

#include "daemon/logging/log.hpp"
#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kRequestTimeoutMs = 10'000;

Partitions list_of(const PartitionOffsets& offsets) {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets)
    rd_kafka_topic_partition_list_add(list.get(), partition.first.c_str(), partition.second)->offset = offset;
  return list;
}

Client make_subscriber(const settings::Kafka& settings, const std::string& group, void* self,
                       void (*on_rebalance)(rd_kafka_t*, rd_kafka_resp_err_t,
                                            rd_kafka_topic_partition_list_t*, void*)) {
  Conf conf = make_conf(ClientKind::kSubscriber, settings);
  set(conf.get(), "group.id", group);
  rd_kafka_conf_set_opaque(conf.get(), self);
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  return make_client(ClientKind::kSubscriber, std::move(conf));
}

}  // namespace

Subscriber::Subscriber(const settings::Kafka& settings, const std::string& group,
                       const std::vector<std::string>& topics, Events events)
    : events_(std::move(events)), client_(make_subscriber(settings, group, this, on_rebalance)) {
  rd_kafka_poll_set_consumer(client_.get());
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const std::string& topic : topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(client_.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("subscribe", error);
}

Subscriber::~Subscriber() {
  closing_ = true;
  rd_kafka_consumer_close(client_.get());
}

Message Subscriber::poll(std::chrono::milliseconds time) {
  Message message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(time.count())));
  if (failed_rebalance_) std::rethrow_exception(std::exchange(failed_rebalance_, nullptr));
  if (!message) return message;
  switch (message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return message;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      if (message->rkt == nullptr) break;
      events_.lost({rd_kafka_topic_name(message->rkt), message->partition});
      return nullptr;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      events_.ended({rd_kafka_topic_name(message->rkt), message->partition}, message->offset);
      return nullptr;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      logging::warning("waiting for a topic", {{"message", rd_kafka_message_errstr(message.get())}});
      return nullptr;
    default:
      break;
  }
  fail("consume", message->err, rd_kafka_message_errstr(message.get()));
}

void Subscriber::assign(const PartitionOffsets& offsets) {
  const Partitions list = list_of(offsets);
  if (const auto error = rd_kafka_assign(client_.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("take assigned partitions", error);
}

void Subscriber::tell_group(const PartitionOffsets& offsets) noexcept {
  if (offsets.empty()) return;
  const Partitions list = list_of(offsets);
  (void)rd_kafka_commit(client_.get(), list.get(), 1);
}

PartitionOffsets Subscriber::committed(const std::vector<TopicPartition>& partitions) {
  PartitionOffsets asked;
  for (const TopicPartition& partition : partitions) asked[partition] = RD_KAFKA_OFFSET_INVALID;
  const Partitions list = list_of(asked);
  if (const auto error = rd_kafka_committed(client_.get(), list.get(), kRequestTimeoutMs);
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("find the offsets of a group", error);
  PartitionOffsets found;
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& one = list->elems[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) fail("find the offset of a group", one.err);
    if (one.offset >= 0) found[{one.topic, one.partition}] = one.offset;
  }
  return found;
}

std::int64_t Subscriber::known_end(const TopicPartition& partition) const noexcept {
  std::int64_t begin = -1;
  std::int64_t end = -1;
  const auto error =
      rd_kafka_get_watermark_offsets(client_.get(), partition.first.c_str(), partition.second, &begin, &end);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR && end >= 0 ? end : -1;
}

std::optional<std::int64_t> Subscriber::end_of(const TopicPartition& partition,
                                               std::chrono::milliseconds limit) const noexcept {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  const auto error =
      rd_kafka_query_watermark_offsets(client_.get(), partition.first.c_str(), partition.second, &begin, &end,
                                       static_cast<int>(limit.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  return end;
}

bool Subscriber::is_member() const noexcept {
  char* const id = rd_kafka_memberid(client_.get());
  const bool is_one = id != nullptr && *id != '\0';
  if (id != nullptr) rd_kafka_mem_free(client_.get(), id);
  return is_one;
}

bool Subscriber::is_answered(std::chrono::milliseconds limit) noexcept {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, nullptr, &answer, static_cast<int>(limit.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  rd_kafka_metadata_destroy(answer);
  return true;
}

std::vector<TopicPartition> Subscriber::partitions_of(const std::string& topic) {
  const Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, handle.get(), &answer, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("look for topic \"" + topic + "\"", error);
  const Metadata metadata(answer);
  std::vector<TopicPartition> found;
  for (int i = 0; metadata->topic_cnt == 1 && i < metadata->topics[0].partition_cnt; ++i)
    found.emplace_back(topic, metadata->topics[0].partitions[i].id);
  return found;
}

std::pair<std::int64_t, std::int64_t> Subscriber::extent(const TopicPartition& partition) {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  const auto error = rd_kafka_query_watermark_offsets(client_.get(), partition.first.c_str(),
                                                      partition.second, &begin, &end, kRequestTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("find the end of topic \"" + partition.first + "\"", error);
  return {begin, end};
}

PartitionOffsets Subscriber::offsets_at(const std::vector<TopicPartition>& partitions, std::int64_t ms) {
  PartitionOffsets asked;
  for (const TopicPartition& partition : partitions) asked[partition] = ms;
  const Partitions list = list_of(asked);
  if (const auto error = rd_kafka_offsets_for_times(client_.get(), list.get(), kRequestTimeoutMs);
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("find offsets by time", error);
  PartitionOffsets found;
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& one = list->elems[i];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) fail("find an offset by time", one.err);
    const TopicPartition partition(one.topic, one.partition);
    found[partition] = one.offset >= 0 ? one.offset : extent(partition).second;
  }
  return found;
}

void Subscriber::on_rebalance(rd_kafka_t* /*client*/, rd_kafka_resp_err_t error,
                              rd_kafka_topic_partition_list_t* partitions, void* self) noexcept {
  auto* const subscriber = static_cast<Subscriber*>(self);
  try {
    subscriber->rebalance(error, *partitions);
  } catch (...) {
    // It leaves through poll(): a C library is in between.
    subscriber->failed_rebalance_ = std::current_exception();
    rd_kafka_assign(subscriber->client_.get(), nullptr);
  }
}

void Subscriber::rebalance(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t& partitions) {
  if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closing_) {
    std::vector<TopicPartition> assigned;
    assigned.reserve(static_cast<std::size_t>(partitions.cnt));
    for (int i = 0; i < partitions.cnt; ++i)
      assigned.emplace_back(partitions.elems[i].topic, partitions.elems[i].partition);
    assign(events_.assigned(assigned));
    return;
  }
  if (!closing_) events_.revoked();
  rd_kafka_assign(client_.get(), nullptr);
}

}  // namespace command_center::relay::kafka
