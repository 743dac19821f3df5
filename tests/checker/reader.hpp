// Reads whole topics as a read_committed consumer does, from offset 0.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/checker/verdict.hpp"

namespace command_center::checker {

class Reader {
 public:
  Reader(std::string brokers, std::vector<std::string> topics);

  // Reads until every one of these was seen (true), or nothing new came for as long as `patience` (false).
  [[nodiscard]] bool sees(const std::vector<Entry>& entries, std::chrono::milliseconds patience);
  // Forgets everything, and reads every topic that is there from offset 0 to its end, which includes what is
  // in open transactions: waits until they are over. Throws std::runtime_error when nothing new came for as
  // long as `patience` before that.
  void read_to_end(std::chrono::milliseconds patience);

  // Forgets everything, and finds the topics and their partitions anew.
  void start_over();

  [[nodiscard]] const std::vector<Sighting>& sightings() const { return sightings_; }

 private:
  struct Destroy {
    void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
  };
  using Partition = std::pair<std::string, int>;

  bool assign();
  bool take();
  [[nodiscard]] bool is_whole(const rd_kafka_message_t& end) const;
  void keep(const rd_kafka_message_t& message);
  [[nodiscard]] bool is_at_end() const;

  std::string brokers_;
  std::vector<std::string> topics_;
  std::unique_ptr<rd_kafka_t, Destroy> client_;
  std::map<Partition, bool> ended_;
  std::vector<Sighting> sightings_;
  std::set<std::pair<std::string, std::string>> seen_;  // token and topic
};

}  // namespace command_center::checker
