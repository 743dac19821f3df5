// Promises of what counts as delivered, against the library's own broker.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
// Needs what is above it.
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <map>
#include <memory>
#include <string>

#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr const char* kTopic = "orders";
constexpr int kProduceRequest = 0;
constexpr int kBroker = 1;
constexpr int kRoundTripMs = 200;
constexpr int kMessages = 5;

// By the number that is the message's key.
using Outcomes = std::map<std::string, rd_kafka_resp_err_t>;

// One broker, so far away that a second request is under way before the first is answered.
class DistantBroker {
 public:
  DistantBroker()
      : client_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error_.data(), error_.size())),
        cluster_(rd_kafka_mock_cluster_new(client_.get(), 1)) {
    rd_kafka_mock_topic_create(cluster_.get(), kTopic, 1, 1);
    rd_kafka_mock_broker_set_rtt(cluster_.get(), kBroker, kRoundTripMs);
  }
  void fail_next_request() {
    rd_kafka_mock_push_request_errors(cluster_.get(), kProduceRequest, 1,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  }
  [[nodiscard]] std::string address() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }

 private:
  struct Destroy {
    void operator()(rd_kafka_mock_cluster_t* cluster) const noexcept {
      rd_kafka_mock_cluster_destroy(cluster);
    }
  };

  std::array<char, 512> error_{};
  Client client_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster_;
};

void note(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* outcomes) {
  const std::string key(static_cast<const char*>(message->key), message->key_len);
  (*static_cast<Outcomes*>(outcomes))[key] = outcome_of(*message);
}

// An idempotent producer that sends each message in a request of its own.
Client make_producer(const DistantBroker& broker, Outcomes& outcomes) {
  std::array<char, 512> error{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : std::map<std::string, std::string>{{"bootstrap.servers", broker.address()},
                                                                      {"enable.idempotence", "true"},
                                                                      {"linger.ms", "0"},
                                                                      {"batch.num.messages", "1"}}) {
    rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size());
  }
  rd_kafka_conf_set_opaque(conf, &outcomes);
  rd_kafka_conf_set_dr_msg_cb(conf, note);
  return Client(rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size()));
}

// A broker that knows nothing of the producer yet takes the second request, and never the first one.
TEST(Outcome, WhatTheLibraryInfersIsNotDelivered) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the library's broker does not run under the thread sanitizer";
#endif
  DistantBroker broker;
  Outcomes outcomes;
  const Client producer = make_producer(broker, outcomes);
  broker.fail_next_request();
  for (int number = 0; number < kMessages; ++number) {
    const std::string key = std::to_string(number);
    ASSERT_EQ(rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(kTopic), RD_KAFKA_V_PARTITION(0),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  while (outcomes.size() < kMessages) rd_kafka_poll(producer.get(), 100);
  EXPECT_EQ(outcomes["0"], RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
  for (const char* other : {"1", "2", "3", "4"}) EXPECT_EQ(outcomes[other], RD_KAFKA_RESP_ERR_NO_ERROR);
}

TEST(Outcome, WhatHasAnOffsetOrAnErrorIsWhatItSays) {
  rd_kafka_message_t message{};
  EXPECT_EQ(outcome_of(message), RD_KAFKA_RESP_ERR_NO_ERROR);
  message.offset = RD_KAFKA_OFFSET_INVALID;
  message.err = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
  EXPECT_EQ(outcome_of(message), RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
}

}  // namespace
}  // namespace command_center::relay::kafka
