// A pipeline sends all statements of a transaction before it reads anything; after the first error the server
// skips the others, COMMIT among them.
#include "api/database/session.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "daemon/failure.hpp"
#include "daemon/postgres/failures.hpp"
#include "daemon/postgres/pinned_settings.hpp"

namespace command_center::api::database {
namespace {

// Beyond the limit of a statement, which the server keeps: a frozen server, a broken network, or a commit
// that waits for its standby.
constexpr std::chrono::seconds kPatience{5};
// How soon a statement ends whose client is gone.
constexpr std::chrono::milliseconds kLookForClient{250};

std::string milliseconds(std::chrono::milliseconds time) {
  return std::to_string(std::max<std::int64_t>(time.count(), 1)) + "ms";
}

// The parameters are the limits and the role; a role is only set where there is one, since SET ROLE NONE
// would undo what the login role's own settings say.
std::string opening(const Transaction& transaction) {
  std::string sql =
      "SELECT pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', "
      "$2, "
      "true)";
  int next = 3;
  const auto set = [&](const char* name, const Parameter& value) {
    if (value)
      sql += std::string(", pg_catalog.set_config('") + name + "', $" + std::to_string(next++) + ", true)";
  };
  set("command_center.actor", transaction.actor);
  set("role", transaction.role);
  return sql;
}

// A commit is not to be given up because the statement before it took long.
constexpr const char* kNoLimit = "SELECT pg_catalog.set_config('statement_timeout', '0', true)";
// A transaction that has written nothing waits for no standby. A message that nobody reads is the least there
// is to write, and a standby that has it has all that came before.
constexpr const char* kNoLimitAndAMessage =
    "SELECT pg_catalog.set_config('statement_timeout', '0', true),"
    " CASE WHEN pg_catalog.current_setting('synchronous_standby_names') OPERATOR(pg_catalog.<>) ''"
    " THEN pg_catalog.pg_logical_emit_message(true, 'command_center', ''::text) END";

Refusal refusal_of(const PGresult* result) {
  return {postgres::field(result, PG_DIAG_SQLSTATE), postgres::field(result, PG_DIAG_MESSAGE_PRIMARY),
          postgres::field(result, PG_DIAG_MESSAGE_DETAIL), postgres::field(result, PG_DIAG_MESSAGE_HINT)};
}

bool is_commit(PGresult* result) {
  return std::string_view(PQcmdStatus(result)) == "COMMIT";
}

// The server has ended the session with it.
bool is_fatal(const PGresult* result) {
  const std::string severity = postgres::field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC";
}

struct FreeCancel {
  void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
};

// Of set_config('role'): it is not there, or the login role is no member of it.
bool is_about_role(const std::string& sqlstate) {
  return sqlstate == "22023" || sqlstate == "42501";
}

}  // namespace

Session::Session(const std::string& conninfo, runtime::Waiter& waiter)
    : connection_(postgres::connect(conninfo, waiter)) {
  PQsetNoticeReceiver(connection_.get(), on_notice, this);
  if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) == 0)
    postgres::fail_connection(connection_.get());
  const int version = PQserverVersion(connection_.get());
  // A pooler tells its clients of processes that are none of the server's: what is set for a session there
  // would be somebody else's next.
  Transaction probe;
  probe.sql = "SELECT pg_catalog.pg_backend_pid()::text";
  probe.effect = Effect::kReads;
  probe.limit = kPatience;
  const auto require = [](const Ran& ran) {
    if (ran.end == End::kCommitted) return;
    const bool refused = ran.end == End::kRefused;
    throw Failure(FailureKind::kPostgres, refused ? ran.refusal.sqlstate : kConnectionFailure,
                  refused ? ran.refusal.message : "the connection broke");
  };
  const Ran process = run(probe);
  require(process);
  if (process.rows.text(0, 0) == std::to_string(PQbackendPID(connection_.get()))) {
    probe.sql = postgres::pin_settings(postgres::PinScope::kSession, version);
    probe.effect = Effect::kWrites;
    require(run(probe));
  } else {
    pins_ = postgres::pin_settings(postgres::PinScope::kTransaction, version);
  }
}

bool Session::is_alive() {
  if (is_broken_) return false;
  pollfd descriptor{PQsocket(connection_.get()), POLLIN, 0};
  if (poll(&descriptor, 1, 0) == 0) return true;
  return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Session::send(const std::string& sql, const std::vector<Parameter>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Parameter& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  return PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                           values.data(), nullptr, nullptr, 0) == 1;
}

bool Session::send_all(const Transaction& transaction) {
  const char* begin = transaction.effect == Effect::kReads
                          ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                          : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
  std::vector<Parameter> limits{milliseconds(transaction.lock_limit), milliseconds(transaction.limit)};
  if (transaction.actor) limits.emplace_back(transaction.actor);
  if (transaction.role) limits.emplace_back(transaction.role);
  return send(begin, {}) && (pins_.empty() || send(pins_, {})) && send(opening(transaction), limits) &&
         send(transaction.sql, transaction.parameters) &&
         send(transaction.confirms_earlier ? kNoLimitAndAMessage : kNoLimit, {}) && send("COMMIT", {}) &&
         PQpipelineSync(connection_.get()) == 1;
}

// Also sends what is not sent yet: the server may wait for us to read while we wait for it to do so.
bool Session::await_result(runtime::Clock::time_point deadline) {
  while (true) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) return false;
    if (PQisBusy(connection_.get()) == 0) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
    if (left.count() <= 0) return false;
    pollfd descriptor{PQsocket(connection_.get()), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)),
                      0};
    const auto longest = is_gone_ ? kLookForClient : std::chrono::milliseconds(60'000);
    const int ready = poll(&descriptor, 1, static_cast<int>(std::min(left, longest).count()));
    if (ready < 0 && errno != EINTR) return false;
    if (ready == 0) look_for_client();
    if (ready > 0 && (descriptor.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_.get()) == 0)
      return false;
  }
}

// Reading goes on up to the end that the server makes of it, so that a cancellation which comes too late is
// over before the next statement is sent.
void Session::look_for_client() {
  if (!is_gone_ || !is_gone_()) return;
  is_gone_ = nullptr;
  was_abandoned_ = true;
  const std::unique_ptr<PGcancel, FreeCancel> cancel(PQgetCancel(connection_.get()));
  std::array<char, 256> why{};
  if (cancel) PQcancel(cancel.get(), why.data(), static_cast<int>(why.size()));
}

// What comes behind the answers of all other statements is the COMMIT's.
void Session::on_notice(void* self, const PGresult* notice) noexcept {
  auto& session = *static_cast<Session*>(self);
  try {
    if (session.is_committing_ && postgres::may_be_about_the_commit(notice)) session.is_unconfirmed_ = true;
  } catch (...) {
    session.is_unconfirmed_ = true;  // no memory to look
  }
}

Ran Session::read(const Transaction& transaction, runtime::Clock::time_point deadline) {
  Ran ran;
  // The rows of the statement come behind those of what goes before it.
  const int before = pins_.empty() ? 1 : 2;
  int with_rows = 0;
  bool committed = false;
  bool is_in_sync = false;
  std::optional<Refusal> refusal;
  is_unconfirmed_ = false;
  while (!is_in_sync && !is_broken_ && await_result(deadline)) {
    postgres::Result result(PQgetResult(connection_.get()));
    // Between the results of two statements, and for ever once the connection is broken.
    if (result.get() == nullptr) {
      if (PQstatus(connection_.get()) != CONNECTION_OK) break;
      continue;
    }
    switch (PQresultStatus(result.get())) {
      case PGRES_TUPLES_OK:
        if (with_rows == before) ran.rows = std::move(result);
        ++with_rows;
        is_committing_ = with_rows == before + 2;  // the statement's, and those of kNoLimit behind it
        break;
      case PGRES_COMMAND_OK:
        committed = is_commit(const_cast<PGresult*>(result.get()));  // NOLINT: libpq reads only
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      case PGRES_PIPELINE_SYNC:
        is_in_sync = true;
        break;
      default:
        if (is_fatal(result.get())) {
          is_broken_ = true;
        } else if (!refusal) {
          refusal = refusal_of(result.get());
          if (transaction.role && with_rows == before - 1 && is_about_role(refusal->sqlstate))
            refusal->sqlstate = kNoSuchRole;
        }
    }
  }
  is_committing_ = false;
  if (!is_in_sync) is_broken_ = true;
  if (refusal && is_in_sync) {
    ran.end = End::kRefused;
    ran.refusal = std::move(*refusal);
  } else if (is_unconfirmed_ && transaction.effect == Effect::kWrites) {
    ran.end = End::kUnconfirmed;
  } else if (committed) {
    // What the server has confirmed stands, whatever became of the connection since.
    ran.end = End::kCommitted;
  } else {
    is_broken_ = true;
  }
  return ran;
}

// A refusal is certain; whether the transaction could be closed only tells if the session is of use.
void Session::roll_back() {
  const auto deadline = runtime::Clock::now() + kPatience;
  is_broken_ = true;
  if (!send("ROLLBACK", {}) || PQpipelineSync(connection_.get()) != 1) return;
  while (await_result(deadline)) {
    const postgres::Result result(PQgetResult(connection_.get()));
    if (result.get() == nullptr && PQstatus(connection_.get()) != CONNECTION_OK) return;
    if (result.get() != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
      is_broken_ = PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
      return;
    }
  }
}

Ran Session::run(const Transaction& transaction) {
  const auto deadline = runtime::Clock::now() + transaction.limit + kPatience;
  if (!send_all(transaction)) {
    is_broken_ = true;
    return {};
  }
  is_gone_ = transaction.is_gone;
  was_abandoned_ = false;
  Ran ran = read(transaction, deadline);
  is_gone_ = nullptr;
  ran.was_abandoned = was_abandoned_;
  if (ran.end == End::kRefused) roll_back();
  return ran;
}

}  // namespace command_center::api::database
