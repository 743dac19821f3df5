// What can end a session of a role: the one error type of the daemons, with what is done about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "extension/core/error/error.hpp"

namespace command_center::daemon {

enum class FailureKind {
  kPostgres,      // a statement or connection failed: connect again
  kKafka,         // a broker failed or the outcome is unknown: new client, start over from what is recorded
  kFenced,        // another producer took this transactional.id
  kLeaseLost,     // another process works
  kTopicMissing,  // a message's topic is not there and may not be created
  kStopping,      // asked to stop, and there was no time left to drain
  kDisagreement,  // Kafka and the database disagree about what is published (KC015)
  kRefused,       // something an operator must change first, such as a progress topic that is not compacted
  kInternal,      // a fault of ours, or no memory
};

enum class FollowUp {
  kTryAgain,  // after a pause that grows
  kStandBy,   // at once: whoever works now says for how long to wait
  kStayAway,  // long enough for the other one to settle; otherwise two would fence each other for ever
  kEnd,       // the daemon stops
  kGiveUp,    // the role ends alone: an operator is needed
};

// What a role does after a failure.
[[nodiscard]] constexpr FollowUp follow_up(FailureKind kind) {
  switch (kind) {
    case FailureKind::kFenced:
      return FollowUp::kStayAway;
    case FailureKind::kLeaseLost:
      return FollowUp::kStandBy;
    case FailureKind::kStopping:
      return FollowUp::kEnd;
    case FailureKind::kDisagreement:
    case FailureKind::kRefused:
      return FollowUp::kGiveUp;
    case FailureKind::kPostgres:
    case FailureKind::kKafka:
    case FailureKind::kTopicMissing:
    case FailureKind::kInternal:
      break;
  }
  return FollowUp::kTryAgain;
}

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
    case FailureKind::kInternal:
      return "internal";
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

}  // namespace command_center::daemon
