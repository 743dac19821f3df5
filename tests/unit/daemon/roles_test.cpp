// Promises of roles and of the crew they make up.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "daemon/roles/crew.hpp"

namespace command_center::daemon::roles {
namespace {

using admin::State;
using std::chrono::milliseconds;

// A session is a call, which gets its number from 1 on.
class Scripted : public Role {
 public:
  using Session = std::function<void(Scripted& self, int session)>;

  Scripted(const runtime::StopSignal& stop, const char* name, Session session)
      : Role(stop,
             {name, name, stop.drain_limit(), std::chrono::seconds(30), milliseconds(1), milliseconds(1)}),
        session_(std::move(session)) {}

  using Role::health;
  using Role::waiter;

  std::atomic<int> sessions{0};
  std::atomic<int> failures{0};

 protected:
  void run_session() override { session_(*this, ++sessions); }
  void count_failure(const Failure& /*failure*/) override { ++failures; }

 private:
  Session session_;
};

[[noreturn]] void fail(FailureKind kind) {
  throw Failure(kind, "08006", "as the test wants");
}

void work_until_stopping(Scripted& self, int /*session*/) {
  self.health().set(State::kWorking);
  self.waiter().wait(std::chrono::minutes(1));
}

TEST(Role, TriesAgainAfterAFailureThatMayPass) {
  runtime::StopSignal stop(milliseconds(1000));
  Scripted role(stop, "role", [&stop](Scripted& /*self*/, int session) {
    if (session == 1) fail(FailureKind::kPostgres);
    if (session == 2) throw std::bad_alloc();
    stop.ask();
  });
  EXPECT_EQ(role.run(), RoleEnd::kDrained);
  EXPECT_EQ(role.sessions, 3);
  EXPECT_EQ(role.failures, 2);
  EXPECT_EQ(role.health().state(), State::kStopped);
}

TEST(Role, EndsWhereOnlyAnOperatorCanHelp) {
  for (const FailureKind kind : {FailureKind::kDisagreement, FailureKind::kRefused}) {
    runtime::StopSignal stop(milliseconds(1000));
    Scripted role(stop, "role", [kind](Scripted& /*self*/, int /*session*/) { fail(kind); });
    EXPECT_EQ(role.run(), RoleEnd::kOperatorNeeded);
    EXPECT_EQ(role.sessions, 1);
  }
}

TEST(Role, StoppingBeforeItsWorkBeganIsADrain) {
  runtime::StopSignal stop(milliseconds(1000));
  Scripted role(stop, "role", [&stop](Scripted& /*self*/, int /*session*/) {
    stop.ask();
    fail(FailureKind::kStopping);
  });
  EXPECT_EQ(role.run(), RoleEnd::kDrained);
  EXPECT_EQ(role.failures, 0);
}

TEST(Role, WhatFailsAtWorkOnceAskedToStopWasGivenUp) {
  for (const FailureKind kind : {FailureKind::kStopping, FailureKind::kKafka}) {
    runtime::StopSignal stop(milliseconds(1000));
    Scripted role(stop, "role", [&stop, kind](Scripted& self, int /*session*/) {
      self.health().set(State::kLeading);
      stop.ask();
      fail(kind);
    });
    EXPECT_EQ(role.run(), RoleEnd::kGaveUp);
  }
}

// Adds a role and answers it.
Scripted& add(Crew& crew, Duty duty, const runtime::StopSignal& stop, const char* name,
              Scripted::Session session) {
  auto role = std::make_unique<Scripted>(stop, name, std::move(session));
  Scripted& added = *role;
  crew.add(duty, std::move(role));
  return added;
}

TEST(Crew, OneRoleThatNeedsAnOperatorLeavesTheOthersRunning) {
  runtime::StopSignal stop(milliseconds(1000));
  Crew crew(stop);
  add(crew, Duty::kMain, stop, "broken",
      [](Scripted& /*self*/, int /*session*/) { fail(FailureKind::kRefused); });
  add(crew, Duty::kMain, stop, "healthy", [&](Scripted& self, int /*session*/) {
    self.health().set(State::kWorking);
    while (crew.roster().state_of("broken") != State::kStopped) self.waiter().wait(milliseconds(1));
    EXPECT_EQ(crew.roster().state(), State::kStopped) << "the worst role speaks for all";
    EXPECT_EQ(crew.roster().state_of("healthy"), State::kWorking);
    EXPECT_EQ(crew.roster().state_of("nobody"), std::nullopt);
    stop.ask();
  });
  EXPECT_EQ(crew.run(), kExitDrained);
}

TEST(Crew, AnOperatorIsNeededWhenNoMainRoleIsLeft) {
  runtime::StopSignal stop(milliseconds(1000));
  Crew crew(stop);
  add(crew, Duty::kMain, stop, "broken",
      [](Scripted& /*self*/, int /*session*/) { fail(FailureKind::kRefused); });
  Scripted& support = add(crew, Duty::kSupporting, stop, "support", work_until_stopping);
  EXPECT_EQ(crew.run(), kExitOperatorNeeded);
  EXPECT_EQ(support.health().state(), State::kStopped);
}

TEST(Crew, TellsThatSomethingWasGivenUp) {
  runtime::StopSignal stop(milliseconds(1000));
  Crew crew(stop);
  add(crew, Duty::kMain, stop, "slow", [&stop](Scripted& self, int /*session*/) {
    self.health().set(State::kWorking);
    stop.ask();
    fail(FailureKind::kStopping);
  });
  add(crew, Duty::kMain, stop, "quick", work_until_stopping);
  EXPECT_EQ(crew.run(), kExitGaveUp);
}

}  // namespace
}  // namespace command_center::daemon::roles
