// Calls that fail are made again as the schedule says, and a channel that stays down ends with its event only
// where another one was told.
#include "relay/notifier/plan.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace command_center::relay::notifier {
namespace {

using inventory::Channel;
using std::chrono::milliseconds;
using What = Plan::Step::What;

constexpr Schedule kSchedule{3, milliseconds(2'000)};

const Call kTaken{Call::End::kTaken, {}, 200, {}};
const Call kFailed{Call::End::kFailed, {}, 503, "the answer has status 503"};
const Call kRefused{Call::End::kRefused, {}, 404, "the answer has status 404"};

TEST(Plan, OneThatIsTakenIsOver) {
  Plan plan({Channel::kEmail}, false, kSchedule, 1);
  EXPECT_FALSE(plan.is_over());
  EXPECT_TRUE(plan.note(Channel::kEmail, kTaken).empty());
  EXPECT_TRUE(plan.is_over());
  EXPECT_TRUE(plan.any_told());
}

// Between half and all of 2, 4, 8 seconds …, and then on, up to five minutes.
TEST(Plan, PausesDoubleAndAreJittered) {
  bool any_differs = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Plan plan({Channel::kSms}, false, kSchedule, seed);
    milliseconds whole = kSchedule.first_pause;
    for (int call = 1; call < 20; ++call) {
      const auto steps = plan.note(Channel::kSms, kFailed);
      ASSERT_EQ(steps.size(), 1U);
      EXPECT_EQ(steps[0].what, What::kSend);
      EXPECT_GE(steps[0].pause, whole / 2);
      EXPECT_LE(steps[0].pause, whole);
      any_differs = any_differs || steps[0].pause != whole;
      whole = std::min(whole * 2, Plan::kLongestPause);
    }
    EXPECT_EQ(plan.calls(Channel::kSms), 19);
    EXPECT_FALSE(plan.is_over());
  }
  EXPECT_TRUE(any_differs);
}

TEST(Plan, ChannelThatHasFailedEndsWhereAnotherWasTold) {
  Plan plan({Channel::kEmail, Channel::kSlack}, false, kSchedule, 1);
  for (int call = 0; call < 3; ++call) EXPECT_EQ(plan.note(Channel::kSlack, kFailed).at(0).what, What::kSend);
  EXPECT_TRUE(plan.note(Channel::kSlack, kFailed).empty()) << "waits for the other";
  const auto steps = plan.note(Channel::kEmail, kTaken);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].what, What::kRecordFailed);
  EXPECT_EQ(steps[0].channel, Channel::kSlack);
  EXPECT_EQ(plan.detail(Channel::kSlack), "the answer has status 503");
  EXPECT_EQ(plan.calls(Channel::kSlack), 4);
  EXPECT_TRUE(plan.is_over());
}

TEST(Plan, AfterAnotherWasToldAChannelThatIsRefusedEndsAtOnce) {
  Plan plan({Channel::kEmail, Channel::kSlack}, false, kSchedule, 1);
  EXPECT_TRUE(plan.note(Channel::kEmail, kTaken).empty());
  EXPECT_EQ(plan.note(Channel::kSlack, kRefused).at(0).what, What::kRecordFailed);
  EXPECT_TRUE(plan.is_over());
}

// As when another one was told by a relay that is no longer there.
TEST(Plan, WhatWasToldBeforeCountsToo) {
  Plan plan({Channel::kSlack}, true, {0, milliseconds(1)}, 1);
  EXPECT_EQ(plan.note(Channel::kSlack, kFailed).at(0).what, What::kRecordFailed);
  EXPECT_TRUE(plan.is_over());
}

TEST(Plan, WhereAllHaveFailedAllAreTriedAgain) {
  Plan plan({Channel::kEmail, Channel::kSms}, false, {0, milliseconds(10)}, 1);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(plan.note(Channel::kEmail, round == 0 ? kRefused : kFailed).empty());
    const auto again = plan.note(Channel::kSms, kFailed);
    ASSERT_EQ(again.size(), 2U);
    for (const auto& step : again) EXPECT_EQ(step.what, What::kSend);
    EXPECT_FALSE(plan.is_over());
  }
  EXPECT_TRUE(plan.note(Channel::kEmail, kFailed).empty());
  EXPECT_EQ(plan.note(Channel::kSms, kTaken).at(0).what, What::kRecordFailed);
  EXPECT_TRUE(plan.is_over());
}

TEST(Plan, GivingUpEndsAllThatIsNotSettled) {
  Plan plan({Channel::kEmail, Channel::kSms, Channel::kSlack}, false, {0, milliseconds(10)}, 1);
  (void)plan.note(Channel::kSms, kFailed);
  EXPECT_EQ(plan.give_up().size(), 3U);
  EXPECT_TRUE(plan.is_over());
  EXPECT_FALSE(plan.any_told());
}

}  // namespace
}  // namespace command_center::relay::notifier
