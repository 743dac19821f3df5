// Only what every daemon says of itself is registered here.
#include "daemon/admin/metrics.hpp"

#include <prometheus/gauge.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <sstream>

namespace command_center::daemon::admin {

Metrics::Metrics(Versions versions) {
  versions.emplace("version", COMMAND_CENTER_VERSION);
  prometheus::BuildGauge()
      .Name("command_center_build_info")
      .Help("1, with the versions as labels.")
      .Register(registry_)
      .Add(versions)
      .Set(1);
}

std::string Metrics::text(std::vector<prometheus::MetricFamily> others) const {
  std::vector<prometheus::MetricFamily> all = registry_.Collect();
  std::move(others.begin(), others.end(), std::back_inserter(all));
  for (const Collect& collect : collectors_) {
    std::vector<prometheus::MetricFamily> more = collect();
    std::move(more.begin(), more.end(), std::back_inserter(all));
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, all);
  return out.str();
}

}  // namespace command_center::daemon::admin
