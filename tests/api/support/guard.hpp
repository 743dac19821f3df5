// The availability guard in a test's database.
#pragma once

#include "tests/e2e/support/database.hpp"

namespace command_center::api_tests {

inline void install_guard(const e2e::Database& database) {
  e2e::Client client = database.connect();
  client.query("SET client_min_messages = warning");
  client.query("CREATE EXTENSION availability_guard CASCADE");
  client.query("SELECT availability_guard.setup()");
}

}  // namespace command_center::api_tests
