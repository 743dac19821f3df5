// One SQL function for each step; columns are taken by position, as the contract lists them.
#include "relay/outbox/outbox.hpp"

#include <charconv>

#include <utility>

#include "daemon/failure.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::outbox {
namespace {

using stop_points::StopPoint;

constexpr std::int64_t kNoneAhead = 0;
constexpr std::int64_t kFromItsBeginning = 0;
// Of opening a batch, as far as the Kafka transaction of the one before can wait for it.
constexpr std::chrono::seconds kLongestStatement{1};

// Of the progress records: batches in parts, and a partition for each publisher.
constexpr int kFormat = 2;
// Rows of hours may have to be looked at.
constexpr std::chrono::seconds kSlowLimit{100};
constexpr const char* kFirstUnknown = "10";

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with a number");
  }
  return value;
}

std::optional<Batch> batch_in(const postgres::Result& result) {
  if (result.get() == nullptr || result.rows() == 0) return std::nullopt;
  return Batch{integer(result.text(0, 0)), integer(result.text(0, 1)), integer(result.text(0, 2)),
               std::string(result.text(0, 3))};
}

bool hints_at(const Failure& failure, std::string_view what) {
  return failure.sqlstate() == sqlstate::kWrongState && failure.hint().find(what) != std::string::npos;
}

// The publisher has published all that was its own: somebody called set_publishers().
template <typename Call>
auto until_it_ends(Call&& call) {
  try {
    return call();
  } catch (const Failure& failure) {
    if (!hints_at(failure, "--shard")) throw;
    throw Failure(FailureKind::kLeaseLost, failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint());
  }
}

// KC015 with a hint at rebase_outbox() is the operator's to resolve. With another hint the database is not
// ready for us, as one without the extension is not: somebody will call setup(), and we go on.
template <typename Call>
auto with_disagreement(Call&& call) {
  try {
    return call();
  } catch (const Failure& failure) {
    if (failure.sqlstate() == sqlstate::kNotFound) {
      throw Failure(FailureKind::kRefused, failure.sqlstate(), failure.message(), failure.detail(),
                    failure.hint());
    }
    if (!hints_at(failure, "rebase_outbox")) throw;
    throw Failure(FailureKind::kDisagreement, failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint());
  }
}

}  // namespace

postgres::Result Outbox::call(const std::string& select) {
  free_connection();
  return until_it_ends([&] { return connection_.transaction("SELECT " + select); });
}

std::string Outbox::publisher_of_shard(postgres::Connection& connection, const std::string& publisher,
                                       int shard, int shards) {
  try {
    const postgres::Result result =
        connection.transaction("SELECT command_center.publisher_of_shard(" + std::to_string(shard) + ", " +
                               std::to_string(shards) + ", " + connection.quote(publisher) + ")");
    return std::string(result.text(0, 0));
  } catch (const Failure& failure) {
    if (failure.sqlstate() != sqlstate::kNotFound && !hints_at(failure, "--shard")) throw;
    throw Failure(FailureKind::kRefused, failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint());
  }
}

postgres::Result Outbox::call_slowly(const std::string& select) {
  return connection_.transaction("SELECT " + select, kSlowLimit);
}

postgres::Result Outbox::call_for_row(const std::string& select) {
  postgres::Result result = call(select);
  if (result.get() == nullptr || result.rows() != 1) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with one row");
  }
  return result;
}

std::string Outbox::identity() {
  return with_disagreement([&] {
    const postgres::Result result =
        call_for_row("command_center.publisher_identity(" + connection_.quote(publisher_) + ")");
    return std::string(result.text(0, 0));
  });
}

leases::Answer Outbox::acquire(const std::string& holder, std::chrono::seconds ttl) {
  const postgres::Result result = call_for_row(
      "l.granted, l.term, pg_catalog.ceil(extract(epoch FROM l.expires_in) * 1000)::bigint"
      " FROM command_center.acquire_lease(" +
      connection_.quote(publisher_) + ", " + connection_.quote(holder) +
      ", pg_catalog.make_interval(secs => " + std::to_string(ttl.count()) + ")) l");
  return {result.text(0, 0) == "t", result.is_null(0, 1) ? 0 : integer(result.text(0, 1)),
          std::chrono::milliseconds(result.is_null(0, 2) ? 0 : integer(result.text(0, 2)))};
}

void Outbox::release(const std::string& holder) {
  call("command_center.release_lease(" + connection_.quote(publisher_) + ", " + connection_.quote(holder) +
       ")");
}

std::int64_t Outbox::resume(const std::optional<std::string>& progress) {
  return with_disagreement([&] {
    const std::string record = progress ? connection_.quote(*progress) : "NULL";
    look_what_is_parked();
    return integer(call_for_row("command_center.resume_publication(" + connection_.quote(publisher_) + ", " +
                                record + ", " + std::to_string(kFormat) + ")")
                       .text(0, 0));
  });
}

std::optional<Batch> Outbox::next_batch(std::int64_t published_through, const Limits& limits) {
  asked_ = {published_through, limits};
  if (auto batch = take_ahead()) return batch;
  return batch_in(call_durably(next_batch_call(kNoneAhead)));
}

std::string Outbox::next_batch_call(std::int64_t opened_through) const {
  return "batch_id, messages, bytes, progress FROM command_center.next_batch(" +
         connection_.quote(publisher_) + ", " + std::to_string(asked_.published_through) + ", " +
         std::to_string(asked_.limits.messages) + ", " + std::to_string(asked_.limits.bytes) + ", " +
         std::to_string(opened_through) + ")";
}

// Of bytes something is missing: the command that would have gone beyond.
bool Outbox::is_full(const Batch& batch) const {
  return batch.messages >= asked_.limits.messages || batch.bytes >= asked_.limits.bytes / 2;
}

void Outbox::open_ahead_of(const Batch& batch) {
  if (ahead_ || !is_full(batch)) return;
  [[maybe_unused]] const bool earlier = connection_.take_commit_warning();
  connection_.start_transaction("SELECT " + next_batch_call(batch.id));
  ahead_ = Ahead{batch.id, Stage::kOpening, std::nullopt, nullptr};
}

// A failure waits until the batch that is on its way has arrived: it is nothing to that one.
void Outbox::go_on() noexcept {
  if (!ahead_ || ahead_->stage != Stage::kOpening) return;
  try {
    if (!connection_.go_on()) return;
    finish_opening();
    if (ahead_->batch) ask_for_messages(ahead_->batch->id, kFromItsBeginning);
  } catch (...) {
    note_failure();
  }
}

// The server ends a session that leaves a transaction open.
void Outbox::leave_alone() noexcept {
  if (!ahead_ || ahead_->stage != Stage::kOpening) return;
  try {
    connection_.reach_commit(kLongestStatement);
  } catch (...) {
    note_failure();
  }
  go_on();
}

void Outbox::note_failure() noexcept {
  ahead_->stage = Stage::kFailed;
  ahead_->failure = std::current_exception();
}

bool Outbox::is_free() const {
  return !ahead_ || ahead_->stage == Stage::kOpened;
}

void Outbox::finish_opening() {
  ahead_->batch = batch_in(connection_.finish_transaction());
  require_durable_commit();
  ahead_->stage = Stage::kOpened;
  if (ahead_->batch) stop_points::reached(StopPoint::kAfterAheadCommit);
}

void Outbox::free_connection() {
  if (ahead_ && ahead_->stage == Stage::kFailed) std::rethrow_exception(ahead_->failure);
  if (ahead_ && ahead_->stage == Stage::kOpening) finish_opening();
  if (!coming_) return;
  while (connection_.next_row()) {
  }
  coming_.reset();
}

// Where there was nothing then, there may be something now.
std::optional<Batch> Outbox::take_ahead() {
  if (!ahead_) return std::nullopt;
  if (ahead_->stage != Stage::kOpened) free_connection();
  const Ahead ahead = *std::exchange(ahead_, std::nullopt);
  return ahead.after == asked_.published_through ? ahead.batch : std::nullopt;
}

// A commit that did not wait for its standby answers success with a warning.
void Outbox::require_durable_commit() {
  if (!connection_.take_commit_warning()) return;
  throw Failure(FailureKind::kPostgres, "01000", "the commit of a batch may not have reached the standby");
}

postgres::Result Outbox::call_durably(const std::string& select) {
  free_connection();
  [[maybe_unused]] const bool earlier = connection_.take_commit_warning();
  postgres::Result result = call(select);
  require_durable_commit();
  return result;
}

void Outbox::start_messages(std::int64_t batch_id, std::int64_t after_position) {
  const bool are_coming = coming_ == batch_id && after_position == kFromItsBeginning;
  if (!are_coming) {
    free_connection();
    ask_for_messages(batch_id, after_position);
  }
  coming_.reset();
  reading_ = true;
}

void Outbox::ask_for_messages(std::int64_t batch_id, std::int64_t after_position) {
  connection_.start_rows(
      "SELECT \"position\", message_id, topic, partition_key, headers, value"
      " FROM command_center.batch_messages(" +
      connection_.quote(publisher_) + ", " + std::to_string(batch_id) + ", " +
      std::to_string(after_position) + ")");
  coming_ = batch_id;
}

std::optional<OutboxMessage> Outbox::next_message() {
  if (!reading_) return std::nullopt;
  row_ = connection_.next_row();
  reading_ = row_.has_value();
  if (!reading_) return std::nullopt;
  return OutboxMessage{
      integer(row_->text(0, 0)), row_->text(0, 1),
      row_->text(0, 2),          row_->text(0, 3),
      row_->text(0, 4),          row_->is_null(0, 5) ? std::string_view() : row_->text(0, 5)};
}

void Outbox::park(const std::string& holder, std::int64_t batch_id,
                  const std::vector<RefusedMessage>& messages) {
  std::string positions;
  std::string ids;
  std::string details;
  for (const RefusedMessage& message : messages) {
    const char* comma = positions.empty() ? "" : ", ";
    positions += comma + std::to_string(message.position);
    ids += comma + connection_.quote(message.id);
    details += comma + connection_.quote(message.detail);
  }
  call_durably("command_center.park_messages(" + connection_.quote(publisher_) + ", " +
               connection_.quote(holder) + ", " + std::to_string(batch_id) + ", ARRAY[" + positions +
               "]::bigint[], ARRAY[" + ids + "]::uuid[], ARRAY[" + details + "]::text[])");
  look_what_is_parked();
}

void Outbox::hold_topic(const std::string& holder, std::int64_t batch_id, std::int64_t after_position,
                        const std::string& topic, const std::string& detail) {
  call_durably("command_center.hold_topic(" + connection_.quote(publisher_) + ", " +
               connection_.quote(holder) + ", " + std::to_string(batch_id) + ", " +
               std::to_string(after_position) + ", " + connection_.quote(topic) + ", " +
               connection_.quote(detail) + ")");
  look_what_is_parked();
}

void Outbox::look_what_is_parked() {
  parked_through_ =
      call_for_row("command_center.parked_through(" + connection_.quote(publisher_) + ")").text(0, 0);
}

std::int64_t Outbox::free_topic(const std::string& holder, const std::string& topic) {
  return integer(call_for_row("command_center.free_topic(" + connection_.quote(publisher_) + ", " +
                              connection_.quote(holder) + ", " + connection_.quote(topic) + ")")
                     .text(0, 0));
}

std::vector<TopicHold> Outbox::topic_holds() {
  const postgres::Result result = call("topic, since IS NOT NULL FROM command_center.list_topic_holds(" +
                                       connection_.quote(publisher_) + ")");
  std::vector<TopicHold> holds;
  holds.reserve(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row)
    holds.push_back({std::string(result.text(row, 0)), result.text(row, 1) == "t"});
  return holds;
}

declarations::Shapes Outbox::declared_topics(const std::set<std::string>& names) {
  free_connection();
  return declarations::declared_topics(connection_, names);
}

RecoveryPlan Outbox::begin_recovery(const std::string& holder, const std::string& progress) {
  return with_disagreement([&] {
    const std::string record = connection_.quote(progress);
    const postgres::Result result = call_slowly(
        "pg_catalog.floor(extract(epoch FROM r.read_from) * 1000)::bigint,"
        " coalesce(pg_catalog.ceil(extract(epoch FROM (" +
        record +
        "::jsonb ->> 'openedAt')::timestamptz) * 1000)::bigint, 0), r.promoted, r.read_from, topic"
        " FROM command_center.begin_recovery(" +
        connection_.quote(publisher_) + ", " + connection_.quote(holder) + ", " + record +
        ") r, pg_catalog.unnest(r.topics) topic");
    if (result.get() == nullptr || result.rows() == 0) {
      throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter, "postgres did not answer with rows");
    }
    RecoveryPlan plan{integer(result.text(0, 0)),
                      integer(result.text(0, 1)),
                      result.text(0, 2) == "t",
                      std::string(result.text(0, 3)),
                      {}};
    for (int row = 0; row < result.rows(); ++row) plan.topics.emplace_back(result.text(row, 4));
    return plan;
  });
}

RecoveredPage Outbox::recover_messages(const std::string& holder, const std::vector<std::string>& ids,
                                       const std::string& read_from) {
  std::string array = "{";
  for (const std::string& id : ids) array += (array.size() == 1 ? "" : ",") + id;
  const postgres::Result result = call_slowly(
      "r.published, pg_catalog.cardinality(r.unknown), first.id"
      " FROM command_center.recover_messages(" +
      connection_.quote(publisher_) + ", " + connection_.quote(holder) + ", " +
      connection_.quote(array + "}") + "::uuid[], " + connection_.quote(read_from) +
      "::timestamptz) r LEFT JOIN LATERAL"
      " pg_catalog.unnest(r.unknown[1:" +
      kFirstUnknown + "]) first(id) ON true");
  if (result.get() == nullptr || result.rows() == 0) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter, "postgres did not answer with rows");
  }
  RecoveredPage page{integer(result.text(0, 0)), integer(result.text(0, 1)), {}};
  for (int row = 0; row < result.rows(); ++row) {
    if (!result.is_null(row, 2)) page.first_unknown.emplace_back(result.text(row, 2));
  }
  return page;
}

std::string Outbox::finish_recovery(const std::string& holder, const std::string& progress,
                                    const std::string& report) {
  const postgres::Result result = call_durably(
      "command_center.finish_recovery(" + connection_.quote(publisher_) + ", " + connection_.quote(holder) +
      ", " + connection_.quote(progress) + ", " + connection_.quote(report) + ")");
  if (result.get() == nullptr || result.rows() != 1) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with one row");
  }
  return std::string(result.text(0, 0));
}

}  // namespace command_center::relay::outbox
