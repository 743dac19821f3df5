// What the gRPC door counts.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string_view>

#include "api/api.hpp"

namespace command_center::api::grpc {

// Borrows the registry. Safe to use from several threads.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void begin_call() { under_way_.Increment(); }
  // `code`: its name as gRPC spells it.
  void end_call(std::string_view code, std::chrono::duration<double> took);

 private:
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Histogram& duration_;
  prometheus::Gauge& under_way_;
};

}  // namespace command_center::api::grpc
