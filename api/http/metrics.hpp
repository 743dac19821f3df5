// What the HTTP door counts.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>

#include "api/api.hpp"

namespace command_center::api::http {

// Borrows the registry. Safe to use from several threads.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  // A request was answered, `took` after it was there; what was no request counts with its status, too.
  void add_answer(int status, std::chrono::duration<double> took);
  // A client was gone, too slow or reset before it had its answer.
  void add_broken_off() { broken_off_.Increment(); }
  void add_connection() { connections_.Increment(); }
  void remove_connection() { connections_.Decrement(); }
  void begin_request() { under_way_.Increment(); }
  void end_request() { under_way_.Decrement(); }

 private:
  prometheus::Family<prometheus::Counter>& answers_;
  prometheus::Histogram& duration_;
  prometheus::Counter& broken_off_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& under_way_;
};

}  // namespace command_center::api::http
