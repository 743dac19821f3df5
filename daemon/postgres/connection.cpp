// libpq without its blocking calls, so that every wait goes through the Waiter.
#include "daemon/postgres/connection.hpp"

#include <poll.h>

#include <array>
#include <chrono>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::daemon::postgres {
namespace {

constexpr std::chrono::seconds kConnectLimit{10};
constexpr std::chrono::hours kForEver{24};

// First what a connection string may override, then the string, then what it may not.
struct ConnectParameters {
  explicit ConnectParameters(const std::string& conninfo)
      : values{"command-center-relay", "10", "5", "3", "30000", conninfo.c_str(), "UTF8", nullptr} {}

  static constexpr std::array<const char*, 8> kNames{
      "fallback_application_name", "keepalives_idle", "keepalives_interval", "keepalives_count",
      "tcp_user_timeout",          "dbname",          "client_encoding",     nullptr};
  std::array<const char*, 8> values;
};

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

// libpq's messages end in line breaks and may have several lines; a log line has none.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& byte : text) {
    if (byte == '\n' || byte == '\t') byte = ' ';
  }
  return text;
}

// What to do about a database that is not ready for us: the server says what it lacks, not why.
std::string hint_of(const PGresult* result, std::string_view sqlstate) {
  if (sqlstate == "3F000")
    return "Is this the right database? CREATE EXTENSION command_center; SELECT command_center.setup();";
  if (sqlstate == "42501")
    return "Give the role the level relay: SELECT command_center.grant_access('the role', 'relay');";
  if (sqlstate == "42883")
    return "The extension is older than this relay: ALTER EXTENSION command_center UPDATE; SELECT "
           "command_center.setup();";
  return one_line(field(result, PG_DIAG_MESSAGE_HINT));
}

[[noreturn]] void fail_statement(const PGresult* result) {
  const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) {
    throw Failure(FailureKind::kPostgres, kConnectionFailure, "lost the connection to postgres",
                  one_line(PQresultErrorMessage(result)));
  }
  throw Failure(FailureKind::kPostgres, sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY),
                one_line(field(result, PG_DIAG_MESSAGE_DETAIL)), hint_of(result, sqlstate));
}

// The server gives the warning about a cancelled wait the plain code of warnings, or the one of a shutdown.
bool may_be_about_the_commit(const PGresult* notice) {
  const std::string sqlstate = field(notice, PG_DIAG_SQLSTATE);
  return field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING" &&
         (sqlstate == "01000" || sqlstate.compare(0, 2, "57") == 0);
}

}  // namespace

Connection::Connection(const std::string& conninfo, runtime::Waiter& waiter) : waiter_(waiter) {
  const ConnectParameters parameters(conninfo);
  connection_.reset(PQconnectStartParams(ConnectParameters::kNames.data(), parameters.values.data(), 1));
  if (!connection_)
    throw Failure(FailureKind::kPostgres, kConnectionFailure, "out of memory for a connection");
  establish();
  PQsetNoticeReceiver(connection_.get(), on_notice, this);
}

void Connection::establish() {
  const auto deadline = runtime::Clock::now() + kConnectLimit;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED || PQstatus(connection_.get()) == CONNECTION_BAD) {
      throw Failure(FailureKind::kPostgres, kConnectionFailure, "could not connect to postgres",
                    one_line(PQerrorMessage(connection_.get())));
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (waiter_.stopping())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while connecting");
    if (waiter_.wait_for_fd(PQsocket(connection_.get()), events, left) != runtime::WaitEnd::kReady) {
      throw Failure(FailureKind::kPostgres, kConnectionFailure, "could not connect to postgres in time");
    }
    status = PQconnectPoll(connection_.get());
  }
}

Result Connection::script(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) fail_connection();
  Result rows(nullptr);
  while (PGresult* raw = await_result()) {
    Result result(raw);
    const ExecStatusType status = PQresultStatus(raw);
    if (status == PGRES_TUPLES_OK) {
      rows = std::move(result);
    } else if (status != PGRES_COMMAND_OK) {
      fail_statement(raw);
    }
  }
  return rows;
}

void Connection::start_rows(const char* sql, Parameters parameters) {
  send(sql, parameters);
  if (PQsetSingleRowMode(connection_.get()) == 0) fail_connection();
}

std::optional<Result> Connection::next_row() {
  Result result(await_result());
  switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
      return result;
    case PGRES_TUPLES_OK:
      while (PGresult* more = await_result()) PQclear(more);
      return std::nullopt;
    default:
      fail_statement(result.get());
  }
}

bool Connection::has_result() {
  if (PQconsumeInput(connection_.get()) == 0) fail_connection();
  return PQisBusy(connection_.get()) == 0;
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

void Connection::send(const char* sql, Parameters parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Parameter& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  if (PQsendQueryParams(connection_.get(), sql, static_cast<int>(values.size()), nullptr, values.data(),
                        nullptr, nullptr, 0) == 0) {
    fail_connection();
  }
}

PGresult* Connection::await_result() {
  while (PQisBusy(connection_.get()) != 0) {
    if (waiter_.wait_for_fd(PQsocket(connection_.get()), POLLIN, kForEver) == runtime::WaitEnd::kStopping) {
      throw Failure(FailureKind::kStopping, kConnectionFailure, "no time left to drain");
    }
    if (PQconsumeInput(connection_.get()) == 0) fail_connection();
  }
  return PQgetResult(connection_.get());
}

void Connection::fail_connection() {
  throw Failure(FailureKind::kPostgres, kConnectionFailure, "lost the connection to postgres",
                one_line(PQerrorMessage(connection_.get())));
}

std::optional<std::string> find_mistake(const std::string& conninfo) {
  if (conninfo.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  char* message = nullptr;
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &message);
  PQfreemem(message);
  if (options == nullptr) return "the postgres connection string is malformed";
  PQconninfoFree(options);
  return std::nullopt;
}

}  // namespace command_center::daemon::postgres
