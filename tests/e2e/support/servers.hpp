// The servers a test runs against, as scripts/with-servers started them, and how to hurt them.
#pragma once

#include <string>

namespace command_center::e2e {

enum class Server { kPostgres, kKafka };

// Runs `scripts/postgres` or `scripts/kafka` with the action: start, stop, restart or kill (-9). Throws when
// it fails.
void control(Server server, const std::string& action);

// Starts one that is down, the one of with-servers or another in `directory`. A start can fail for what is
// left of the last crash; the next one finds it gone. Throws when it fails all the same.
void start_after_crash(Server server, const std::string& directory = {});

// A variable of the environment that with-servers sets; throws when it is not there.
[[nodiscard]] std::string required_variable(const char* name);

}  // namespace command_center::e2e
