// A session's failure is logged, counted, and followed by a pause that fits it.
#include "relay/publisher/publisher.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "relay/logging/log.hpp"
#include "relay/publisher/backoff.hpp"
#include "relay/publisher/maintenance.hpp"
#include "relay/publisher/session.hpp"

namespace command_center::relay::publisher {
namespace {

using admin::State;
using Random = std::mt19937_64;

constexpr std::chrono::milliseconds kFirstBackoff{200};
constexpr std::chrono::milliseconds kMostBackoff{5000};
// Long enough for the relay that fenced this one to settle; otherwise two would fence each other for ever.
constexpr std::chrono::seconds kFencedPause{15};

// Host and process, and a random part since a container's process is always the same. The database takes at
// most 200 letters, digits, dots, underscores and hyphens.
std::string make_holder(Random& random) {
  constexpr std::size_t kHostSize = 128;
  constexpr std::uint64_t kRandomPart = 1'000'000'000;
  std::array<char, kHostSize> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  std::string holder = host.data();
  std::replace_if(
      holder.begin(), holder.end(),
      [](unsigned char byte) { return std::isalnum(byte) == 0 && byte != '.' && byte != '-'; }, '_');
  return holder + "-" + std::to_string(getpid()) + "-" + std::to_string(random() % kRandomPart);
}

bool stops_the_relay(FailureKind kind) {
  return kind == FailureKind::kDisagreement || kind == FailureKind::kRefused;
}

void report(const Failure& failure) {
  const auto log = stops_the_relay(failure.kind()) ? logging::error : logging::warning;
  log(stops_the_relay(failure.kind()) ? "stopped: an operator is needed" : "publishing was interrupted",
      {{"reason", reason_of(failure.kind())},
       {"sqlstate", failure.sqlstate()},
       {"message", failure.message()},
       {"detail", failure.detail()},
       {"hint", failure.hint()}});
}

class Publisher {
 public:
  Publisher(const settings::Settings& settings, runtime::Waiter& waiter, admin::Health& health,
            admin::Metrics& metrics, Random random)
      : maintenance_(settings.postgres, waiter),
        around_{settings, waiter, health, metrics, maintenance_, make_holder(random)},
        backoff_(kFirstBackoff, kMostBackoff, random) {}

  int run() {
    while (!around_.waiter.stopping()) {
      try {
        run_session();
      } catch (const Failure& failure) {
        around_.metrics.set_leader(0);
        if (failure.kind() == FailureKind::kStopping) break;
        report(failure);
        around_.metrics.add_failure(reason_of(failure.kind()));
        if (stops_the_relay(failure.kind())) return kExitOperatorNeeded;
        pause_after(failure.kind());
      }
    }
    around_.metrics.set_leader(0);
    return kExitStopped;
  }

 private:
  void run_session() {
    Session session(around_);
    try {
      session.run();
    } catch (const Failure&) {
      if (session.has_worked()) backoff_.reset();
      throw;
    }
  }

  void pause_after(FailureKind kind) {
    switch (kind) {
      case FailureKind::kFenced:
        around_.health.set(State::kStandby);
        around_.waiter.wait(kFencedPause);
        return;
      case FailureKind::kLeaseLost:
        around_.health.set(State::kStandby);
        return;
      default:
        around_.health.set(State::kConnecting);
        around_.waiter.wait(backoff_.next());
    }
  }

  Maintenance maintenance_;
  Surroundings around_;
  Backoff<Random> backoff_;
};

}  // namespace

int run(const settings::Settings& settings, runtime::Waiter& waiter, admin::Health& health,
        admin::Metrics& metrics) {
  std::random_device entropy;
  return Publisher(settings, waiter, health, metrics, Random(entropy())).run();
}

}  // namespace command_center::relay::publisher
