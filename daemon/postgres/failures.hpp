// Turns what libpq and the server report into the daemon's failures.
#pragma once

#include <libpq-fe.h>

#include <string>

namespace command_center::daemon::postgres {

// A field of an error or a notice (PG_DIAG_…); empty where it is not there.
[[nodiscard]] std::string field(const PGresult* result, int code);

// libpq's messages end in line breaks and may have several lines; a log line has none.
[[nodiscard]] std::string one_line(std::string text);

// Whether a notice that comes with the result of a COMMIT may say that the wait for a synchronous standby was
// cancelled: the commit stands on the server, and nobody knows whether a standby has it.
[[nodiscard]] bool may_be_about_the_commit(const PGresult* notice);

// Throws Failure(kPostgres) with the server's SQLSTATE and words; class 08 where the connection broke.
[[noreturn]] void fail_statement(const PGresult* result);
[[noreturn]] void fail_connection(const PGconn* connection);

}  // namespace command_center::daemon::postgres
