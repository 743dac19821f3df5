// How much waits in the outbox, under the names that dashboards know.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <optional>
#include <string>
#include <vector>

namespace command_center::relay::backlog {

// As the view outbox_status has it.
struct Waiting {
  std::string publisher;
  double messages = 0;
  std::optional<double> oldest_age;  // seconds; nothing when none waits
};

// Borrows the registry. What is not known is not there: an old number would be believed.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  // All that there is; publishers that are not among them are forgotten.
  void show(const std::vector<Waiting>& all);

 private:
  prometheus::Family<prometheus::Gauge>& pending_;
  prometheus::Family<prometheus::Gauge>& oldest_age_;
  std::vector<std::string> shown_;
};

}  // namespace command_center::relay::backlog
