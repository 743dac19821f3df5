// A topic that a subscription consumes, and the table that its handler writes.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {

// Others take over from a dead relay soon, and new partitions are found soon.
inline const RelayOptions kConsume{
    {"--kafka-property=session.timeout.ms=6000", "--kafka-property=topic.metadata.refresh.interval.ms=1000"},
    {},
    {},
    "consume"};

// The same with more flags.
[[nodiscard]] RelayOptions consume_with(const std::vector<std::string>& flags);

[[nodiscard]] std::vector<std::string> numbers(int first, int count);

class Consuming : public EndToEnd {
 protected:
  // Makes the topic, the table `applied` and the handler apply_one, for which the value 'poison' is one.
  Consuming();

  // `more`: further arguments of set_subscription, with a comma before them.
  void subscribe(const std::string& more = {}, const std::string& name = "orders");

  int applied() { return std::stoi(client_.value("SELECT count(*) FROM applied")); }
  [[nodiscard]] bool becomes_applied(int count, std::chrono::milliseconds patience = kPatience);
  // So many values are applied, and each once.
  void expect_each_once(int count);

  std::string topic_;
  Client client_ = database_.connect();
};

}  // namespace command_center::e2e
