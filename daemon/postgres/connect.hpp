// Finds a server that takes the connection, among all hosts and addresses that the settings name.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>

#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::postgres {

struct FinishConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, FinishConnection>;

// Tries one address after the other, each for `connect_timeout` seconds (10 where it is not given), and takes
// the first that is up and no standby (unless the string has another target_session_attrs). Throws
// Failure(kPostgres) with what each said, Failure(kStopping) as soon as stopping is asked for.
[[nodiscard]] ConnectionHandle connect(const std::string& conninfo, runtime::Waiter& waiter);

// What is wrong with a connection string, if anything; never repeats it, since it may hold a password.
[[nodiscard]] std::optional<std::string> find_mistake(const std::string& conninfo);

}  // namespace command_center::daemon::postgres
