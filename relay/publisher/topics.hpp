// Which topics take messages: those that were seen, and those that are waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/runtime/clock.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/leases/lease.hpp"
#include "relay/outbox/outbox.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::publisher {

// Why messages for a topic have to wait.
struct TopicTrouble {
  std::string topic;
  std::string detail;
};

// Borrows everything it is given.
class Topics {
 public:
  Topics(const settings::Kafka& settings, kafka::Cluster& cluster, kafka::Producer& producer,
         outbox::Outbox& outbox, leases::Lease& lease)
      : settings_(settings), cluster_(cluster), producer_(producer), outbox_(outbox), lease_(lease) {}

  struct InUse {
    rd_kafka_topic_t* handle;
    std::int64_t produced = 0;  // in the part under way
    int strikes = 0;            // how often it was there and took nothing, one after the other
  };

  // Null where nobody has seen it yet, or not since it failed.
  [[nodiscard]] InUse* find(std::string_view topic);
  [[nodiscard]] std::map<std::string, InUse, std::less<>>& in_use() { return in_use_; }

  // Looks for topics, has those created, as they are declared, that are not there, and waits a moment for
  // them. Those that take messages are in use then; answers the others.
  [[nodiscard]] std::vector<TopicTrouble> settle(const std::set<std::string>& topics);
  // Messages for it failed: it is to be looked for anew.
  void forget(const std::string& topic);
  // Those of the part under way that are not there any more are to be looked for anew; answers them.
  [[nodiscard]] std::set<std::string> forget_missing();

  // Messages for it are left out from now on.
  void hold(std::int64_t batch_id, std::int64_t after_position, const TopicTrouble& trouble);
  [[nodiscard]] std::size_t held() const { return holds_.size(); }
  // Reads what is held already.
  void load_holds();
  // Looks again for those that are due, and has the messages of those that are there appended again.
  void retry_holds();

 private:
  struct Hold {
    runtime::Clock::time_point due;
    std::chrono::milliseconds pause;
    bool held;
  };

  void start_creating(const std::set<std::string>& topics);

  const settings::Kafka& settings_;
  kafka::Cluster& cluster_;
  kafka::Producer& producer_;
  outbox::Outbox& outbox_;
  leases::Lease& lease_;
  std::map<std::string, InUse, std::less<>> in_use_;
  std::map<std::string, Hold> holds_;
  // Of topics that were freed: one that fails again waits for longer.
  std::map<std::string, std::chrono::milliseconds> pauses_;
};

}  // namespace command_center::relay::publisher
