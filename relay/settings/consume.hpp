// How subscriptions are consumed; what each is, the database says.
#pragma once

#include <chrono>
#include <cstdint>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::relay::settings {

struct Consume {
  std::int64_t batch_bytes = 4LL * 1024 * 1024;  // of one subscription
  std::chrono::milliseconds look{1000};          // for changes of subscriptions
  int slow_partitions = 4;                       // of one subscription, each on a connection of its own
};

void declare(CLI::App& app, Consume& consume);

}  // namespace command_center::relay::settings
