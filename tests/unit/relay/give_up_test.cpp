// Promises of giving up a transaction, against the library's own broker.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
// Needs what is above it.
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <memory>
#include <string>

#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/kafka/config.hpp"
#include "relay/kafka/producer.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kProduceRequest = 0;
constexpr int kBroker = 1;
constexpr int kSoonMs = 1000;
constexpr int kLateMs = 3000;

struct Destroy {
  void operator()(rd_kafka_mock_cluster_t* cluster) const noexcept { rd_kafka_mock_cluster_destroy(cluster); }
};

// A request that the broker has got before the transaction ends, and answers later than the one it refuses:
// dropped by us, it would be in the next transaction.
TEST(GivingUp, WaitsForWhatTheBrokerHasGot) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the library's broker does not run under the thread sanitizer";
#endif
  const Client host(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0));
  const std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster(
      rd_kafka_mock_cluster_new(host.get(), kBroker));
  for (const char* topic : {"narrow", "wide"}) rd_kafka_mock_topic_create(cluster.get(), topic, 1, 1);

  const runtime::StopSignal stop(std::chrono::seconds(60));
  runtime::Waiter waiter(stop, std::chrono::seconds(60));
  settings::Kafka kafka;
  kafka.brokers = rd_kafka_mock_cluster_bootstraps(cluster.get());
  Producer producer(kafka, waiter, "giving-up");
  producer.init_transactions([] {});
  producer.begin();
  rd_kafka_mock_broker_push_request_error_rtts(cluster.get(), kBroker, kProduceRequest, 2,
                                               RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, kSoonMs,
                                               RD_KAFKA_RESP_ERR_NO_ERROR, kLateMs);
  std::size_t tag = 0;
  for (const char* topic : {"narrow", "wide"})
    ASSERT_EQ(producer.produce(producer.topic_handle(topic), 0, "key", "value", Headers(), tag++),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  producer.await_deliveries([] { return true; });
  ASSERT_EQ(producer.refusals().size(), 1U);
  producer.give_up([] {});
  ASSERT_EQ(producer.refusals().size(), 1U);
  EXPECT_EQ(producer.refusals().front().error, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
}

}  // namespace
}  // namespace command_center::relay::kafka
