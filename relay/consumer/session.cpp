// Every message of a partition waits in its lane until the database has its effect and its offset, in one
// transaction. What must be tried again stays in the lane; other lanes go on.
#include "relay/consumer/session.hpp"

#include <algorithm>
#include <set>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/texts.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/subscriptions/transient.hpp"
#include "extension/core/text/base64.hpp"
#include "relay/consumer/batch_span.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/trace.hpp"

namespace command_center::relay::consumer {
namespace {

using runtime::Clock;

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::chrono::milliseconds kPollBesideSlowTurns{20};
constexpr std::chrono::milliseconds kFirstTransientPause{100};
constexpr std::chrono::milliseconds kLongestTransientPause{5'000};
constexpr std::chrono::milliseconds kFirstPause{200};
constexpr std::chrono::milliseconds kLongestPause{30'000};
constexpr std::chrono::seconds kSlowFor{30};  // so that a change costs the others little
constexpr std::chrono::seconds kLagInterval{5};
constexpr std::chrono::milliseconds kEndLimit{500};
constexpr std::chrono::milliseconds kSignOfLifeLimit{1'000};
constexpr int kMostUnanswered = 2;
constexpr std::string_view kQueryCanceled = "57014";
constexpr std::string_view kOutOfMemory = "53200";
constexpr std::string_view kLockNotAvailable = "55P03";
constexpr std::string_view kNoPrivilege = "42501";
constexpr std::size_t kMostPartitions = 64;  // of apply_messages

std::optional<std::string> copy_of(const void* bytes, std::size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(bytes), size);
}

void write_header(json::TextWriter& writer, const char* name, const void* value, std::size_t size) {
  writer.begin_object();
  writer.member("name", postgres::is_text(name) ? std::string_view(name) : std::string_view("?"));
  const std::string_view bytes(static_cast<const char*>(value), value == nullptr ? 0 : size);
  if (value == nullptr) {
    writer.key("value");
    writer.raw("null");
  } else if (postgres::is_text(bytes)) {
    writer.member("value", bytes);
  } else {
    std::string encoded;
    text::append_base64(encoded, bytes);
    writer.member("valueBase64", encoded);
  }
  writer.end_object();
}

std::string headers_of(const rd_kafka_message_t& message) {
  std::string out;
  json::TextWriter writer(out);
  writer.begin_array();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
      write_header(writer, name, value, size);
  }
  writer.end_array();
  return out;
}

Message copy_of(const rd_kafka_message_t& message) {
  Message copy;
  copy.partition = {rd_kafka_topic_name(message.rkt), message.partition};
  copy.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  copy.timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  copy.key = copy_of(message.key, message.key_len);
  copy.value = copy_of(message.payload, message.len);
  copy.headers = headers_of(message);
  copy.taken = std::chrono::system_clock::now();
  rd_kafka_headers_t* headers = nullptr;
  if (spans::is_on() && rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
    copy.trace = kafka::origin_of(headers);
  constexpr std::size_t kOverhead = 200;
  copy.bytes = kOverhead + message.key_len + message.len + copy.headers.size();
  return copy;
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A topic that nobody has written to yet may not be there.
Subscription with_topics(const Surroundings& around) {
  Subscription subscription = around.definition.get();
  kafka::Cluster cluster(around.settings.kafka, around.waiter);
  for (const std::string& topic : subscription.topics) cluster.ensure_topic(topic);
  return subscription;
}

// It took too long or too much; or one message fails the commit, which the database cannot tell from the
// others.
bool may_pass_in_parts(std::string_view sqlstate) {
  if (sqlstate == kQueryCanceled || sqlstate == kOutOfMemory) return true;
  return !subscriptions::is_transient(sqlstate) && sqlstate.substr(0, 2) != "KC" && sqlstate != kNoPrivilege;
}

// Another transaction was in the way: it may be in that of one message again and again.
bool is_conflict(std::string_view sqlstate) {
  return sqlstate.substr(0, 2) == "40" || sqlstate == kLockNotAvailable;
}

// Rather than of the server, or of the subscription.
bool may_be_of_messages(std::string_view sqlstate) {
  return is_conflict(sqlstate) || may_pass_in_parts(sqlstate);
}

// The subscription is not what this session works for.
bool is_about_another(const Failure& failure) {
  return failure.sqlstate() == sqlstate::kNotFound || failure.sqlstate() == sqlstate::kVersionClash;
}

}  // namespace

Session::Session(const Surroundings& surroundings)
    : around_(surroundings),
      changes_(surroundings.definition.changes()),
      subscription_(with_topics(surroundings)),
      turn_size_(static_cast<std::size_t>(subscription_.batch_messages)),
      transient_pause_(kFirstTransientPause, kLongestTransientPause, Random(std::random_device()())),
      subscriber_(
          surroundings.settings.kafka, subscription_.group, subscription_.topics,
          {[this](const std::vector<kafka::TopicPartition>& assigned) { return places_of(assigned); },
           [this] { drop_lanes(); }, [this](const kafka::TopicPartition& lost) { note_lost(lost); },
           [this](const kafka::TopicPartition& ended, std::int64_t offset) { note_ended(ended, offset); }}) {}

// What nobody consumes has no lag that would be right.
Session::~Session() {
  drop_lanes();
  around_.metrics.forget(subscription_.name);
}

void Session::run() {
  (void)connection();
  show_health();
  logging::info("consuming", {{"subscription", subscription_.name}, {"group", subscription_.group}});
  while (!around_.waiter.stopping() && !around_.definition.is_retired() &&
         changes_ == around_.definition.changes()) {
    take_what_comes();
    if (is_due()) apply_waiting();
    look_after_slow_turns();
    settle_losses();
    if (must_read_again_ || has_run_dry()) read_again();
    look_after_lags();
  }
  if (around_.waiter.stopping()) look_after_slow_turns();
  lags_told_ = {};
  look_after_lags();
}

postgres::Connection& Session::connection() {
  if (!connection_)
    connection_ = std::make_unique<postgres::Connection>(around_.settings.common.postgres, around_.waiter);
  return *connection_;
}

// --- whose partition goes on where ---

Offsets Session::places_of(const std::vector<kafka::TopicPartition>& assigned) {
  Inbox inbox(connection());
  Offsets stored = inbox.begin(subscription_, {});
  Offsets beginnings;
  std::set<std::string> looked_at;
  for (const auto& partition : assigned) {
    if (stored.count(partition) > 0 || !looked_at.insert(partition.first).second) continue;
    const bool is_known = std::any_of(stored.begin(), stored.end(), [&partition](const auto& one) {
      return one.first.first == partition.first;
    });
    beginnings.merge(beginnings_of(partition.first, is_known, stored));
  }
  if (!beginnings.empty()) stored = inbox.begin(subscription_, beginnings);
  Offsets places;
  for (const auto& partition : assigned) places[partition] = stored.at(partition);
  take_over(places);
  show_health();
  return places;
}

// All partitions of a topic begin together. A partition that is missing of a topic that was begun is new, and
// all that is in it came after.
Offsets Session::beginnings_of(const std::string& topic, bool topic_is_known, const Offsets& stored) {
  std::vector<kafka::TopicPartition> missing;
  for (const auto& partition : subscriber_.partitions_of(topic)) {
    if (stored.count(partition) == 0) missing.push_back(partition);
  }
  if (!topic_is_known && subscription_.start_ms)
    return subscriber_.offsets_at(missing, *subscription_.start_ms);
  Offsets beginnings;
  for (const auto& partition : missing) {
    const auto [begin, end] = subscriber_.extent(partition);
    beginnings[partition] = !topic_is_known && subscription_.start_at == "latest" ? end : begin;
  }
  return beginnings;
}

void Session::take_over(const Offsets& offsets) {
  drop_lanes();
  for (const auto& [partition, offset] : offsets) {
    Lane& lane = lanes_[partition];
    lane.next_offset = offset;
    lane.next_to_take = offset;
    lane.has_turn =
        std::any_of(slow_turns_.begin(), slow_turns_.end(),
                    [&partition = partition](const auto& turn) { return turn.partition() == partition; });
  }
  logging::info("has partitions", {{"subscription", subscription_.name}, {"partitions", offsets.size()}});
}

void Session::drop_lanes() {
  for (const auto& [partition, lane] : lanes_) around_.metrics.forget(subscription_.name, partition);
  lanes_.clear();
  must_read_again_ = false;
}

// Whether a lane goes on with what was dropped.
bool Session::has_run_dry() const {
  const auto now = Clock::now();
  return std::any_of(lanes_.begin(), lanes_.end(), [now](const auto& one) {
    const Lane& lane = one.second;
    return lane.overflowed && lane.waiting.empty() && !lane.has_turn && lane.not_before <= now;
  });
}

// After another relay advanced a partition, or where messages had to be dropped: from what the database has.
// A message that failed is still the same one, and a partition that stands goes on standing; a loss that was
// only found is found again, if what comes before it leads there.
void Session::read_again() {
  must_read_again_ = false;
  const Offsets stored = Inbox(connection()).begin(subscription_, {});
  Offsets places;
  for (const auto& [partition, lane] : lanes_) {
    const auto found = stored.find(partition);
    places[partition] = found != stored.end() ? found->second : lane.next_offset;
  }
  Lanes before;
  before.swap(lanes_);
  take_over(places);
  for (auto& [partition, lane] : lanes_) {
    const Lane& earlier = before.at(partition);
    if (earlier.next_offset != lane.next_offset) continue;
    lane.attempt = earlier.attempt;
    lane.most_alone = earlier.most_alone;
    lane.slow_until = earlier.slow_until;
    lane.not_before = earlier.not_before;
    lane.pause = earlier.pause;
    if (earlier.loss == Lane::Loss::kForOperator) lane.loss = earlier.loss;
  }
  show_health();
  subscriber_.assign(places);
}

void Session::note_lost(const Partition& partition) {
  const auto found = lanes_.find(partition);
  if (found == lanes_.end() || found->second.loss != Lane::Loss::kNone) return;
  found->second.loss = Lane::Loss::kFound;
  around_.metrics.add_failure(subscription_.name, "offset_lost");
}

// Once what has come before it is applied.
void Session::settle_losses() {
  for (auto& [partition, lane] : lanes_) {
    if (lane.loss == Lane::Loss::kFound && lane.waiting.empty() && !lane.overflowed)
      settle_loss(partition, lane);
  }
}

// What Kafka deleted before it was applied nobody can apply. Where it has less than was applied, the topic
// was made anew or its end was lost, and what is in it may have been applied or not: that is for an operator.
void Session::settle_loss(const Partition& partition, Lane& lane) {
  const auto [begin, end] = subscriber_.extent(partition);
  if (lane.next_offset >= begin) return stop_lane(partition, lane, begin, end);
  if (Inbox(connection()).pass_over(subscription_, partition, lane.next_offset, begin)) {
    logging::error("messages were gone from kafka before they were applied",
                   {{"subscription", subscription_.name},
                    {"topic", partition.first},
                    {"partition", partition.second},
                    {"offset", lane.next_offset},
                    {"goes_on_at", begin}});
  }
  must_read_again_ = true;
}

// Another relay or a restart would find the same; the others go on.
void Session::stop_lane(const Partition& partition, Lane& lane, std::int64_t begin, std::int64_t end) {
  lane.loss = Lane::Loss::kForOperator;
  logging::error(
      "a partition stops: an operator is needed",
      {{"subscription", subscription_.name},
       {"topic", partition.first},
       {"partition", partition.second},
       {"offset", lane.next_offset},
       {"begins_at", begin},
       {"ends_at", end},
       {"sqlstate", sqlstate::kWrongState},
       {"message", "the stored offset of the partition is not in kafka any more"},
       {"hint",
        "The topic was made anew, or has lost its end. Decide where the partition goes on, and call "
        "command_center.move_consumer_offset(…)."}});
  show_health();
}

// Somebody has decided about a partition that stands.
void Session::look_whether_moved(const Offsets& stored) {
  for (const auto& [partition, lane] : lanes_) {
    if (lane.loss != Lane::Loss::kForOperator) continue;
    const auto found = stored.find(partition);
    if (found != stored.end() && found->second != lane.next_offset) must_read_again_ = true;
  }
}

void Session::note_ended(const Partition& partition, std::int64_t offset) {
  if (const auto found = lanes_.find(partition); found != lanes_.end()) found->second.ended_at = offset;
}

// --- taking ---

Session::Ready Session::ready() const {
  Ready load;
  const auto now = Clock::now();
  for (const auto& [partition, lane] : lanes_) {
    if (is_held_up(lane, now)) continue;
    load.messages += lane.waiting.size();
    load.bytes += lane.bytes;
  }
  return load;
}

std::size_t Session::held_up_bytes() const {
  std::size_t bytes = 0;
  const auto now = Clock::now();
  for (const auto& [partition, lane] : lanes_) bytes += is_held_up(lane, now) ? lane.bytes : 0;
  return bytes;
}

bool Session::is_full(const Ready& load) const {
  return load.messages >= turn_size_.messages() ||
         load.bytes >= static_cast<std::size_t>(around_.settings.consume.batch_bytes);
}

bool Session::is_due() const {
  const Ready load = ready();
  if (load.messages == 0) return false;
  return is_full(load) || Clock::now() - ready_since_ >= subscription_.batch_wait;
}

// What is held up counts for nothing here, so that it makes no one else's batches smaller. Where it is all
// that comes, there is an end to it, too.
void Session::take_what_comes() {
  around_.waiter.beat();
  const auto most_messages = static_cast<std::size_t>(subscription_.batch_messages);
  const bool any_slow = std::any_of(slow_turns_.begin(), slow_turns_.end(),
                                    [](const SlowTurn& turn) { return turn.partition().has_value(); });
  const auto longest = any_slow ? kPollBesideSlowTurns : kPoll;
  const auto time = ready().messages > 0 ? std::min(longest, subscription_.batch_wait) : longest;
  auto message = subscriber_.poll(time);
  for (std::size_t taken = 1; message; ++taken) {
    take(*message);
    if (taken >= most_messages || is_full(ready())) return;
    message = subscriber_.poll(std::chrono::milliseconds(0));
  }
}

void Session::take(const rd_kafka_message_t& message) {
  const auto found = lanes_.find({rd_kafka_topic_name(message.rkt), message.partition});
  if (found == lanes_.end()) return;
  Lane& lane = found->second;
  // librdkafka may fetch again what was taken already.
  if (message.offset < lane.next_to_take || lane.overflowed) return;
  const bool held_up = is_held_up(lane, Clock::now());
  if (held_up && held_up_bytes() >= static_cast<std::size_t>(around_.settings.consume.batch_bytes)) {
    lane.overflowed = true;
    return;
  }
  if (!held_up && ready().messages == 0) ready_since_ = Clock::now();
  lane.waiting.push_back(copy_of(message));
  lane.next_to_take = message.offset + 1;
  lane.bytes += lane.waiting.back().bytes;
}

// --- applying ---

// Is not among what is applied together now.
bool Session::is_held_up(const Lane& lane, Clock::time_point now) {
  return lane.has_turn || lane.not_before > now || lane.slow_until > now;
}

// Answers how many messages are in it now.
std::size_t Session::put_into(Batch& batch, const Partition& partition, const Lane& lane,
                              std::size_t most) const {
  std::size_t included = 0;
  for (; included < lane.waiting.size() && batch.messages.size() < most; ++included)
    batch.messages.push_back(&lane.waiting[included]);
  // Where the end is known to have been reached, records that are no messages do not wait.
  const bool is_last = included == lane.waiting.size() && has_ended(lane);
  batch.expected[partition] = {lane.next_offset, lane.attempt,
                               is_last ? lane.next_to_take : subscriber_.known_end(partition)};
  return batch.messages.size();
}

// In turn, so that none of them waits for ever for the others. What failed or was too slow goes alone: with a
// message that fails among them, the database tries all others one by one, too.
Session::Batch Session::next_batch() {
  Batch batch;
  const auto now = Clock::now();
  auto one = lanes_.upper_bound(served_);
  for (std::size_t seen = 0; seen < lanes_.size(); ++seen, ++one) {
    if (one == lanes_.end()) one = lanes_.begin();
    const auto& [partition, lane] = *one;
    if (lane.waiting.empty() || is_held_up(lane, now)) continue;
    if (lane.most_alone > 0 && !batch.messages.empty()) continue;
    const std::size_t most =
        lane.most_alone > 0 ? std::min(lane.most_alone, turn_size_.messages()) : turn_size_.messages();
    const bool is_full = put_into(batch, partition, lane, most) >= most;
    served_ = partition;
    if (lane.most_alone > 0 || is_full || batch.expected.size() == kMostPartitions) break;
  }
  return batch;
}

// Of one partition.
Session::Batch Session::next_slow_batch() {
  Batch batch;
  const auto now = Clock::now();
  auto one = lanes_.upper_bound(served_slowly_);
  for (std::size_t seen = 0; seen < lanes_.size(); ++seen, ++one) {
    if (one == lanes_.end()) one = lanes_.begin();
    const auto& [partition, lane] = *one;
    if (lane.waiting.empty() || lane.has_turn || lane.not_before > now || lane.slow_until <= now) continue;
    const auto all = static_cast<std::size_t>(subscription_.batch_messages);
    put_into(batch, partition, lane, lane.most_alone > 0 ? lane.most_alone : all);
    served_slowly_ = partition;
    break;
  }
  return batch;
}

std::vector<Partition> Session::partitions_of(const Batch& batch) {
  std::vector<Partition> partitions;
  partitions.reserve(batch.expected.size());
  for (const auto& one : batch.expected) partitions.push_back(one.first);
  return partitions;
}

// All of them wait for this turn, so it is a short one: what does not end in time is taken back, and what is
// slow by itself has its turns elsewhere from then on.
void Session::apply_waiting() {
  const Batch batch = next_batch();
  if (batch.messages.empty()) return;
  BatchSpan span(subscription_, batch.messages);
  const std::size_t messages = batch.messages.size();
  const auto began = Clock::now();
  const std::chrono::milliseconds limit =
      std::min<std::chrono::milliseconds>(TurnSize::kTurn, around_.settings.common.postgres.statement_limit);
  try {
    const auto outcomes = Inbox(connection()).apply(subscription_, batch.expected, batch.messages, limit);
    span.end(outcomes);
    turn_size_.note(messages, Clock::now() - began);
    note_applied(outcomes);
    ready_since_ = Clock::now();
  } catch (const Failure& failure) {
    span.end_failed(failure.sqlstate());
    if (failure.kind() != FailureKind::kPostgres || is_about_another(failure)) throw;
    connection_.reset();
    if (failure.sqlstate() == kQueryCanceled) turn_size_.note(messages, Clock::now() - began);
    hold_back(partitions_of(batch), messages, Turn::kShared, failure);
  }
}

void Session::note_applied(const std::vector<Outcome>& outcomes) {
  transient_pause_.reset();
  show_health();
  around_.health.note_progress();
  for (const Outcome& outcome : outcomes) settle(outcome);
}

// --- slow turns ---

// Each is of one partition, which alone waits for it.
void Session::look_after_slow_turns() {
  for (SlowTurn& turn : slow_turns_) {
    if (turn.partition()) settle_slow_turn(turn);
  }
  while (!around_.waiter.stopping()) {
    SlowTurn* const turn = free_slow_turn();
    if (turn == nullptr) return;
    const Batch batch = next_slow_batch();
    if (batch.messages.empty()) return;
    start_slow_turn(*turn, batch);
  }
}

// Null where all that there may be are under way.
SlowTurn* Session::free_slow_turn() {
  for (SlowTurn& turn : slow_turns_) {
    if (!turn.partition()) return &turn;
  }
  if (slow_turns_.size() >= static_cast<std::size_t>(around_.settings.consume.slow_partitions))
    return nullptr;
  slow_turns_.emplace_back(around_.settings.common.postgres, around_.waiter);
  return &slow_turns_.back();
}

void Session::start_slow_turn(SlowTurn& turn, const Batch& batch) {
  lanes_.at(batch.messages.front()->partition).has_turn = true;
  try {
    turn.start(subscription_, batch.expected, batch.messages);
  } catch (const Failure& failure) {
    give_up(turn, failure);
  }
}

// Of a stop its turns are waited for; a session that ends otherwise abandons them, and they are rolled back.
void Session::settle_slow_turn(SlowTurn& turn) {
  try {
    const auto outcomes = around_.waiter.stopping() ? turn.wait() : turn.look();
    if (!outcomes) return;
    const auto now = Clock::now();
    if (const auto lane = lanes_.find(outcomes->front().partition); lane != lanes_.end()) {
      lane->second.has_turn = false;
      if (turn.age() > TurnSize::kTurn / 2) lane->second.slow_until = now + kSlowFor;
    }
    note_applied(*outcomes);
  } catch (const Failure& failure) {
    give_up(turn, failure);
  }
}

void Session::give_up(SlowTurn& turn, const Failure& failure) {
  const Partition partition = *turn.partition();
  const std::size_t messages = turn.messages();
  turn.give_up(failure);
  if (const auto lane = lanes_.find(partition); lane != lanes_.end()) lane->second.has_turn = false;
  if (failure.kind() != FailureKind::kPostgres || is_about_another(failure)) throw failure;
  hold_back({partition}, messages, Turn::kSlow, failure);
}

void Session::settle(const Outcome& outcome) {
  around_.metrics.add(subscription_.name, outcome);
  if (outcome.status == Outcome::Status::kUntouched) return;
  if (outcome.status == Outcome::Status::kMoved) {
    logging::warning("another relay was faster", {{"subscription", subscription_.name},
                                                  {"topic", outcome.partition.first},
                                                  {"partition", outcome.partition.second}});
    must_read_again_ = true;
    return;
  }
  // A slow turn may have ended after its partition went to another relay.
  const auto found = lanes_.find(outcome.partition);
  if (found == lanes_.end()) return;
  Lane& lane = found->second;
  const bool advanced = outcome.next_offset > lane.next_offset;
  lane.next_offset = outcome.next_offset;
  lane.next_to_take = std::max(lane.next_to_take, lane.next_offset);
  while (!lane.waiting.empty() && lane.waiting.front().offset < outcome.next_offset) {
    lane.bytes -= lane.waiting.front().bytes;
    lane.waiting.pop_front();
  }
  if (outcome.dead_letters > 0) {
    logging::warning("messages became dead letters", {{"subscription", subscription_.name},
                                                      {"topic", outcome.partition.first},
                                                      {"partition", outcome.partition.second},
                                                      {"messages", outcome.dead_letters}});
  }
  if (outcome.status == Outcome::Status::kFailed) {
    lane.attempt = advanced ? 2 : lane.attempt + 1;
    lane.most_alone = 1;
    if (advanced || !lane.pause)
      lane.pause.emplace(kFirstPause, kLongestPause, Random(std::random_device()()));
    lane.not_before = Clock::now() + lane.pause->next();
    logging::warning("a message failed and is tried again", {{"subscription", subscription_.name},
                                                             {"topic", outcome.partition.first},
                                                             {"partition", outcome.partition.second},
                                                             {"offset", outcome.next_offset},
                                                             {"next_attempt", lane.attempt},
                                                             {"sqlstate", outcome.sqlstate},
                                                             {"message", outcome.message}});
    return;
  }
  lane.attempt = 1;
  lane.pause.reset();
  lane.not_before = {};
  lane.most_alone *= 2;
  if (lane.most_alone >= static_cast<std::size_t>(subscription_.batch_messages)) lane.most_alone = 0;
}

// Nobody knows what became of the transaction: the same offsets are expected the next time, and are not there
// if it was committed. Of several partitions one may be the reason, so they go on one by one.
void Session::hold_back(const std::vector<Partition>& partitions, std::size_t messages, Turn turn,
                        const Failure& failure) {
  const bool is_theirs = may_be_of_messages(failure.sqlstate());
  const bool was_short = turn == Turn::kShared && failure.sqlstate() == kQueryCanceled;
  const auto until = Clock::now() + (is_theirs ? kFirstTransientPause : transient_pause_.next());
  for (const Partition& partition : partitions) {
    const auto found = lanes_.find(partition);
    if (found == lanes_.end()) continue;
    Lane& lane = found->second;
    if (!is_theirs) {
      lane.not_before = until;
    } else if (partitions.size() > 1) {
      lane.most_alone = std::max<std::size_t>(messages / 2, 1);
    } else if (was_short) {
      lane.slow_until = Clock::now() + kSlowFor;
    } else {
      hold_back_alone(lane, messages, failure.sqlstate());
    }
  }
  if (!is_theirs) around_.health.set(admin::State::kConnecting);
  if (was_short) {
    logging::info(
        "a turn was taken back, since it took too long",
        {{"subscription", subscription_.name}, {"partitions", partitions.size()}, {"messages", messages}});
    return;
  }
  around_.metrics.add_failure(subscription_.name, failure.sqlstate());
  logging::warning("applying was interrupted and is tried again", {{"subscription", subscription_.name},
                                                                   {"messages", messages},
                                                                   {"sqlstate", failure.sqlstate()},
                                                                   {"message", failure.message()},
                                                                   {"detail", failure.detail()},
                                                                   {"hint", failure.hint()}});
}

// Nobody waits for this partition. A conflict may be over soon; one message that takes too long, or fails the
// commit, needs somebody.
void Session::hold_back_alone(Lane& lane, std::size_t messages, std::string_view sqlstate) {
  const bool conflicts = is_conflict(sqlstate);
  lane.not_before = Clock::now() + kFirstTransientPause;
  lane.most_alone = std::max<std::size_t>(conflicts ? messages : messages / 2, 1);
  if (messages > 1 && !conflicts) return;
  if (!lane.pause)
    lane.pause.emplace(kFirstPause, conflicts ? kLongestTransientPause : kLongestPause,
                       Random(std::random_device()()));
  lane.not_before = Clock::now() + lane.pause->next();
}

// --- telling ---

// One partition that waits for an operator is enough not to be well.
void Session::show_health() {
  const bool any_stands = std::any_of(lanes_.begin(), lanes_.end(), [](const auto& one) {
    return one.second.loss == Lane::Loss::kForOperator;
  });
  around_.health.set(any_stands ? admin::State::kStalled : admin::State::kWorking);
}

bool Session::has_ended(const Lane& lane) {
  return !lane.overflowed && lane.ended_at >= lane.next_to_take;
}

// Marks of transactions have offsets, too, and nobody waits for them.
std::int64_t Session::lag_of(const Lane& lane, std::int64_t end) {
  const bool has_all = lane.waiting.empty() && has_ended(lane);
  return std::max<std::int64_t>(end - (has_all ? lane.ended_at : lane.next_offset), 0);
}

// What the client knows of a partition's end is of its last fetch, and it fetches no more once it has enough.
std::int64_t Session::end_of(const Partition& partition, const Lane& lane, bool& answers) {
  const std::int64_t known = subscriber_.known_end(partition);
  if (!answers || (known >= 0 && lag_of(lane, known) == 0)) return known;
  const auto asked = subscriber_.end_of(partition, kEndLimit);
  answers = asked.has_value();
  return std::max(known, asked.value_or(known));
}

// Nothing comes where there is nothing, and where nobody would tell: a client that is cut off, or out of its
// group, is as silent as one that has applied all.
void Session::note_idle(bool answers) {
  if (answers && subscriber_.is_member() && subscriber_.is_answered(kSignOfLifeLimit)) {
    unanswered_ = 0;
    around_.health.note_progress();
    return show_health();
  }
  if (++unanswered_ == kMostUnanswered)
    logging::warning("kafka does not answer, or the group has no place",
                     {{"subscription", subscription_.name}, {"group", subscription_.group}});
  if (unanswered_ >= kMostUnanswered) around_.health.set(admin::State::kConnecting);
}

void Session::look_after_lags() {
  if (Clock::now() - lags_told_ < kLagInterval) return;
  Offsets applied;
  std::int64_t oldest_ms = -1;
  bool any_waits = false;
  bool any_stands = false;
  bool answers = true;
  for (const auto& [partition, lane] : lanes_) {
    applied[partition] = lane.next_offset;
    any_stands = any_stands || lane.loss == Lane::Loss::kForOperator;
    const std::int64_t end = end_of(partition, lane, answers);
    if (end >= 0) around_.metrics.set_lag(subscription_.name, partition, lag_of(lane, end));
    if (lane.waiting.empty()) continue;
    any_waits = true;
    const std::int64_t waits_since = lane.waiting.front().timestamp_ms;
    if (waits_since >= 0 && (oldest_ms < 0 || waits_since < oldest_ms)) oldest_ms = waits_since;
  }
  around_.metrics.set_lag_seconds(
      subscription_.name,
      oldest_ms < 0 ? 0.0 : static_cast<double>(std::max<std::int64_t>(now_ms() - oldest_ms, 0)) / 1000.0);
  subscriber_.tell_group(applied);
  if (any_stands && !around_.waiter.stopping())
    look_whether_moved(Inbox(connection()).begin(subscription_, {}));
  if (!any_waits && !around_.waiter.stopping()) note_idle(answers);
  lags_told_ = Clock::now();
}

}  // namespace command_center::relay::consumer
