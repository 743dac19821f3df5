// Produces rows while they arrive, so that memory holds what is under way and not the batch twice.
#include "relay/publisher/batch_publisher.hpp"

#include <chrono>
#include <utility>

#include "daemon/failure.hpp"
#include "relay/kafka/message_headers.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::publisher {
namespace {

using stop_points::StopPoint;

constexpr std::int64_t kServeEvery = 256;

}  // namespace

BatchPublisher::BatchPublisher(const Parts& parts, std::string progress_key)
    : parts_(parts), progress_key_(std::move(progress_key)) {}

void BatchPublisher::publish(const outbox::Batch& batch) {
  const auto started = runtime::Clock::now();
  for (auto& entry : topics_) entry.second.produced = 0;
  if (parts_.delivery == settings::Delivery::kExactlyOnce) {
    publish_in_transaction(batch);
  } else {
    publish_at_least_once(batch);
  }
  stop_points::reached(StopPoint::kAfterKafkaCommit);
  count_published();
  parts_.metrics.observe_batch(runtime::Clock::now() - started);
}

void BatchPublisher::publish_in_transaction(const outbox::Batch& batch) {
  parts_.producer.begin();
  try {
    produce_messages(batch);
    produce_progress(batch);
    await_deliveries();
  } catch (...) {
    parts_.producer.abort();
    throw;
  }
  stop_points::reached(StopPoint::kBeforeKafkaCommit);
  parts_.producer.commit();
}

// The progress must not overtake the messages; and since nothing fences a relay here, the lease is looked at
// between.
void BatchPublisher::publish_at_least_once(const outbox::Batch& batch) {
  produce_messages(batch);
  await_deliveries();
  stop_points::reached(StopPoint::kBeforeKafkaCommit);
  parts_.lease.renew_if_due();
  produce_progress(batch);
  await_deliveries();
}

void BatchPublisher::produce_messages(const outbox::Batch& batch) {
  std::int64_t produced = 0;
  parts_.outbox.start_messages(batch.id);
  while (const auto message = parts_.outbox.next_message()) {
    TopicInUse& topic = topic_in_use(message->topic);
    auto headers = kafka::parse_headers(message->headers);
    if (!headers) {
      throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                    "the headers of a message are not a json object of strings");
    }
    parts_.producer.produce(topic.handle, RD_KAFKA_PARTITION_UA, message->key, message->value,
                            std::move(*headers));
    ++topic.produced;
    if (++produced % kServeEvery == 0) parts_.producer.serve_deliveries();
    if (produced == (batch.messages + 1) / 2) stop_points::reached(StopPoint::kMidProduce);
  }
  if (produced != batch.messages) {
    throw Failure(
        FailureKind::kPostgres, sqlstate::kWrongState,
        "batch " + std::to_string(batch.id) + " does not have the messages it was recorded with",
        std::to_string(produced) + " of " + std::to_string(batch.messages) + " messages were read.");
  }
}

void BatchPublisher::produce_progress(const outbox::Batch& batch) {
  parts_.producer.produce(parts_.producer.topic_handle(kafka::kProgressTopic), kProgressPartition,
                          progress_key_, batch.progress, nullptr);
}

void BatchPublisher::await_deliveries() {
  parts_.producer.await_deliveries([this] { parts_.lease.renew_if_due(); });
}

BatchPublisher::TopicInUse& BatchPublisher::topic_in_use(std::string_view topic) {
  const auto found = topics_.find(topic);
  if (found != topics_.end()) return found->second;
  const std::string name(topic);
  parts_.cluster.ensure_topic(name);
  return topics_.emplace(name, TopicInUse{parts_.producer.topic_handle(name)}).first->second;
}

void BatchPublisher::count_published() {
  for (const auto& [name, topic] : topics_) {
    if (topic.produced > 0) parts_.metrics.add_published(name, topic.produced);
  }
}

}  // namespace command_center::relay::publisher
