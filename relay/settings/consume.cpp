// The defaults are those of the struct.
#include "relay/settings/consume.hpp"

#include "daemon/settings/options.hpp"

namespace command_center::relay::settings {

using daemon::settings::add;
using daemon::settings::add_duration;

void declare(CLI::App& app, Consume& consume) {
  add(app, "--consume-batch-bytes", consume.batch_bytes, "COMMAND_CENTER_CONSUME_BATCH_BYTES",
      "Most bytes that a subscription applies in one transaction; bounds its memory")
      ->check(CLI::Range(std::int64_t{1024}, std::int64_t{64} * 1024 * 1024));
  add_duration(app, "--consume-look-ms", consume.look, {100, 4'000}, "COMMAND_CENTER_CONSUME_LOOK_MS",
               "How often to look for changes of subscriptions");
  add(app, "--consume-slow-partitions", consume.slow_partitions, "COMMAND_CENTER_CONSUME_SLOW_PARTITIONS",
      "How many partitions of a subscription whose messages take long are applied beside the others, each on "
      "a "
      "connection of its own")
      ->check(CLI::Range(1, 64));
}

}  // namespace command_center::relay::settings
