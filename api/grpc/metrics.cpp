// As of HTTP, the outcome is the only label.
#include "api/grpc/metrics.hpp"

#include <string>

namespace command_center::api::grpc {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10,   30};

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : calls_(prometheus::BuildCounter()
                 .Name("command_center_api_grpc_calls_total")
                 .Help("gRPC calls that ended, by code.")
                 .Register(registry)),
      duration_(prometheus::BuildHistogram()
                    .Name("command_center_api_grpc_call_duration_seconds")
                    .Help("From a gRPC call to its end.")
                    .Register(registry)
                    .Add({}, kSeconds)),
      under_way_(prometheus::BuildGauge()
                     .Name("command_center_api_grpc_calls_under_way")
                     .Help("gRPC calls that have not ended yet.")
                     .Register(registry)
                     .Add({})) {}

void Metrics::end_call(std::string_view code, std::chrono::duration<double> took) {
  under_way_.Decrement();
  calls_.Add({{"code", std::string(code)}}).Increment();
  duration_.Observe(took.count());
}

}  // namespace command_center::api::grpc
