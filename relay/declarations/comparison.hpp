// Tells where topics are otherwise than they are declared: nothing but an operator can change that.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>
#include <vector>

#include "daemon/roles/role.hpp"
#include "relay/kafka/topic_shape.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::declarations {

// What of a topic differs.
struct Difference {
  std::string setting;
  std::string declared;
  std::string found;
};

// More partitions than declared are none: nobody can take them away, and set_topic may lag behind.
[[nodiscard]] std::vector<Difference> differences(const kafka::TopicShape& declared,
                                                  const kafka::TopicShape& found);

// Compares at once and then every hour, the progress topic too, and logs each difference. Topics that are not
// there are the publisher's.
class Comparison : public daemon::roles::Role {
 public:
  Comparison(const daemon::runtime::StopSignal& stop, const settings::Settings& settings,
             prometheus::Registry& registry);

 protected:
  void run_session() override;

 private:
  [[nodiscard]] int compare();

  const settings::Settings& settings_;
  prometheus::Gauge& differences_;
};

}  // namespace command_center::relay::declarations
