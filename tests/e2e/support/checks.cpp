// Compares what the database committed with what a read_committed consumer finds.
#include "tests/e2e/support/checks.hpp"

#include <algorithm>

namespace command_center::e2e {
namespace {

void expect_drained(RelayProcess& relay) {
  relay.send(SIGTERM);
  EXPECT_EQ(relay.exit_status(), 0) << relay.log();
}

Ids ids_of(const std::map<std::string, int>& counts) {
  Ids ids;
  for (const auto& entry : counts) ids.insert(entry.first);
  return ids;
}

}  // namespace

void EndToEnd::expect_all_readable() {
  const Ids committed = database_.committed();
  EXPECT_TRUE(reader_.receives(committed))
      << reader_.counts().size() << " of " << committed.size() << " are readable";
}

void EndToEnd::expect_at_least_once(RelayProcess& relay) {
  expect_all_readable();
  expect_drained(relay);
  reader_.read_to_end();
  EXPECT_EQ(ids_of(reader_.counts()), database_.committed());
}

void EndToEnd::expect_exactly_once(RelayProcess& relay) {
  expect_at_least_once(relay);
  const auto& counts = reader_.counts();
  const auto duplicates =
      std::count_if(counts.begin(), counts.end(), [](const auto& entry) { return entry.second != 1; });
  EXPECT_EQ(duplicates, 0) << "of " << counts.size() << " commands";
}

}  // namespace command_center::e2e
