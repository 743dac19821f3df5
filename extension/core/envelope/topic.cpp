// Checks names of topics.
#include "extension/core/envelope/topic.hpp"

#include <algorithm>

#include "extension/core/error/error.hpp"

namespace command_center::envelope {
namespace {

constexpr std::size_t kMaxTopic = 249;  // Kafka's
constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

}  // namespace

std::string metric_name(std::string_view topic) {
  std::string name(topic);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

void check_topic(std::string_view topic) {
  if (topic.empty() || topic.size() > kMaxTopic || topic == "." || topic == ".." ||
      topic.find_first_not_of(kCharacters) != std::string_view::npos) {
    throw Error(
        sqlstate::kInvalidParameter,
        "topic must be 1 to 249 letters, digits, dots, underscores or hyphens, and not \".\" or \"..\"");
  }
  // By its metric name: "command_center.progress" would take the place of ours.
  const std::string name = metric_name(topic);
  if (name.compare(0, 2, "__") == 0 || name.compare(0, 15, "command-center_") == 0) {
    throw Error(sqlstate::kInvalidParameter, "topic \"" + std::string(topic) + "\" is not for messages", {},
                "Names that start with \"__\" are Kafka's, those with \"command-center.\" the relay's.");
  }
}

}  // namespace command_center::envelope
