// The registry that the metrics of every role are in, and its text.
#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace command_center::daemon::admin {

using Versions = std::map<std::string, std::string>;

// Safe to use from several threads. A role registers its own metrics, each once: what has the same name and
// labels is the same metric.
class Metrics {
 public:
  // `versions`: labels of command_center_build_info beside our own version.
  explicit Metrics(Versions versions = {});

  [[nodiscard]] prometheus::Registry& registry() { return registry_; }
  // What is asked for its metrics whenever somebody wants to see them. Before anybody does; borrows what it
  // needs until then.
  using Collect = std::function<std::vector<prometheus::MetricFamily>()>;
  void add(Collect collect) { collectors_.push_back(std::move(collect)); }
  // In Prometheus' text format, together with `others`.
  [[nodiscard]] std::string text(std::vector<prometheus::MetricFamily> others = {}) const;

 private:
  prometheus::Registry registry_;
  std::vector<Collect> collectors_;
};

}  // namespace command_center::daemon::admin
