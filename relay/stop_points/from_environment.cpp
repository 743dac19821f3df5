// For tests only: COMMAND_CENTER_TEST_STOP_POINT=name[:n] stops the process the n-th time it gets to that
// point.
#include <signal.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::stop_points {
namespace {

constexpr std::string_view name_of(StopPoint point) {
  switch (point) {
    case StopPoint::kAfterProgressRead:
      return "after-progress-read";
    case StopPoint::kAfterBatchCommit:
      return "after-batch-commit";
    case StopPoint::kAfterAheadCommit:
      return "after-ahead-commit";
    case StopPoint::kMidProduce:
      return "mid-produce";
    case StopPoint::kBeforeKafkaCommit:
      return "before-kafka-commit";
    case StopPoint::kAfterKafkaCommit:
      return "after-kafka-commit";
    case StopPoint::kAfterRecovery:
      return "after-recovery";
    case StopPoint::kBeforeApply:
      return "before-apply";
    case StopPoint::kAfterApply:
      return "after-apply";
    case StopPoint::kAfterDelivery:
      return "after-delivery";
  }
  return "";
}

struct Wanted {
  std::string name;
  long times_left = 1;
};

Wanted read_wanted() {
  const char* variable = std::getenv("COMMAND_CENTER_TEST_STOP_POINT");
  const std::string text = variable == nullptr ? "" : variable;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {text};
  constexpr int kDecimal = 10;
  return {text.substr(0, colon), std::strtol(text.c_str() + colon + 1, nullptr, kDecimal)};
}

}  // namespace

void reached(StopPoint point) noexcept {
  static Wanted wanted = read_wanted();
  // raise() stops this thread before it returns; a signal to the process may be taken by another thread
  // first.
  if (wanted.name == name_of(point) && --wanted.times_left == 0) (void)raise(SIGSTOP);
}

}  // namespace command_center::relay::stop_points
