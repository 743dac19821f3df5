// What can end a relay's session: the one error type, with what the relay does about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "extension/core/error/error.hpp"

namespace command_center::relay {

// Decides what follows: only kDisagreement and kRefused stop the relay, everything else is tried again.
enum class FailureKind {
  kPostgres,      // a statement or connection failed: connect again
  kKafka,         // a broker failed or the outcome is unknown: new producer, start over from the progress
  kFenced,        // another producer took this transactional.id: stand by, then ask for the lease
  kLeaseLost,     // another relay works: stand by
  kTopicMissing,  // a message's topic is not there and may not be created
  kStopping,      // asked to stop, and there was no time left to drain
  kDisagreement,  // Kafka and the database disagree about what is published (KC015)
  kRefused,       // something an operator must change first, such as a progress topic that is not compacted
};

// The name under which a failure is counted and logged.
[[nodiscard]] constexpr std::string_view reason_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::kPostgres:
      return "postgres";
    case FailureKind::kKafka:
      return "kafka";
    case FailureKind::kFenced:
      return "fenced";
    case FailureKind::kLeaseLost:
      return "lease_lost";
    case FailureKind::kTopicMissing:
      return "topic_missing";
    case FailureKind::kStopping:
      return "stopping";
    case FailureKind::kDisagreement:
      return "disagreement";
    case FailureKind::kRefused:
      return "refused";
  }
  return "unknown";
}

class Failure : public Error {
 public:
  Failure(FailureKind kind, std::string_view sqlstate, std::string message, std::string detail = {},
          std::string hint = {})
      : Error(sqlstate, std::move(message), std::move(detail), std::move(hint)), kind_(kind) {}

  [[nodiscard]] FailureKind kind() const noexcept { return kind_; }

 private:
  FailureKind kind_;
};

// Class 08: what Kafka and the network fail with, so that every failure has a SQLSTATE.
inline constexpr std::string_view kConnectionFailure = "08006";

}  // namespace command_center::relay
