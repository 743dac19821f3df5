// Only what every daemon says of itself is registered here.
#include "daemon/admin/metrics.hpp"

#include <prometheus/gauge.h>
#include <prometheus/text_serializer.h>

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

std::string Metrics::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry_.Collect());
  return out.str();
}

}  // namespace command_center::daemon::admin
