// Produces rows while they arrive, so that memory holds what is under way and not the batch twice. A part
// that Kafka refuses is given up, and smaller ones follow until it is one position: what of that is refused
// by itself is left out of the batch in the database, and only then published without. What was refused is
// known when every report is in: the library tells in no certain order.
#include "relay/publisher/batch_publisher.hpp"

#include <chrono>
#include <utility>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "relay/kafka/message_headers.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::publisher {
namespace {

using kafka::Blame;
using stop_points::StopPoint;

constexpr std::size_t kServeEvery = 256;
// Bytes on their way. Without transactions a relay that has lost the lease unawares sends as many again.
constexpr std::int64_t kMostInTransaction = 64LL * 1024 * 1024;
constexpr std::int64_t kMostWithout = 1024LL * 1024;
// So long after nothing is delivered any more, topics are looked for.
constexpr std::chrono::seconds kTopicPatience{1};
// A topic that is there and takes nothing so often is held.
constexpr int kMostStrikes = 2;

kafka::Headers headers_of(std::string_view text) {
  auto headers = kafka::parse_headers(text);
  if (!headers) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "the headers of a message are not a json object of strings");
  }
  return std::move(*headers);
}

std::string words_of(rd_kafka_resp_err_t error) {
  return std::string(rd_kafka_err2name(error)) + ": " + rd_kafka_err2str(error);
}

}  // namespace

BatchPublisher::BatchPublisher(const Parts& parts, std::string progress_key, bool clear_earlier)
    : parts_(parts),
      progress_key_(std::move(progress_key)),
      progress_partition_(kafka::progress_partition(progress_key_)),
      flow_(parts.delivery == settings::Delivery::kExactlyOnce ? kMostInTransaction : kMostWithout),
      clear_earlier_(clear_earlier && progress_partition_ != kafka::kEarlierPartition) {}

void BatchPublisher::publish(const outbox::Batch& batch, std::int64_t after_position) {
  const auto started = runtime::Clock::now();
  std::int64_t after = after_position;
  suspects_.clear();
  while (true) {
    parts_.lease.renew_if_due();
    Attempt part = attempt(batch, after);
    if (part.published) {
      count_published();
      dropped_before_ = false;
      suspects_.clear_through(part.last_position);
      if (part.whole) break;
      after = part.last_position;
    } else if (!part.unknown_topics.empty()) {
      settle_topics(batch, after, part.unknown_topics);
    } else {
      look_into(batch, after, part);
    }
  }
  parts_.metrics.observe_batch(runtime::Clock::now() - started);
}

BatchPublisher::Attempt BatchPublisher::attempt(const outbox::Batch& batch, std::int64_t after_position) {
  const bool in_transaction = parts_.delivery == settings::Delivery::kExactlyOnce;
  Attempt part;
  part.last_position = after_position;
  for (auto& entry : parts_.topics.in_use()) entry.second.produced = 0;
  produced_.clear();
  flow_.begin_part(runtime::Clock::now(), parts_.lease.ttl());
  span_.begin();
  parts_.producer.forget_refusals();
  if (in_transaction) parts_.producer.begin();
  try {
    produce_part(batch, after_position, part);
    if (part.whole && part.refusals.empty()) parts_.outbox.open_ahead_of(batch);
    if (!in_transaction) {
      finish_at_least_once(batch, after_position, part);
      note_end(part);
      return part;
    }
    if (part.unknown_topics.empty() && part.refusals.empty()) produce_progress(batch, part);
    await_deliveries_or_gone_topics(part);
    const bool failed = !part.refusals.empty() || !parts_.producer.refusals().empty() ||
                        parts_.producer.progress_error() != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (failed || !part.unknown_topics.empty()) {
      parts_.producer.give_up([this] { while_waiting(); });
      const auto& refusals = parts_.producer.refusals();
      part.refusals.insert(part.refusals.end(), refusals.begin(), refusals.end());
      note_end(part);
      return part;
    }
  } catch (...) {
    if (in_transaction) parts_.producer.abort();
    throw;
  }
  parts_.outbox.leave_alone();
  stop_points::reached(StopPoint::kBeforeKafkaCommit);
  parts_.producer.commit();
  stop_points::reached(StopPoint::kAfterKafkaCommit);
  clear_earlier_ = false;
  part.published = true;
  note_end(part);
  return part;
}

void BatchPublisher::note_end(const Attempt& part) {
  if (part.published) {
    span_.end_published(static_cast<std::int64_t>(produced_.size()));
  } else {
    span_.end_failed(part.unknown_topics.empty() ? "refused" : "topic_missing");
  }
}

// Whole positions only: the messages of one command are in one transaction.
void BatchPublisher::produce_part(const outbox::Batch& batch, std::int64_t after_position, Attempt& attempt) {
  const bool in_transaction = parts_.delivery == settings::Delivery::kExactlyOnce;
  attempt.whole = true;
  parts_.outbox.start_messages(batch.id, after_position);
  while (const auto message = parts_.outbox.next_message()) {
    const bool next_position = attempt.positions == 0 || message->position != attempt.last_position;
    if (next_position && attempt.positions > 0 && is_full(after_position, message->position)) {
      attempt.whole = false;
      break;
    }
    Topics::InUse* topic = parts_.topics.find(message->topic);
    if (topic == nullptr) {
      // What comes before it is a part.
      const bool is_first = attempt.positions == 0 || !next_position;
      if (is_first) attempt.unknown_topics.emplace(message->topic);
      attempt.whole = false;
      break;
    }
    if (!in_transaction) parts_.lease.require_live();
    if (next_position) {
      ++attempt.positions;
      attempt.last_position = message->position;
    }
    kafka::Headers headers = headers_of(message->headers);
    span_.note(headers);
    const rd_kafka_resp_err_t error =
        parts_.producer.produce(topic->handle, RD_KAFKA_PARTITION_UA, message->key, message->value,
                                std::move(headers), produced_.size());
    produced_.push_back({message->position, std::string(message->id), topic->handle});
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) attempt.refusals.push_back({produced_.size() - 1, error});
    ++topic->produced;
    if (produced_.size() % kServeEvery == 0) parts_.producer.serve_deliveries();
    if (parts_.producer.outstanding_bytes() > flow_.window()) {
      const auto began = runtime::Clock::now();
      parts_.producer.await_room(flow_.window() / 2, flow_.closes_at());
      flow_.note_wait(runtime::Clock::now() - began);
    }
    if (static_cast<std::int64_t>(produced_.size()) == (batch.messages + 1) / 2)
      stop_points::reached(StopPoint::kMidProduce);
    if (in_transaction && (!attempt.refusals.empty() || !parts_.producer.refusals().empty())) break;
  }
  skip_rest(attempt);
}

bool BatchPublisher::is_full(std::int64_t after_position, std::int64_t next_position) const {
  return !suspects_.may_join(after_position, next_position) || runtime::Clock::now() >= flow_.closes_at();
}

// Where a topic is not known, all of the batch that are not: they are looked for at once.
void BatchPublisher::skip_rest(Attempt& attempt) {
  while (const auto message = parts_.outbox.next_message()) {
    if (!attempt.unknown_topics.empty() && parts_.topics.find(message->topic) == nullptr)
      attempt.unknown_topics.emplace(message->topic);
  }
}

void BatchPublisher::produce_progress(const outbox::Batch& batch, const Attempt& attempt) {
  rd_kafka_topic_t* topic = parts_.producer.topic_handle(kafka::kProgressTopic);
  const std::string record = kafka::record_of(
      batch.progress, {attempt.whole ? std::nullopt : std::optional<std::int64_t>(attempt.last_position),
                       parts_.outbox.parked_through()});
  parts_.producer.produce_progress(topic, progress_partition_, progress_key_, record);
  if (clear_earlier_)
    parts_.producer.produce_progress(topic, kafka::kEarlierPartition, progress_key_, std::string_view());
}

void BatchPublisher::await_deliveries() {
  parts_.producer.await_deliveries([this] {
    while_waiting();
    return true;
  });
}

// The library asks again for a topic that was deleted until the transaction is over.
void BatchPublisher::await_deliveries_or_gone_topics(Attempt& attempt) {
  auto next_look = runtime::Clock::now() + kTopicPatience;
  parts_.producer.await_deliveries([&] {
    while_waiting();
    if (attempt.unknown_topics.empty() && runtime::Clock::now() > next_look) {
      attempt.unknown_topics = parts_.topics.forget_missing();
      next_look = runtime::Clock::now() + kTopicPatience;
    }
    return attempt.unknown_topics.empty();
  });
}

// The lease can wait for a batch that is opened ahead: as long as that hangs, this one can arrive.
void BatchPublisher::while_waiting() {
  parts_.outbox.go_on();
  if (parts_.outbox.is_free()) parts_.lease.renew_if_due();
}

void BatchPublisher::settle_topics(const outbox::Batch& batch, std::int64_t after_position,
                                   const std::set<std::string>& topics) {
  for (const TopicTrouble& trouble : parts_.topics.settle(topics)) {
    parts_.topics.hold(batch.id, after_position, trouble);
    parts_.lease.renew_if_due();
  }
}

// Messages that an earlier transaction dropped leave gaps in the numbers of their partitions, for which the
// library gives up the next one, whatever is in it: only the second time in a row it is of the messages.
bool BatchPublisher::may_be_of_earlier(const Attempt& attempt) {
  const rd_kafka_resp_err_t progress_error = parts_.producer.progress_error();
  bool only_dropped = true;
  for (const kafka::Refusal& refusal : attempt.refusals)
    only_dropped = only_dropped && kafka::blame(refusal.error) == Blame::kUnclear;
  const bool second_time = std::exchange(dropped_before_, only_dropped);
  const bool progress_refused =
      progress_error != RD_KAFKA_RESP_ERR_NO_ERROR && kafka::blame(progress_error) != Blame::kUnclear;
  if (progress_refused || (attempt.refusals.empty() && second_time))
    kafka::fail("write the progress record", progress_error);
  return only_dropped && !second_time;
}

// Decides by what was refused: a topic is held, a message by itself left out, and anything else tried in
// smaller parts.
void BatchPublisher::look_into(const outbox::Batch& batch, std::int64_t after_position,
                               const Attempt& attempt) {
  if (may_be_of_earlier(attempt)) return;
  std::vector<outbox::RefusedMessage> refused;
  std::map<std::string, rd_kafka_resp_err_t> topics;
  Suspects::Positions together;
  Suspects::Positions dropped;
  for (const kafka::Refusal& refusal : attempt.refusals) {
    const Produced& message = produced_.at(refusal.tag);
    switch (kafka::blame(refusal.error)) {
      case Blame::kCluster:
        kafka::fail("deliver a message", refusal.error);
      case Blame::kTopic:
        topics.emplace(rd_kafka_topic_name(message.topic), refusal.error);
        break;
      case Blame::kMessage:
        refused.push_back({message.position, message.id, words_of(refusal.error)});
        together.insert(message.position);
        break;
      case Blame::kRequest:
        together.insert(message.position);
        break;
      case Blame::kUnclear:
        dropped.insert(message.position);
        break;
    }
  }
  if (!topics.empty()) {
    for (const auto& [topic, error] : topics) {
      Topics::InUse* in_use = parts_.topics.find(topic);
      if (in_use == nullptr || in_use->strikes >= kMostStrikes) {
        parts_.topics.hold(batch.id, after_position, {topic, words_of(error)});
      } else {
        parts_.topics.forget(topic);
      }
    }
    return;
  }
  if (together.empty()) together = std::move(dropped);
  // Alone in its request, named by the broker, or not even put into a request.
  if (refused.size() == 1) {
    suspects_.remove(refused.front().position);
    return park(batch, refused);
  }
  const bool is_first = together.size() == 1 && *together.begin() == produced_.front().position;
  if (is_first) return examine_first_position(batch, after_position);
  suspects_.add(together);
}

void BatchPublisher::examine_first_position(const outbox::Batch& batch, std::int64_t after_position) {
  std::vector<outbox::RefusedMessage> refused;
  std::map<std::string, std::string> topics;
  std::optional<std::int64_t> position;
  const auto is_of_first = [&position](const outbox::OutboxMessage& message) {
    if (!position) position = message.position;
    return message.position == *position;
  };
  for (const Owned& message : read_messages(batch, after_position, is_of_first)) {
    const rd_kafka_resp_err_t error = probe(message);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    switch (kafka::blame(error)) {
      case Blame::kCluster:
        kafka::fail("deliver a message", error);
      case Blame::kMessage:
        refused.push_back({message.position, message.id, words_of(error)});
        break;
      case Blame::kTopic:
        topics.emplace(message.topic, words_of(error));
        break;
      case Blame::kRequest:
      case Blame::kUnclear:
        topics.emplace(message.topic,
                       "the broker takes no message for it in a transaction: may the relay write to it?");
        break;
    }
    parts_.lease.renew_if_due();
  }
  if (refused.empty() && topics.empty())
    throw Failure(FailureKind::kKafka, kConnectionFailure,
                  "could not deliver the messages of a command together");
  for (const auto& [topic, detail] : topics) parts_.topics.hold(batch.id, after_position, {topic, detail});
  if (!refused.empty()) park(batch, refused);
}

std::vector<BatchPublisher::Owned> BatchPublisher::read_messages(
    const outbox::Batch& batch, std::int64_t after_position,
    const std::function<bool(const outbox::OutboxMessage&)>& is_wanted) {
  std::vector<Owned> messages;
  parts_.outbox.start_messages(batch.id, after_position);
  while (const auto message = parts_.outbox.next_message()) {
    if (!is_wanted(*message)) continue;
    messages.push_back({message->position, std::string(message->id), std::string(message->topic),
                        std::string(message->key), std::string(message->headers), std::string(message->value),
                        message->value.data() == nullptr});
  }
  return messages;
}

rd_kafka_resp_err_t BatchPublisher::produce_alone(const Owned& message) {
  const std::string_view value = message.is_tombstone ? std::string_view() : std::string_view(message.value);
  const rd_kafka_resp_err_t error =
      parts_.producer.produce(parts_.producer.topic_handle(message.topic), RD_KAFKA_PARTITION_UA, message.key,
                              value, headers_of(message.headers), 0);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
  await_deliveries();
  const auto& refusals = parts_.producer.refusals();
  return refusals.empty() ? RD_KAFKA_RESP_ERR_NO_ERROR : refusals.front().error;
}

// In a transaction that is given up, whatever comes of it.
rd_kafka_resp_err_t BatchPublisher::probe(const Owned& message) {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  // Where it is only dropped, an earlier transaction may have been the reason.
  for (int tries = 0; tries < 2; ++tries) {
    parts_.producer.forget_refusals();
    parts_.producer.begin();
    error = produce_alone(message);
    parts_.producer.give_up([this] { while_waiting(); });
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || kafka::blame(error) != Blame::kUnclear) break;
  }
  return error;
}

void BatchPublisher::park(const outbox::Batch& batch, const std::vector<outbox::RefusedMessage>& messages) {
  for (const outbox::RefusedMessage& message : messages) {
    logging::warning(
        "left out a message that kafka refuses",
        {{"message_id", message.id}, {"position", message.position}, {"message", message.detail}});
  }
  parts_.outbox.park(parts_.lease.holder(), batch.id, messages);
  parts_.metrics.add_parked(static_cast<std::int64_t>(messages.size()));
}

// Without transactions what was delivered is delivered. What was not is produced again one by one, and what
// is refused by itself is left out. Then the progress, which must not overtake a message; and since nothing
// fences a relay here, the lease is looked at between.
void BatchPublisher::finish_at_least_once(const outbox::Batch& batch, std::int64_t after_position,
                                          Attempt& attempt) {
  parts_.producer.await_all([this] { while_waiting(); });
  if (!attempt.unknown_topics.empty()) return;
  const auto& refusals = parts_.producer.refusals();
  attempt.refusals.insert(attempt.refusals.end(), refusals.begin(), refusals.end());
  if (!attempt.refusals.empty()) produce_again(batch, after_position, attempt);
  parts_.producer.forget_refusals();
  stop_points::reached(StopPoint::kBeforeKafkaCommit);
  parts_.lease.renew_if_due();
  produce_progress(batch, attempt);
  await_deliveries();
  if (parts_.producer.progress_error() != RD_KAFKA_RESP_ERR_NO_ERROR)
    kafka::fail("write the progress record", parts_.producer.progress_error());
  stop_points::reached(StopPoint::kAfterKafkaCommit);
  clear_earlier_ = false;
  attempt.published = true;
}

void BatchPublisher::produce_again(const outbox::Batch& batch, std::int64_t after_position,
                                   const Attempt& attempt) {
  std::set<std::pair<std::int64_t, std::string>> wanted;
  for (const kafka::Refusal& refusal : attempt.refusals) {
    if (kafka::blame(refusal.error) == Blame::kCluster) kafka::fail("deliver a message", refusal.error);
    wanted.emplace(produced_.at(refusal.tag).position, produced_.at(refusal.tag).id);
  }
  std::vector<Owned> messages =
      read_messages(batch, after_position, [&](const outbox::OutboxMessage& message) {
        return wanted.count({message.position, std::string(message.id)}) > 0;
      });
  std::vector<outbox::RefusedMessage> refused;
  std::map<std::string, std::string> topics;
  for (const Owned& message : messages) {
    parts_.lease.renew_if_due();
    parts_.producer.forget_refusals();
    const rd_kafka_resp_err_t error = produce_alone(message);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (kafka::blame(error) == Blame::kMessage) {
      refused.push_back({message.position, message.id, words_of(error)});
    } else if (kafka::blame(error) == Blame::kTopic) {
      topics.emplace(message.topic, words_of(error));
    } else {
      kafka::fail("deliver a message", error);
    }
  }
  for (const auto& [topic, detail] : topics) parts_.topics.hold(batch.id, after_position, {topic, detail});
  if (!refused.empty()) park(batch, refused);
}

void BatchPublisher::count_published() {
  for (auto& [name, topic] : parts_.topics.in_use()) {
    if (topic.produced == 0) continue;
    topic.strikes = 0;
    parts_.metrics.add_published(name, topic.produced);
  }
}

}  // namespace command_center::relay::publisher
