// libpq without its blocking calls, so that every wait goes through the Waiter.
#include "daemon/postgres/connection.hpp"

#include <poll.h>

#include <utility>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/failures.hpp"
#include "daemon/postgres/pinned_settings.hpp"

namespace command_center::daemon::postgres {
namespace {

// For the server's own cancel to arrive before we give the connection up.
constexpr std::chrono::seconds kGrace{5};
constexpr std::chrono::seconds kLook{1};

// The limit is the statement's and not the commit's, so it is lifted before.
constexpr const char* kCommit = "SET LOCAL statement_timeout = 0; COMMIT";

}  // namespace

Connection::Connection(const Server& server, runtime::Waiter& waiter)
    : waiter_(waiter),
      statement_limit_(server.statement_limit),
      connection_(connect(server.conninfo, waiter)) {
  PQsetNoticeReceiver(connection_.get(), on_notice, this);
  pin();
}

// A pooler tells its clients of processes that are none of the server's. What is set for a session there
// would be somebody else's next.
void Connection::pin() {
  const Result process = script("SELECT pg_catalog.pg_backend_pid()", statement_limit_);
  const bool own_session = process.text(0, 0) == std::to_string(PQbackendPID(connection_.get()));
  const int version = PQserverVersion(connection_.get());
  if (own_session) {
    script(pin_settings(PinScope::kSession, version), statement_limit_);
  } else {
    pins_ = pin_settings(PinScope::kTransaction, version) + "; ";
  }
}

std::string Connection::begin(std::chrono::milliseconds limit) const {
  return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE NOT DEFERRABLE; " + pins_ +
         "SET LOCAL statement_timeout = '" + std::to_string(limit.count()) + "ms'; ";
}

Result Connection::transaction(const std::string& select) {
  return transaction(select, statement_limit_);
}

Result Connection::transaction(const std::string& select, std::chrono::milliseconds limit) {
  start_transaction(select, limit);
  return finish_transaction();
}

void Connection::start_transaction(const std::string& select) {
  start_transaction(select, statement_limit_);
}

void Connection::start_transaction(const std::string& select, std::chrono::milliseconds limit) {
  send(begin(limit) + select);
  limit_ = limit;
  started_ = runtime::Clock::now();
  rows_ = Result(nullptr);
  stage_ = Stage::kStatement;
}

// A message of its own: how long the statement may take is known, and of the commit nobody knows.
void Connection::start_commit() {
  send(kCommit);
  stage_ = Stage::kCommit;
}

bool Connection::go_on() {
  while (stage_ != Stage::kNone && has_result()) {
    PGresult* raw = PQgetResult(connection_.get());
    if (raw != nullptr) {
      keep(raw, rows_);
    } else if (stage_ == Stage::kStatement) {
      start_commit();
    } else {
      stage_ = Stage::kNone;
    }
  }
  if (stage_ == Stage::kStatement) require_answer(limit_, started_);
  return stage_ == Stage::kNone;
}

void Connection::require_answer(std::chrono::milliseconds limit, runtime::Clock::time_point since) const {
  if (runtime::Clock::now() - since <= limit + kGrace) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit + kGrace);
  throw Failure(FailureKind::kPostgres, kConnectionFailure,
                "postgres did not answer within " + std::to_string(seconds.count()) + " s");
}

void Connection::reach_commit(std::chrono::milliseconds time) {
  const auto deadline = runtime::Clock::now() + time;
  while (!go_on() && stage_ == Stage::kStatement) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
    if (left.count() <= 0) return;
    if (waiter_.wait_for_fd(PQsocket(connection_.get()), POLLIN, left) != runtime::WaitEnd::kReady) return;
  }
}

Result Connection::finish_transaction() {
  if (stage_ == Stage::kStatement) {
    while (PGresult* raw = await_result(limit_)) keep(raw, rows_);
    start_commit();
  }
  if (stage_ == Stage::kCommit) {
    while (PGresult* raw = await_result(std::nullopt)) keep(raw, rows_);
    stage_ = Stage::kNone;
  }
  return std::exchange(rows_, Result(nullptr));
}

bool Connection::has_result() {
  if (PQisBusy(connection_.get()) == 0) return true;
  if (PQconsumeInput(connection_.get()) == 0) fail_connection(connection_.get());
  return PQisBusy(connection_.get()) == 0;
}

// The server waits for us as much as we for it, so the statement as a whole has no limit. What is only read
// waits for no standby, so the commit can come along.
void Connection::start_rows(const std::string& select) {
  const std::string opening = begin(std::chrono::milliseconds(0));
  const std::string reading = select + "; COMMIT";
  if (pins_.empty()) {
    send(opening + reading);
  } else {
    script(opening, statement_limit_);  // its rows are not the caller's
    send(reading);
  }
  if (PQsetSingleRowMode(connection_.get()) == 0) fail_connection(connection_.get());
}

std::optional<Result> Connection::next_row() {
  while (PGresult* raw = await_result(statement_limit_)) {
    Result result(raw);
    switch (PQresultStatus(raw)) {
      case PGRES_SINGLE_TUPLE:
        return result;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        break;
      default:
        fail_statement(raw);
    }
  }
  return std::nullopt;
}

Result Connection::script(const std::string& sql, std::optional<std::chrono::milliseconds> limit) {
  send(sql);
  return take_rows(limit);
}

Result Connection::take_rows(std::optional<std::chrono::milliseconds> limit) {
  Result rows(nullptr);
  while (PGresult* raw = await_result(limit)) keep(raw, rows);
  return rows;
}

void Connection::keep(PGresult* raw, Result& rows) {
  Result result(raw);
  const ExecStatusType status = PQresultStatus(raw);
  if (status == PGRES_TUPLES_OK) {
    rows = std::move(result);
  } else if (status != PGRES_COMMAND_OK) {
    fail_statement(raw);
  }
}

std::optional<Result> Connection::await(const std::string& select, std::chrono::milliseconds time) {
  if (!awaiting_) send(select);
  awaiting_ = true;
  const auto deadline = runtime::Clock::now() + time;
  while (PQisBusy(connection_.get()) != 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
    const runtime::WaitEnd end =
        waiter_.wait_for_fd(PQsocket(connection_.get()), POLLIN, left, runtime::OnStop::kEnd);
    if (end != runtime::WaitEnd::kReady) return std::nullopt;
    if (PQconsumeInput(connection_.get()) == 0) fail_connection(connection_.get());
  }
  awaiting_ = false;
  return take_rows(statement_limit_);
}

std::string Connection::quote(std::string_view text) const {
  char* quoted = PQescapeLiteral(connection_.get(), text.data(), text.size());
  if (quoted == nullptr) {
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter, "a setting is not valid text");
  }
  std::string copy(quoted);
  PQfreemem(quoted);
  return copy;
}

bool Connection::take_commit_warning() {
  return std::exchange(commit_warning_, false);
}

void Connection::on_notice(void* self, const PGresult* notice) noexcept {
  if (may_be_about_the_commit(notice)) static_cast<Connection*>(self)->commit_warning_ = true;
  logging::info("postgres notices", {{"severity", field(notice, PG_DIAG_SEVERITY_NONLOCALIZED)},
                                     {"sqlstate", field(notice, PG_DIAG_SQLSTATE)},
                                     {"message", one_line(field(notice, PG_DIAG_MESSAGE_PRIMARY))}});
}

void Connection::send(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) fail_connection(connection_.get());
}

PGresult* Connection::await_result(std::optional<std::chrono::milliseconds> limit) {
  const auto since = runtime::Clock::now();
  while (PQisBusy(connection_.get()) != 0) {
    switch (waiter_.wait_for_fd(PQsocket(connection_.get()), POLLIN, kLook)) {
      case runtime::WaitEnd::kStopping:
        throw Failure(FailureKind::kStopping, kConnectionFailure, "no time left to drain");
      case runtime::WaitEnd::kTimeout:
        if (limit) require_answer(*limit, since);
        break;
      case runtime::WaitEnd::kReady:
        if (PQconsumeInput(connection_.get()) == 0) fail_connection(connection_.get());
    }
  }
  return PQgetResult(connection_.get());
}

}  // namespace command_center::daemon::postgres
