// How the outbox is published.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::relay::settings {

enum class Delivery { kExactlyOnce, kAtLeastOnce };
// Where a promoted standby has not received what Kafka has.
enum class LostCommits { kStop, kReadBack };

// Which part of the keys, of how many: those that set_publishers() made.
struct Shard {
  int number = 1;
  int count = 1;
};

struct Publish {
  std::string publisher = "default";
  Shard shard;
  Delivery delivery = Delivery::kExactlyOnce;
  int batch_messages = 10'000;
  std::int64_t batch_bytes = 16LL * 1024 * 1024;
  std::chrono::milliseconds poll_min{2};
  std::chrono::milliseconds poll_max{200};
  std::chrono::seconds lease_ttl{5};
  LostCommits lost_commits = LostCommits::kStop;
};

void declare(CLI::App& app, Publish& publish);

[[nodiscard]] std::optional<std::string> find_mistake(const Publish& publish);

}  // namespace command_center::relay::settings
