// The order of the steps is what makes publishing exactly-once: fence first, then read what Kafka has, then
// go on.
#include "relay/publisher/session.hpp"

#include <chrono>
#include <utility>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "relay/kafka/progress.hpp"
#include "relay/leases/takeover.hpp"
#include "relay/publisher/batch_publisher.hpp"
#include "relay/publisher/commit_watch.hpp"
#include "relay/publisher/idle_pause.hpp"
#include "relay/publisher/pace.hpp"
#include "relay/publisher/topics.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::publisher {
namespace {

using admin::State;
using settings::Delivery;

}  // namespace

Session::Session(const Surroundings& surroundings)
    : around_(surroundings),
      connection_(around_.settings.common.postgres, around_.waiter),
      publisher_(outbox::Outbox::publisher_of_shard(connection_, around_.settings.publish.publisher,
                                                    around_.settings.publish.shard.number,
                                                    around_.settings.publish.shard.count)),
      outbox_(connection_, publisher_),
      lease_(outbox_, around_.holder, around_.settings.publish.lease_ttl),
      identity_(outbox_.identity()),
      cluster_(around_.settings.kafka, around_.waiter) {
  cluster_.ensure_progress_topic();
  const settings::Publish& publish = around_.settings.publish;
  const bool exactly_once = publish.delivery == Delivery::kExactlyOnce;
  producer_ = std::make_unique<kafka::Producer>(
      around_.settings.kafka, around_.waiter,
      exactly_once ? kafka::transactional_id(identity_, publisher_) : std::string());
  producer_->warm_up(kafka::kProgressTopic);
}

void Session::run() {
  if (await_lease() == LeaseOutcome::kStopping) return;
  around_.health.set(State::kStarting);
  take_over();
  around_.health.set(State::kLeading);
  around_.metrics.set_leader(1);
  publish_until_stopping();
  lease_.release();
  logging::info("released the lease");
}

Session::LeaseOutcome Session::await_lease() {
  while (!around_.waiter.stopping()) {
    const leases::Answer answer = lease_.acquire();
    if (answer.granted) {
      logging::info("got the lease", {{"term", answer.term}, {"holder", around_.holder}});
      return LeaseOutcome::kGranted;
    }
    if (around_.health.state() != State::kStandby) logging::info("standing by", {{"term", answer.term}});
    around_.health.set(State::kStandby);
    producer_->serve_deliveries();
    around_.waiter.wait(leases::wait_for_lease(answer.expires_in));
  }
  return LeaseOutcome::kStopping;
}

void Session::take_over() {
  fence_earlier_producers();
  kafka::LastProgress last = kafka::read_last_progress(around_.settings.kafka, cluster_, around_.waiter,
                                                       kafka::progress_key(identity_, publisher_),
                                                       [this] { lease_.renew_if_due(); });
  in_earlier_partition_ = last.in_earlier_partition;
  stop_points::reached(stop_points::StopPoint::kAfterProgressRead);
  published_through_ =
      resume(last.progress ? std::optional<std::string>(last.progress->record) : std::nullopt);
  // The database answers the batch before it, unless it has been rebased on the part.
  if (last.progress && !last.progress->complete && published_through_ < last.progress->batch)
    part_ = std::move(last.progress);
  logging::info("publishing", {{"publisher", publisher_},
                               {"identity", identity_},
                               {"published_through", published_through_},
                               {"delivery", around_.settings.publish.delivery == Delivery::kExactlyOnce
                                                ? "exactly-once"
                                                : "at-least-once"}});
}

// A relay that slept after it read the progress compares what was true then: while another one published,
// that is no disagreement.
std::int64_t Session::resume(const std::optional<std::string>& progress) {
  try {
    return outbox_.resume(progress);
  } catch (const Failure& failure) {
    if (failure.kind() == FailureKind::kDisagreement) confirm_term();
    throw;
  }
}

// On a connection of its own: the session's is in the middle of what failed.
void Session::confirm_term() {
  const settings::Publish& publish = around_.settings.publish;
  postgres::Connection connection(around_.settings.common.postgres, around_.waiter);
  outbox::Outbox outbox(connection, publisher_);
  const leases::Answer answer = outbox.acquire(around_.holder, publish.lease_ttl);
  if (!answer.granted || answer.term != lease_.term())
    throw Failure(FailureKind::kLeaseLost, sqlstate::kConflict, "another relay has had the lease");
}

// At-least-once publishing has no transactions, but one that an exactly-once relay left open hides its
// progress.
void Session::fence_earlier_producers() {
  const auto renew = [this] { lease_.renew_if_due(); };
  if (around_.settings.publish.delivery == Delivery::kExactlyOnce) {
    producer_->init_transactions(renew);
    return;
  }
  kafka::Producer fence(around_.settings.kafka, around_.waiter,
                        kafka::transactional_id(identity_, publisher_));
  fence.init_transactions(renew);
}

void Session::publish_until_stopping() {
  const settings::Publish& settings = around_.settings.publish;
  CommitWatch commits(around_.settings.common.postgres, around_.waiter,
                      IdlePause(settings.poll_min, settings.poll_max));
  Topics topics(around_.settings.kafka, cluster_, *producer_, outbox_, lease_);
  topics.load_holds();
  BatchPublisher publisher({settings.delivery, outbox_, lease_, *producer_, topics, around_.metrics},
                           kafka::progress_key(identity_, publisher_), in_earlier_partition_);
  Pace pace(settings.batch_messages);
  while (!around_.waiter.stopping()) {
    lease_.renew_if_due();
    producer_->serve_deliveries();
    topics.retry_holds();
    around_.metrics.set_held_topics(topics.held());
    const auto started = runtime::Clock::now();
    const auto batch = outbox_.next_batch(published_through_, {pace.messages(), settings.batch_bytes});
    if (batch) {
      stop_points::reached(stop_points::StopPoint::kAfterBatchCommit);
      publisher.publish(*batch, published_part_of(*batch));
      published_through_ = batch->id;
      pace.note_batch(started, runtime::Clock::now(), outbox_.is_full(*batch));
      logging::debug("published a batch", {{"batch", batch->id}, {"messages", batch->messages}});
      around_.metrics.set_last_success(std::chrono::system_clock::now());
      commits.note_work();
    }
    around_.health.note_progress();
    if (!batch) commits.wait(lease_.due_in());
    around_.waiter.wait(pace.pause(runtime::Clock::now()));
  }
}

// Through which position the batch is in Kafka already.
std::int64_t Session::published_part_of(const outbox::Batch& batch) {
  if (!part_) return 0;
  const kafka::Progress part = *std::exchange(part_, std::nullopt);
  if (part.batch == batch.id) return part.last_position;
  throw Failure(FailureKind::kDisagreement, sqlstate::kWrongState,
                "kafka has a part of batch " + std::to_string(part.batch) + ", but batch " +
                    std::to_string(batch.id) + " is the next one");
}

}  // namespace command_center::relay::publisher
