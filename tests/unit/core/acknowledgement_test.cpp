// What a service's report means, given what it reported before.
#include "extension/core/lifecycle/acknowledgement.hpp"

#include <gtest/gtest.h>

namespace command_center::lifecycle {
namespace {

constexpr Status kReported[] = {Status::kConsumed, Status::kCompleted, Status::kFailed, Status::kIgnored};

TEST(Acknowledgement, FirstReportIsRecordedWhateverItIs) {
  for (const Status reported : kReported) EXPECT_EQ(judge(Status::kNone, reported, false), Verdict::kRecord);
}

TEST(Acknowledgement, SameReportAgainIsKnown) {
  for (const Status reported : kReported) EXPECT_EQ(judge(reported, reported, true), Verdict::kKnown);
}

TEST(Acknowledgement, OtherDetailIsNewsOnlyOfAnotherFailure) {
  EXPECT_EQ(judge(Status::kFailed, Status::kFailed, false), Verdict::kRecord);
  for (const Status reported : {Status::kConsumed, Status::kCompleted, Status::kIgnored}) {
    EXPECT_EQ(judge(reported, reported, false), Verdict::kKnown);
  }
}

TEST(Acknowledgement, ConsumedAfterAFinalStatusIsOldNews) {
  EXPECT_EQ(judge(Status::kCompleted, Status::kConsumed, false), Verdict::kKnown);
  EXPECT_EQ(judge(Status::kIgnored, Status::kConsumed, false), Verdict::kKnown);
}

TEST(Acknowledgement, FinalStatusContradictsEveryOther) {
  EXPECT_EQ(judge(Status::kCompleted, Status::kFailed, true), Verdict::kConflict);
  EXPECT_EQ(judge(Status::kCompleted, Status::kIgnored, true), Verdict::kConflict);
  EXPECT_EQ(judge(Status::kIgnored, Status::kCompleted, true), Verdict::kConflict);
  EXPECT_EQ(judge(Status::kIgnored, Status::kFailed, true), Verdict::kConflict);
}

TEST(Acknowledgement, FailureMayBeFollowedByAnotherAttempt) {
  for (const Status reported : {Status::kConsumed, Status::kCompleted, Status::kIgnored}) {
    EXPECT_EQ(judge(Status::kFailed, reported, true), Verdict::kRecord);
  }
}

TEST(Acknowledgement, OnlyTheFourStatusesAreOnes) {
  EXPECT_EQ(parse_status("consumed"), Status::kConsumed);
  EXPECT_EQ(parse_status("completed"), Status::kCompleted);
  EXPECT_EQ(parse_status("failed"), Status::kFailed);
  EXPECT_EQ(parse_status("ignored"), Status::kIgnored);
  for (const char* text : {"", "received", "published", "replayed", "Consumed", "consumed "}) {
    EXPECT_FALSE(parse_status(text)) << text;
  }
}

}  // namespace
}  // namespace command_center::lifecycle
