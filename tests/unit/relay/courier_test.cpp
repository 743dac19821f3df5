// Errands are done one after the other, the ones that are due first, and a receiver's wish for a pause counts
// for all that is meant for it.
#include "relay/notifier/courier.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace command_center::relay::notifier {
namespace {

using runtime::Clock;

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::hours kNever{24};

// Stands for a webhook: says what it is told to, and can be held.
class Receiver {
 public:
  Call post(const std::string& id, const std::function<bool()>& is_over) {
    std::unique_lock<std::mutex> lock(mutex_);
    ids_.push_back(id);
    changed_.notify_all();
    while (holding_ && !is_over()) changed_.wait_for(lock, std::chrono::milliseconds(1));
    if (holding_) return {Call::End::kStopped};
    return answer_;
  }
  [[nodiscard]] Post as_post() {
    return [this](const std::string& id, const std::string&, const std::function<bool()>& is_over) {
      return post(id, is_over);
    };
  }
  void hold(bool holding) {
    const std::lock_guard<std::mutex> lock(mutex_);
    holding_ = holding;
    changed_.notify_all();
  }
  void answer(Call call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answer_ = std::move(call);
  }
  std::vector<std::string> await(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return ids_.size() >= count; });
    return ids_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool holding_ = false;
  Call answer_{Call::End::kTaken, {}, 200, {}};
  std::vector<std::string> ids_;
};

Errand errand(const std::string& id, Clock::time_point not_before = {}) {
  Errand made;
  made.webhook_id = id;
  made.not_before = not_before;
  return made;
}

std::vector<Done> await_done(Courier& courier, std::size_t count) {
  std::vector<Done> all;
  const auto end = Clock::now() + kPatience;
  while (all.size() < count && Clock::now() < end) {
    for (Done& done : courier.take_done()) all.push_back(std::move(done));
    std::this_thread::yield();
  }
  return all;
}

using Ids = std::vector<std::string>;

TEST(Courier, DoesWhatIsDueFirst) {
  Receiver receiver;
  Courier courier(receiver.as_post());
  receiver.hold(true);
  courier.send(errand("first"));
  (void)receiver.await(1);
  const auto now = Clock::now();
  courier.send(errand("never", now + kNever));
  courier.send(errand("third", now - std::chrono::seconds(1)));
  courier.send(errand("second", now - std::chrono::seconds(2)));
  receiver.hold(false);
  EXPECT_EQ(receiver.await(3), (Ids{"first", "second", "third"}));
  EXPECT_EQ(await_done(courier, 3).size(), 3U);
}

TEST(Courier, ForgetsWhatWaitsAndFinishesWhatItDoes) {
  Receiver receiver;
  Courier courier(receiver.as_post());
  receiver.hold(true);
  courier.send(errand("one"));
  (void)receiver.await(1);
  courier.send(errand("two"));
  EXPECT_TRUE(courier.is_calling());
  courier.forget_waiting();
  receiver.hold(false);
  const auto done = await_done(courier, 1);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].call.end, Call::End::kTaken);
  courier.send(errand("three"));
  EXPECT_EQ(receiver.await(2), (Ids{"one", "three"}));
}

TEST(Courier, BreaksACallOff) {
  Receiver receiver;
  Courier courier(receiver.as_post());
  receiver.hold(true);
  courier.send(errand("one"));
  (void)receiver.await(1);
  courier.break_off();
  const auto done = await_done(courier, 1);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].call.end, Call::End::kStopped);
  // The next one is not broken off.
  receiver.hold(false);
  courier.send(errand("two"));
  EXPECT_EQ(await_done(courier, 1).at(0).call.end, Call::End::kTaken);
}

TEST(Courier, EndsWhileItCalls) {
  Receiver receiver;
  receiver.hold(true);
  Courier courier(receiver.as_post());
  courier.send(errand("one"));
  (void)receiver.await(1);
}

TEST(Courier, RetryAfterHoldsUpAllThatComes) {
  Receiver receiver;
  Courier courier(receiver.as_post());
  receiver.answer({Call::End::kFailed, std::chrono::seconds(2), 429, "busy"});
  const auto before = Clock::now();
  courier.send(errand("one"));
  (void)await_done(courier, 1);
  receiver.answer({Call::End::kTaken, {}, 200, {}});
  courier.send(errand("two"));
  EXPECT_EQ(await_done(courier, 1).size(), 1U);
  EXPECT_GE(Clock::now() - before, std::chrono::seconds(2));
}

TEST(Courier, WhatCannotBeMadeIsAFailedCall) {
  Courier courier(
      [](const auto&, const auto&, const auto&) -> Call { throw std::runtime_error("no memory"); });
  courier.send(errand("one"));
  const auto done = await_done(courier, 1);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].call.end, Call::End::kFailed);
  EXPECT_EQ(done[0].call.reason, "no memory");
}

}  // namespace
}  // namespace command_center::relay::notifier
