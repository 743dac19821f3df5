// The status is the only label: a path or a tenant would make as many series as clients like.
#include "api/http/metrics.hpp"

#include <string>

namespace command_center::api::http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10,   30};

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : answers_(prometheus::BuildCounter()
                   .Name("command_center_api_answers_total")
                   .Help("Answers, by status.")
                   .Register(registry)),
      duration_(prometheus::BuildHistogram()
                    .Name("command_center_api_request_duration_seconds")
                    .Help("From the last byte of a request to its answer.")
                    .Register(registry)
                    .Add({}, kSeconds)),
      broken_off_(prometheus::BuildCounter()
                      .Name("command_center_api_broken_off_total")
                      .Help("Requests whose client was gone or did not read the answer.")
                      .Register(registry)
                      .Add({})),
      connections_(prometheus::BuildGauge()
                       .Name("command_center_api_connections")
                       .Help("Connections of clients.")
                       .Register(registry)
                       .Add({})),
      under_way_(prometheus::BuildGauge()
                     .Name("command_center_api_requests_under_way")
                     .Help("Requests that are not answered yet.")
                     .Register(registry)
                     .Add({})) {}

void Metrics::add_answer(int status, std::chrono::duration<double> took) {
  answers_.Add({{"status", std::to_string(status)}}).Increment();
  duration_.Observe(took.count());
}

}  // namespace command_center::api::http
