// What was published is decided message by message, by its id. Kafka's new record is written last, and in one
// transaction: until then the two disagree as before.
#include "relay/publisher/recovery.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "extension/core/json/text_writer.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/kafka/read_back.hpp"
#include "relay/leases/lease.hpp"
#include "relay/outbox/outbox.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::publisher {
namespace {

// Longer than a page takes the database. One that dies keeps the others waiting for as long.
constexpr std::chrono::seconds kLease{120};
constexpr std::chrono::milliseconds kAskAgain{500};
constexpr std::size_t kFirstUnknown = 10;

void await_lease(leases::Lease& lease, runtime::Waiter& waiter) {
  for (bool told = false; !lease.acquire().granted; told = true) {
    if (!told) logging::info("waiting for the lease: a relay works, or has until a moment ago");
    if (waiter.wait(kAskAgain) == runtime::WaitEnd::kStopping)
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while waiting for the lease");
  }
}

// On a connection of its own, which a refusal leaves good for nothing.
std::exception_ptr disagreement(const settings::Settings& settings, runtime::Waiter& waiter,
                                const std::optional<std::string>& record) {
  postgres::Connection connection(settings.common.postgres, waiter);
  outbox::Outbox outbox(connection, settings.publish.publisher);
  try {
    (void)outbox.resume(record);
    return nullptr;
  } catch (const Failure& failure) {
    if (failure.kind() != FailureKind::kDisagreement) throw;
    return std::current_exception();
  }
}

Recovery read_back(const settings::Settings& settings, kafka::Cluster& cluster, runtime::Waiter& waiter,
                   outbox::Outbox& outbox, leases::Lease& lease, const outbox::RecoveryPlan& plan,
                   const kafka::Progress& progress) {
  Recovery recovery;
  recovery.batch_in_kafka = progress.batch;
  const std::int64_t since =
      kafka::start_of_read_back(plan.opened_ms, plan.record_opened_ms, progress.written_ms);
  const auto take_page = [&](const std::vector<std::string>& ids) {
    lease.renew_if_due();
    const outbox::RecoveredPage page = outbox.recover_messages(lease.holder(), ids, plan.read_from);
    recovery.messages_published += page.published;
    recovery.messages_unknown += page.unknown;
    for (const std::string& id : page.first_unknown) {
      if (recovery.first_unknown.size() < kFirstUnknown) recovery.first_unknown.push_back(id);
    }
  };
  const kafka::ReadBack read = kafka::read_back(settings.kafka, cluster, waiter, plan.topics, since,
                                                take_page, [&] { lease.renew_if_due(); });
  recovery.topics_read = read.topics;
  recovery.messages_read = read.messages;
  return recovery;
}

void write_progress(kafka::Producer& producer, const std::string& key, const std::string& record,
                    bool clear_earlier) {
  const std::int32_t partition = kafka::progress_partition(key);
  rd_kafka_topic_t* topic = producer.topic_handle(kafka::kProgressTopic);
  producer.begin();
  producer.produce_progress(topic, partition, key, record);
  if (clear_earlier && partition != kafka::kEarlierPartition)
    producer.produce_progress(topic, kafka::kEarlierPartition, key, std::string_view());
  producer.await_all([] {});
  if (producer.progress_error() != RD_KAFKA_RESP_ERR_NO_ERROR)
    kafka::fail("write the progress", producer.progress_error());
  producer.commit();
}

void tell(const Recovery& recovery) {
  std::string first;
  for (const std::string& id : recovery.first_unknown) first += (first.empty() ? "" : " ") + id;
  logging::info("read back from kafka what the database lost or did not know to be published",
                {{"batch_in_kafka", recovery.batch_in_kafka},
                 {"messages_read", recovery.messages_read},
                 {"not_sent_again", recovery.messages_published}});
  if (recovery.messages_unknown == 0) return;
  logging::warning("kafka has messages that the database does not have",
                   {{"messages", recovery.messages_unknown}, {"first", first}});
}

}  // namespace

std::string to_json(const Recovery& recovery) {
  std::string text;
  json::TextWriter writer(text);
  writer.begin_object();
  const auto number = [&writer](std::string_view name, std::int64_t value) {
    writer.key(name);
    writer.number(value);
  };
  number("batchInKafka", recovery.batch_in_kafka);
  number("topicsRead", recovery.topics_read);
  number("messagesRead", recovery.messages_read);
  number("notSentAgain", recovery.messages_published);
  number("notInDatabase", recovery.messages_unknown);
  writer.key("firstNotInDatabase");
  writer.begin_array();
  for (const std::string& id : recovery.first_unknown) writer.text(id);
  writer.end_array();
  writer.end_object();
  return text;
}

namespace {

// After a failure: whoever comes next must not wait for it. While stopping, no connection is made any more.
void release_lease(const settings::Settings& settings, runtime::Waiter& waiter,
                   const std::string& holder) noexcept {
  if (waiter.stopping()) return;
  try {
    postgres::Connection connection(settings.common.postgres, waiter);
    outbox::Outbox(connection, settings.publish.publisher).release(holder);
  } catch (const std::exception& problem) {
    logging::warning("could not release the lease", {{"message", problem.what()}});
  }
}

std::string publisher_to_be(const settings::Settings& settings, runtime::Waiter& waiter) {
  const settings::Publish& publish = settings.publish;
  postgres::Connection connection(settings.common.postgres, waiter);
  return outbox::Outbox::publisher_of_shard(connection, publish.publisher, publish.shard.number,
                                            publish.shard.count);
}

std::optional<Recovery> recover_with_lease(const settings::Settings& settings, runtime::Waiter& waiter,
                                           const std::string& holder, When when) {
  const std::string& publisher = settings.publish.publisher;
  postgres::Connection connection(settings.common.postgres, waiter);
  outbox::Outbox outbox(connection, publisher);
  leases::Lease lease(outbox, holder, kLease);
  const std::string identity = outbox.identity();
  kafka::Cluster cluster(settings.kafka, waiter);
  cluster.ensure_progress_topic();
  // Also where messages are sent without transactions: the record is not.
  kafka::Producer producer(settings.kafka, waiter, kafka::transactional_id(identity, publisher));
  producer.warm_up(kafka::kProgressTopic);
  await_lease(lease, waiter);
  const auto renew = [&lease] { lease.renew_if_due(); };
  producer.init_transactions(renew);
  const std::string key = kafka::progress_key(identity, publisher);
  const kafka::LastProgress last = kafka::read_last_progress(settings.kafka, cluster, waiter, key, renew);
  const auto record = last.progress ? std::optional<std::string>(last.progress->record) : std::nullopt;
  const std::exception_ptr failure = disagreement(settings, waiter, record);
  if (!failure) {
    lease.release();
    return std::nullopt;
  }
  if (!last.progress) std::rethrow_exception(failure);
  const outbox::RecoveryPlan plan = outbox.begin_recovery(holder, last.progress->record);
  if (when == When::kAfterPromotion && !plan.promoted) std::rethrow_exception(failure);
  Recovery recovery;
  try {
    recovery = read_back(settings, cluster, waiter, outbox, lease, plan, *last.progress);
  } catch (const Failure& stopped) {
    if (stopped.kind() == FailureKind::kStopping) lease.release();
    throw;
  }
  lease.renew_if_due();
  const std::string next = outbox.finish_recovery(holder, last.progress->record, to_json(recovery));
  stop_points::reached(stop_points::StopPoint::kAfterRecovery);
  write_progress(producer, key, next, last.in_earlier_partition);
  lease.release();
  tell(recovery);
  return recovery;
}

}  // namespace

std::optional<Recovery> recover(const settings::Settings& given, runtime::Waiter& waiter,
                                const std::string& holder, When when) {
  settings::Settings settings = given;
  settings.publish.publisher = publisher_to_be(given, waiter);
  try {
    auto recovery = recover_with_lease(settings, waiter, holder, when);
    release_lease(settings, waiter, holder);
    return recovery;
  } catch (...) {
    release_lease(settings, waiter, holder);
    throw;
  }
}

}  // namespace command_center::relay::publisher
