// Adds what to do where the server says only what it lacks.
#include "daemon/postgres/failures.hpp"

#include <string_view>

#include "daemon/failure.hpp"

namespace command_center::daemon::postgres {
namespace {

std::string hint_of(const PGresult* result, std::string_view sqlstate) {
  if (sqlstate == "3F000")
    return "Is this the right database? CREATE EXTENSION command_center; SELECT command_center.setup();";
  if (sqlstate == "42501")
    return "Give the role the level relay: SELECT command_center.grant_access('the role', 'relay'); on the "
           "handlers of subscriptions it needs EXECUTE besides.";
  if (sqlstate == "42883")
    return "The extension is older than this program: ALTER EXTENSION command_center UPDATE; SELECT "
           "command_center.setup();";
  return one_line(field(result, PG_DIAG_MESSAGE_HINT));
}

}  // namespace

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& byte : text) {
    if (byte == '\n' || byte == '\t') byte = ' ';
  }
  return text;
}

// The server gives the warning about a cancelled wait the plain code of warnings, or the one of a shutdown.
bool may_be_about_the_commit(const PGresult* notice) {
  const std::string sqlstate = field(notice, PG_DIAG_SQLSTATE);
  return field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING" &&
         (sqlstate == "01000" || sqlstate.compare(0, 2, "57") == 0);
}

void fail_statement(const PGresult* result) {
  const std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) {
    throw Failure(FailureKind::kPostgres, kConnectionFailure, "lost the connection to postgres",
                  one_line(PQresultErrorMessage(result)));
  }
  throw Failure(FailureKind::kPostgres, sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY),
                one_line(field(result, PG_DIAG_MESSAGE_DETAIL)), hint_of(result, sqlstate));
}

void fail_connection(const PGconn* connection) {
  throw Failure(FailureKind::kPostgres, kConnectionFailure, "lost the connection to postgres",
                one_line(PQerrorMessage(connection)));
}

}  // namespace command_center::daemon::postgres
