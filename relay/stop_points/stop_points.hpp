// Places where a test may freeze the relay. The program that is installed links an implementation that does
// nothing.
#pragma once

namespace command_center::relay::stop_points {

enum class StopPoint {
  kAfterProgressRead,
  kAfterBatchCommit,
  kAfterAheadCommit,
  kMidProduce,
  kBeforeKafkaCommit,
  kAfterKafkaCommit,
  kAfterRecovery,  // the database has settled what was lost, Kafka has no record of it yet
  kBeforeApply,
  kAfterApply,
  kAfterDelivery  // a webhook has taken a notification, and nothing is written down
};

void reached(StopPoint point) noexcept;

}  // namespace command_center::relay::stop_points
