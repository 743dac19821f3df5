// What an operator can choose: flags over environment, unknown ones refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/api.hpp"
#include "api/database/settings.hpp"
#include "api/identity/settings.hpp"
#include "api/routes/settings.hpp"
#include "api/settings/grpc.hpp"
#include "daemon/settings/command_line.hpp"
#include "daemon/settings/common.hpp"

namespace command_center::api::settings {

enum class Command { kServe, kCheck, kHealthcheck };

struct Http {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  int threads = 2;                                  // that read requests; answers come from the pool's
  int most_connections = 10'000;                    // the oldest idle one makes room for the next
  std::int64_t body_bytes = std::int64_t{1} << 20;  // of a request
  std::chrono::seconds head_limit{10};              // from a request's first byte to the end of its head
  std::chrono::seconds body_limit{30};              // from there to its end
  std::chrono::seconds idle_limit{75};              // between requests
  std::chrono::seconds send_limit{30};              // until a client has taken its answer
  // Not flags: what the rest of the API says about descriptors.
  int most_unanswered = 10'000;  // requests that all queues together take
  int other_files = 10;          // connections to databases
  // Of all clients together. Above it whoever takes long or brings much is ended, so that the others go on.
  std::size_t most_held_bytes = std::size_t{256} << 20;   // of requests, from the first byte to the answer
  std::size_t most_unread_bytes = std::size_t{64} << 20;  // of answers that wait for their readers
};

struct Settings {
  Command command = Command::kServe;
  daemon::settings::Common common;
  Http http;
  Grpc grpc;
  identity::Settings identity;
  database::Settings database;
  routes::Settings routes;
};

using ParseOutcome = daemon::settings::ParseOutcome<Settings>;

// Reads the command line, and from the environment what it does not give. `environment` is as in environ(7),
// searched for COMMAND_CENTER_* names nobody knows.
[[nodiscard]] ParseOutcome parse(int argc, const char* const* argv, const char* const* environment);

}  // namespace command_center::api::settings
