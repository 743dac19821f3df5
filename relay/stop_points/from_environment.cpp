// For tests only: COMMAND_CENTER_TEST_STOP_POINT=name[:n] stops the process the n-th time it gets to that
// point.
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::stop_points {
namespace {

constexpr std::string_view name_of(StopPoint point) {
  switch (point) {
    case StopPoint::kAfterBatchCommit:
      return "after-batch-commit";
    case StopPoint::kMidProduce:
      return "mid-produce";
    case StopPoint::kBeforeKafkaCommit:
      return "before-kafka-commit";
    case StopPoint::kAfterKafkaCommit:
      return "after-kafka-commit";
  }
  return "";
}

struct Wanted {
  std::string name;
  long times_left = 1;
};

Wanted read_wanted() {
  const char* text = std::getenv("COMMAND_CENTER_TEST_STOP_POINT");
  const std::string_view wanted = text == nullptr ? "" : text;
  const std::size_t colon = wanted.find(':');
  Wanted result{std::string(wanted.substr(0, colon))};
  if (colon != std::string_view::npos) result.times_left = std::strtol(text + colon + 1, nullptr, 10);
  return result;
}

}  // namespace

void reached(StopPoint point) noexcept {
  static Wanted wanted = read_wanted();
  if (wanted.name == name_of(point) && --wanted.times_left == 0) raise(SIGSTOP);
}

}  // namespace command_center::relay::stop_points
