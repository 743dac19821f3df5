// Lets one partition go on elsewhere; the others of the subscription stay where they are.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include <algorithm>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kSubscription, kTopic, kPartition, kNextOffset, kReason, kExpectedOffset };
constexpr std::size_t kMaxReason = 1000;

Statement describe = {kInstallation,
                      "SELECT jsonb_build_object('topic', $1, 'partition', $2, 'nextOffset', $3),"
                      " jsonb_build_object('topic', $1, 'partition', $2, 'nextOffset', $4)",
                      4,
                      {TEXTOID, INT4OID, INT8OID, INT8OID}};

// What the caller wants. Plain data.
struct Move {
  Position to;
  std::string_view reason;
  bool has_expected;
  std::int64_t expected;
};

Move read_move(FunctionCallInfo fcinfo) {
  constexpr const char* kRequired[] = {"subscription", "topic", "partition", "next_offset", "reason"};
  for (int i = 0; i <= kReason; ++i) require_argument(fcinfo, i, kRequired[i]);
  Move move = {};
  move.to = {text_argument(fcinfo, kTopic), PG_GETARG_INT32(kPartition), PG_GETARG_INT64(kNextOffset), 1, -1};
  move.reason = text_argument(fcinfo, kReason);
  move.has_expected = !PG_ARGISNULL(kExpectedOffset);
  if (move.has_expected) move.expected = PG_GETARG_INT64(kExpectedOffset);
  if (move.to.partition < 0 || move.to.next_offset < 0)
    refuse("22023", "partition and next_offset must not be negative");
  if (move.reason.empty() || move.reason.size() > kMaxReason)
    refuse("22023", "reason must have 1 to 1000 bytes");
  return move;
}

void check_topic(const Subscription& subscription, std::string_view topic) {
  const TextList& topics = subscription.topics;
  if (std::any_of(topics.texts, topics.texts + topics.count,
                  [topic](const char* known) { return topic == known; }))
    return;
  refuse("KC002", psprintf("subscription \"%s\" does not consume topic \"%s\"", subscription.name,
                           zero_terminated(topic)));
}

void check_before(const Move& move, const StoredOffset& before) {
  if (!before.is_there) {
    refuse("KC002",
           psprintf("partition %s/%d was never begun", zero_terminated(move.to.topic), move.to.partition));
  }
  if (move.has_expected && move.expected != before.next_offset) {
    refuse("KC006",
           psprintf("partition %s/%d is at offset " INT64_FORMAT ", not at " INT64_FORMAT,
                    zero_terminated(move.to.topic), move.to.partition, before.next_offset, move.expected),
           psprintf("{\"nextOffset\": " INT64_FORMAT "}", before.next_offset));
  }
}

void write_audit(const Subscription& subscription, const Move& move, const StoredOffset& before) {
  Parameters parameters;
  parameters.add_text(move.to.topic);
  parameters.add_int(move.to.partition);
  parameters.add_bigint(before.next_offset);
  parameters.add_bigint(move.to.next_offset);
  (void)run(describe, parameters);
  audit("move_consumer_offset", psprintf("subscription %s", subscription.name), value(0, 0, JSONBOID),
        value(0, 1, JSONBOID), zero_terminated(move.reason));
}

Datum move_consumer_offset(FunctionCallInfo fcinfo) {
  require_read_committed("move_consumer_offset");
  PreventCommandIfReadOnly("move_consumer_offset");
  Move move = read_move(fcinfo);
  const std::string_view name = text_argument(fcinfo, kSubscription);
  const OwnerSession session = open_session(kInstallation);
  lock_subscription(name, LockMode::kShared);
  const Subscription subscription = find_subscription(name);
  check_topic(subscription, move.to.topic);
  take_lock(partition_lock(subscription.name, move.to.topic, move.to.partition), LockMode::kExclusive,
            "a partition of the subscription");
  const StoredOffset before = stored_offsets(subscription.id, {&move.to, 1})[0];
  check_before(move, before);
  if (before.next_offset != move.to.next_offset) {
    // The partition ends where the relay last saw it end.
    move.to.end_offset = before.end_offset;
    const Advance advance = {&move.to, &before, false, 0};
    store_offsets(subscription.id, &advance, 1);
    write_audit(subscription, move, before);
  }
  close_session(session);
  return Int64GetDatum(before.next_offset);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_move_consumer_offset);
}

Datum command_center_move_consumer_offset(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::move_consumer_offset(fcinfo); });
}
