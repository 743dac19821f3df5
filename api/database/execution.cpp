// What a worker does with what it took, and who is told what.
#include <algorithm>
#include <string>

#include "api/database/pool.hpp"
#include "api/database/statement_span.hpp"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::database {
namespace {

// What one of a batch may cost the others: then they go on without it.
constexpr std::chrono::milliseconds kBatchLimit{2000};
constexpr std::chrono::milliseconds kAloneLimit{1000};
constexpr std::chrono::milliseconds kBatchLockLimit{200};
// How long a command that was slow is kept from the others.
constexpr std::chrono::seconds kKeptApart{60};
constexpr std::size_t kMostSlow = 1000;
constexpr std::chrono::milliseconds kFirstRequeue{5};
constexpr int kMostConflicts = 5;
constexpr std::chrono::minutes kBetweenWordsOfRoles{1};
constexpr int kMostLost = 3;

constexpr const char* kExecute =
    "SELECT ordinal, status, command_id, command_name, target_service, correlation_id, mode, replayed, "
    "result,"
    " sqlstate, message, detail, hint FROM command_center.execute_commands($1::pg_catalog.jsonb)"
    " ORDER BY ordinal";
enum Column { kOrdinal, kStatus, kFirstOfAnswer, kLastOfAnswer = 8, kSqlstate, kMessage, kDetail, kHint };

bool is_conflict(std::string_view sqlstate) {
  return sqlstate == "40001" || sqlstate == "40P01";
}

// A statement whose span is within those of the requests that it answers.
template <typename Iterator>
spans::Contexts contexts_of(Iterator begin, Iterator end) {
  spans::Contexts contexts;
  for (Iterator each = begin; each != end; ++each) contexts.note(each->command.trace);
  return contexts;
}

Ran run_executions(Session& session, const Transaction& transaction, const spans::Contexts& contexts,
                   std::size_t commands) {
  spans::Span span = begin_statement("execute_commands", contexts, commands);
  Ran ran = session.run(transaction);
  end_statement(span, ran);
  return ran;
}

// Somebody else's lock or the statement's own length.
bool is_limit(std::string_view sqlstate) {
  return sqlstate == "57014" || sqlstate == "55P03";
}

problems::Problem problem_of(const Refusal& refusal) {
  return problems::from_sqlstate(refusal.sqlstate, refusal.message, refusal.detail, refusal.hint);
}

problems::Problem too_late() {
  return problems::from_sqlstate("57014", {}, {}, {});
}

// The connection broke before the outcome was known.
problems::Problem lost(Effect effect) {
  problems::Problem problem = problems::from_sqlstate(kConnectionFailure, {}, {}, {});
  if (effect == Effect::kWrites) {
    problem.outcome = "unknown";
    problem.hint = "It may have been done. An execution is repeated safely with the same Idempotency-Key.";
  }
  return problem;
}

// The commit stands on the server, and nobody may count on it: a standby that takes over may lack it.
problems::Problem unconfirmed() {
  problems::Problem problem =
      problems::make(503, "a standby may lack what was committed: the wait for it was cancelled",
                     "It was done on the server that there is. A repetition with the same Idempotency-Key "
                     "finds it, and does "
                     "not wait for the standby.");
  problem.outcome = "unknown";
  return problem;
}

std::chrono::milliseconds left_until(runtime::Clock::time_point deadline) {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
}

bool is_abandoned(const IsGone& is_gone) {
  return is_gone && is_gone();
}

void append(json::TextWriter& writer, const Database::Execute& command) {
  const auto member = [&writer](std::string_view name, const Parameter& value) {
    if (value) writer.member(name, *value);
  };
  writer.begin_object();
  writer.member("commandName", command.command_name);
  writer.key("payload");
  writer.raw(command.payload);
  writer.member("tenantId", command.tenant);
  if (!command.initiator.empty()) {
    writer.key("initiator");
    writer.raw(command.initiator);
  }
  member("correlationId", command.correlation_id);
  member("idempotencyKey", command.idempotency_key);
  member("propertyId", command.property_id);
  member("environment", command.environment);
  member("traceparent", command.traceparent);
  writer.end_object();
}

template <typename Iterator>
Transaction execution_of(Iterator begin, Iterator end) {
  Transaction transaction;
  transaction.sql = kExecute;
  std::string json;
  json::TextWriter writer(json);
  writer.begin_array();
  for (Iterator each = begin; each != end; ++each) {
    append(writer, each->command);
    transaction.confirms_earlier = transaction.confirms_earlier || each->lost > 0;
  }
  writer.end_array();
  transaction.parameters.emplace_back(std::move(json));
  return transaction;
}

std::string text_of(const postgres::Result& rows, int row, int column) {
  return std::string(rows.text(row, column));
}

Row row_of(const postgres::Result& rows, int row, int first, int last) {
  Row values;
  for (int column = first; column <= last; ++column) {
    values.push_back(rows.is_null(row, column) ? std::nullopt : Parameter(rows.text(row, column)));
  }
  return values;
}

}  // namespace

void Pool::run(Session& session, Work&& work) {
  if (work.call) return run_call(session, std::move(*work.call));
  const auto now = runtime::Clock::now();
  Batch batch;
  for (Pending& pending : work.commands) {
    if (needs_no_work(pending.command, now)) {
      finish_unbegun(pending);
    } else {
      batch.push_back(std::move(pending));
    }
  }
  if (batch.empty()) return;
  if (work.lane == Lane::kApart) return run_alone(session, std::move(batch.front()), Turn::kLast);
  run_batch(session, std::move(batch));
}

void Pool::run_call(Session& session, PendingCall&& pending) {
  if (needs_no_work(pending.call, runtime::Clock::now())) return finish_unbegun(pending);
  ++counters_.calls;
  Transaction transaction;
  transaction.sql = std::move(pending.call.sql);
  transaction.parameters = std::move(pending.call.parameters);
  transaction.role = std::move(pending.call.role);
  transaction.effect = pending.call.effect;
  transaction.actor = std::move(pending.call.actor);
  // What writes is not broken off: whoever is gone may have counted on it.
  if (pending.call.effect == Effect::kReads) transaction.is_gone = pending.call.is_gone;
  spans::Contexts contexts;
  contexts.note(pending.call.trace);
  for (int conflicts = 0;; ++conflicts) {
    transaction.limit = left_until(pending.call.deadline);
    if (transaction.limit.count() <= 0) return finish(pending, too_late());
    transaction.lock_limit = std::min(settings_.lock_wait, transaction.limit);
    spans::Span span = begin_statement(pending.call.function, contexts, 0);
    const Ran ran = session.run(transaction);
    end_statement(span, ran);
    switch (ran.end) {
      case End::kLost:
        ++counters_.lost_connections;
        return finish(pending, lost(transaction.effect));
      case End::kRefused:
        if (is_conflict(ran.refusal.sqlstate) && conflicts < kMostConflicts && session.is_alive()) continue;
        if (ran.was_abandoned) ++counters_.abandoned;
        note_role(ran.refusal);
        return finish(pending, problem_of(ran.refusal));
      case End::kUnconfirmed:
        note_unconfirmed();
        return finish(pending, unconfirmed());
      case End::kCommitted:
        Answer answer;
        if (ran.rows.rows() > 0) answer.row = row_of(ran.rows, 0, 0, PQnfields(ran.rows.get()) - 1);
        return finish(pending, std::move(answer));
    }
  }
}

// Whoever is gone reads no answer, and gets the one that is there.
void Pool::finish_unbegun(const PendingCall& pending) {
  if (is_abandoned(pending.call.is_gone)) ++counters_.abandoned;
  finish(pending, too_late());
}

void Pool::finish_unbegun(const Pending& pending) {
  if (is_abandoned(pending.command.is_gone)) ++counters_.abandoned;
  problems::Problem problem = too_late();
  if (pending.lost > 0) problem.outcome = "unknown";
  finish(pending, std::move(problem));
}

void Pool::run_batch(Session& session, Batch&& batch) {
  Transaction transaction = execution_of(batch.begin(), batch.end());
  transaction.limit = kBatchLimit;
  transaction.lock_limit = kBatchLockLimit;
  ++counters_.batches;
  counters_.commands += static_cast<std::int64_t>(batch.size());
  const spans::Contexts contexts = contexts_of(batch.begin(), batch.end());
  Ran ran = run_executions(session, transaction, contexts, batch.size());
  // Once more whole: what it conflicted with has ended.
  if (ran.end == End::kRefused && is_conflict(ran.refusal.sqlstate) && session.is_alive())
    ran = run_executions(session, transaction, contexts, batch.size());
  switch (ran.end) {
    case End::kCommitted:
      return settle(std::move(batch), ran.rows);
    case End::kLost:
      ++counters_.lost_connections;
      for (Pending& pending : batch) settle_lost(std::move(pending));
      return;
    case End::kUnconfirmed:
      return settle_unconfirmed(std::move(batch), ran.rows, Turn::kFirst);
    case End::kRefused:
      ++counters_.one_by_one;
      for (Pending& pending : batch) run_alone(session, std::move(pending), Turn::kFirst);
  }
}

// kFirst: after a batch failed, quickly, since others wait behind it. kLast: apart, for as long as it may
// take.
void Pool::run_alone(Session& session, Pending&& pending, Turn turn) {
  // What is left of a batch whose connection broke later: nobody has tried it.
  if (!session.is_alive()) return requeue(std::move(pending));
  Transaction transaction = execution_of(&pending, &pending + 1);
  if (settings_.batching == Batching::kOff) transaction.role = pending.command.role;
  const auto left = std::max(left_until(pending.command.deadline), std::chrono::milliseconds(1));
  transaction.limit = turn == Turn::kFirst ? std::min(kAloneLimit, left) : left;
  transaction.lock_limit = turn == Turn::kFirst
                               ? kBatchLockLimit
                               : std::max(left_until(pending.wait_until), std::chrono::milliseconds(1));
  ++counters_.commands;
  const Ran ran = run_executions(session, transaction, contexts_of(&pending, &pending + 1), 1);
  switch (ran.end) {
    case End::kCommitted:
      return settle_row(std::move(pending), ran.rows, 0, turn);
    case End::kLost:
      ++counters_.lost_connections;
      return settle_lost(std::move(pending));
    case End::kUnconfirmed: {
      Batch batch;
      batch.push_back(std::move(pending));
      return settle_unconfirmed(std::move(batch), ran.rows, turn);
    }
    case End::kRefused:
      note_role(ran.refusal);
      if (is_limit(ran.refusal.sqlstate) && turn == Turn::kFirst) return send_apart(std::move(pending));
      if (is_conflict(ran.refusal.sqlstate) && ++pending.conflicts < kMostConflicts)
        return requeue(std::move(pending));
      finish(pending, problem_of(ran.refusal));
  }
}

void Pool::settle(Batch&& batch, const postgres::Result& rows) {
  for (std::size_t index = 0; index < batch.size(); ++index)
    settle_row(std::move(batch[index]), rows, static_cast<int>(index), Turn::kFirst);
}

void Pool::settle_row(Pending&& pending, const postgres::Result& rows, int row, Turn turn) {
  if (row >= rows.rows())
    return finish(pending, problems::make(500, "the database answered fewer outcomes than commands"));
  if (text_of(rows, row, kStatus) == "accepted")
    return finish(pending, Answer{row_of(rows, row, kFirstOfAnswer, kLastOfAnswer)});
  const std::string sqlstate = text_of(rows, row, kSqlstate);
  // A handler in the database that nobody knew of ran into a limit that is the batch's, not its own.
  if (is_limit(sqlstate) && turn == Turn::kFirst) return send_apart(std::move(pending));
  const bool is_waited_for = sqlstate == "KC004" && runtime::Clock::now() < pending.wait_until;
  if (is_waited_for || (is_conflict(sqlstate) && ++pending.conflicts < kMostConflicts))
    return requeue(std::move(pending));
  finish(pending, problem_of({sqlstate, text_of(rows, row, kMessage), text_of(rows, row, kDetail),
                              text_of(rows, row, kHint)}));
}

// With a key, too: a second attempt would find the first one, and wait for no standby.
void Pool::settle_unconfirmed(Batch&& batch, const postgres::Result& rows, Turn turn) {
  note_unconfirmed();
  for (std::size_t index = 0; index < batch.size(); ++index) {
    const int row = static_cast<int>(index);
    if (row < rows.rows() && text_of(rows, row, kStatus) != "accepted") {
      settle_row(std::move(batch[index]), rows, row, turn);
    } else {
      finish(batch[index], unconfirmed());
    }
  }
}

void Pool::note_unconfirmed() {
  ++counters_.unconfirmed;
  logging::warning("a commit was not confirmed by its standby: the wait for it was cancelled");
}

// Clients learn nothing of roles; once a minute somebody else does.
void Pool::note_role(const Refusal& refusal) {
  if (refusal.sqlstate != kNoSuchRole) return;
  const auto now = runtime::Clock::now();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (now < next_word_of_roles_) return;
    next_word_of_roles_ = now + kBetweenWordsOfRoles;
  }
  logging::error(
      "could not take the role of a request",
      {{"sqlstate", refusal.sqlstate},
       {"message", refusal.message},
       {"hint", "--tenant-role and --operator-role name roles; command-center-api --check tells."}});
}

// With a key the second attempt answers what the first one did.
void Pool::settle_lost(Pending&& pending) {
  if (!pending.command.idempotency_key || ++pending.lost > kMostLost)
    return finish(pending, lost(Effect::kWrites));
  requeue(std::move(pending));
}

void Pool::requeue(Pending&& pending) {
  ++counters_.requeued;
  const std::lock_guard<std::mutex> lock(mutex_);
  later_.emplace(runtime::Clock::now() + kFirstRequeue, std::move(pending));
  wake_.notify_one();
}

void Pool::send_apart(Pending&& pending) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (slow_.size() >= kMostSlow) slow_.clear();
  slow_[kind_of(pending.command.tenant, pending.command.command_name)] = runtime::Clock::now() + kKeptApart;
  const std::string tenant = pending.command.tenant;
  apart_.push_back(tenant, std::move(pending));
  wake_.notify_one();
}

}  // namespace command_center::api::database
