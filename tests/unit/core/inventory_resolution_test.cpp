#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "extension/core/inventory/resolution.hpp"

namespace command_center::inventory {
namespace {

using identifiers::Uuid;

constexpr Instant kNow = 1'000'000;
constexpr Instant kLater = 2'000'000;
constexpr std::string_view kNone = {};

Uuid id(int number) {
  Uuid made;
  made.bytes[15] = static_cast<std::uint8_t>(number);
  return made;
}

Content content(int room, Day arrival = 10, Hold hold = Hold::kCounting) {
  return {id(1), room != 0, id(room), {arrival, arrival + 2}, hold};
}

HeldLock held(int lock, const Content& what, std::string_view key, std::string_view line = "",
              Instant expires_at = kLater) {
  return {id(lock), what, expires_at, key, line};
}

Wanted wanted(const Content& what, std::string_view key, std::string_view request_id = kNone,
              std::string_view line = "", bool reopens = false) {
  return {what, false, key, request_id, line, reopens};
}

Resolution resolved(const Wanted& what, const std::vector<HeldLock>& locks,
                    const std::vector<PastUse>& uses = {}, Instant now = kNow) {
  return resolve(what, locks.data(), static_cast<int>(locks.size()), uses.data(),
                 static_cast<int>(uses.size()), now);
}

TEST(LockRequest, TheSameKeyAndContentAnswersTheLock) {
  const Resolution found = resolved(wanted(content(5), "k"), {held(1, content(5), "k")});
  EXPECT_EQ(found.act, Act::kAnswer);
  EXPECT_EQ(found.lock, 0);
}

TEST(LockRequest, TheSameKeyWithOtherContentChangesTheLock) {
  const Resolution found = resolved(wanted(content(6), "k"), {held(1, content(5), "k")});
  EXPECT_EQ(found.act, Act::kChange);
  EXPECT_EQ(found.content.room_id, id(6));
}

TEST(LockRequest, AnUnknownKeyMeansTheLockOfTheLine) {
  const Resolution found = resolved(wanted(content(6), "modify"), {held(1, content(5), "create")});
  EXPECT_EQ(found.act, Act::kChange);
  EXPECT_EQ(resolved(wanted(content(6), "x", kNone, "2"), {held(1, content(5), "create")}).act, Act::kCreate);
}

TEST(LockRequest, AnyKeyThatALockWasAskedForByIsItsKey) {
  const std::vector<HeldLock> locks = {held(1, content(5), "a", "1"), held(2, content(6), "b", "2")};
  const Resolution found = resolved(wanted(content(7), "c", kNone, "1"), locks, {{id(2), "c", kNone}});
  EXPECT_EQ(found.lock, 1);
}

TEST(LockRequest, AKnownRequestChangesNothing) {
  const std::vector<HeldLock> locks = {held(1, content(6), "k")};
  const Resolution found =
      resolved(wanted(content(5), "k", "r1"), locks, {{id(1), "k", "r1"}, {id(1), "k", "r2"}});
  EXPECT_EQ(found.act, Act::kAnswer);
  EXPECT_EQ(found.content.room_id, id(6));
}

TEST(LockRequest, ARequestThatChangesNothingIsRememberedAllTheSame) {
  EXPECT_EQ(resolved(wanted(content(5), "k", "r"), {held(1, content(5), "k")}).act, Act::kRemember);
  EXPECT_EQ(resolved(wanted(content(5), "other"), {held(1, content(5), "k")}).act, Act::kRemember);
}

TEST(LockRequest, AKeyWhoseLockEndedIsRefusedUnlessItIsReopened) {
  const std::vector<PastUse> uses = {{id(1), "k", kNone}};
  EXPECT_EQ(resolved(wanted(content(5), "k"), {}, uses).act, Act::kRefuseEnded);
  EXPECT_EQ(resolved(wanted(content(5), "k"), {}, uses).ended, id(1));
  EXPECT_EQ(resolved(wanted(content(5), "k", kNone, "", true), {}, uses).act, Act::kCreate);
}

TEST(LockRequest, AKeyWhoseLockEndedIsRefusedAlsoWhileTheLineHasAnotherLock) {
  EXPECT_EQ(resolved(wanted(content(5), "k"), {held(2, content(6), "n")}, {{id(1), "k", kNone}}).act,
            Act::kRefuseEnded);
}

TEST(LockRequest, ARequestOfALockThatEndedIsRefusedEvenIfItReopens) {
  EXPECT_EQ(resolved(wanted(content(5), "k", "r", "", true), {}, {{id(1), "k", "r"}}).act, Act::kRefuseEnded);
}

TEST(LockRequest, AnExpiredLockIsOverThoughItsRowIsThere) {
  const std::vector<HeldLock> locks = {held(1, content(5), "k", "", kNow)};
  EXPECT_EQ(resolved(wanted(content(5), "k"), locks).act, Act::kRefuseEnded);
  const Resolution reopened = resolved(wanted(content(5), "k", kNone, "", true), locks);
  EXPECT_EQ(reopened.act, Act::kCreate);
  EXPECT_EQ(reopened.over, 0);
  const Resolution other = resolved(wanted(content(5), kNone), locks);
  EXPECT_EQ(other.act, Act::kCreate);
  EXPECT_EQ(other.over, 0);
  EXPECT_EQ(resolved(wanted(content(5), "k"), {held(1, content(5), "k", "", kNow + 1)}).act, Act::kAnswer);
}

TEST(LockRequest, AReopenedKeyMeansTheLockThatLastsBesideTheRowOfTheOneThatIsOver) {
  const std::vector<HeldLock> by_own_key = {held(1, content(5), "k", "a", kNow),
                                            held(2, content(6), "k", "b")};
  EXPECT_EQ(resolved(wanted(content(6), "k", kNone, "b"), by_own_key).act, Act::kAnswer);
  EXPECT_EQ(resolved(wanted(content(6), "k", kNone, "b"), by_own_key).lock, 1);
  const std::vector<HeldLock> by_use = {held(1, content(5), "k", "a", kNow), held(2, content(6), "n", "b")};
  const Resolution found =
      resolved(wanted(content(7), "k", kNone, "b"), by_use, {{id(1), "k", kNone}, {id(2), "k", kNone}});
  EXPECT_EQ(found.act, Act::kChange);
  EXPECT_EQ(found.lock, 1);
}

TEST(LockRequest, AChangeKeepsTheHoldUnlessTold) {
  const Resolution kept =
      resolved(wanted(content(6), "k"), {held(1, content(5, 10, Hold::kConfirmed), "k", "", kNever)});
  EXPECT_EQ(kept.act, Act::kChange);
  EXPECT_EQ(kept.content.hold, Hold::kConfirmed);
  Wanted lower = wanted(content(5, 10, Hold::kTentative), "k");
  lower.names_hold = true;
  EXPECT_EQ(resolved(lower, {held(1, content(5), "k")}).act, Act::kRefuseLower);
  EXPECT_EQ(resolved(wanted(content(5, 10, Hold::kTentative), "k"), {}).content.hold, Hold::kCounting);
}

TEST(LockRequest, ALockIsNeverInItsOwnWay) {
  const Uuid own = id(1);
  EXPECT_EQ(standing_of({id(1), kLater}, &own, kNow), Standing::kItself);
  EXPECT_EQ(standing_of({id(2), kLater}, &own, kNow), Standing::kInTheWay);
  EXPECT_EQ(standing_of({id(2), kNow}, &own, kNow), Standing::kOver);
  EXPECT_EQ(standing_of({id(2), kNever}, nullptr, kNow), Standing::kInTheWay);
}

// A reservation as one thinks of it: lines with at most one lock each, keys and requests that mean one lock
// for ever.
struct Model {
  struct Lock {
    std::string key;
    std::string line;
    Content content;
    Instant expires_at;
  };
  std::map<int, Lock> locks;
  std::vector<std::pair<std::string, int>> keys;
  std::vector<std::pair<std::string, int>> requests;
  int next = 1;
};

TEST(LockRequest, RequestsNeverTakeEffectTwiceWhateverTheirOrder) {
  std::mt19937 random(5);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  const std::vector<std::string> key_names = {"", "a", "b", "c"};
  for (int round = 0; round < 2'000; ++round) {
    Model model;
    Instant now = kNow;
    for (int step = 0; step < 30; ++step) {
      now += static_cast<Instant>(random() % 3);
      std::vector<int> ids;
      std::vector<HeldLock> locks;
      for (const auto& [number, lock] : model.locks) {
        ids.push_back(number);
        locks.push_back({id(number), lock.content, lock.expires_at,
                         lock.key.empty() ? kNone : std::string_view(lock.key), lock.line});
      }
      std::vector<PastUse> uses;
      for (const auto& [key, lock] : model.keys) uses.push_back({id(lock), key, kNone});
      for (const auto& [request, lock] : model.requests) uses.push_back({id(lock), kNone, request});
      const std::string& key = key_names[random() % key_names.size()];
      const std::string request = random() % 2 == 0 ? "" : "r" + std::to_string(random() % 6);
      const std::string line = std::to_string(random() % 2);
      Wanted what =
          wanted(content(1 + static_cast<int>(random() % 3)), key.empty() ? kNone : std::string_view(key),
                 request.empty() ? kNone : std::string_view(request), line, random() % 4 == 0);
      const Resolution found = resolved(what, locks, uses, now);

      const auto known = std::find_if(model.requests.begin(), model.requests.end(),
                                      [&](const auto& use) { return use.first == request; });
      if (!request.empty() && known != model.requests.end()) {
        ASSERT_TRUE(found.act == Act::kAnswer || found.act == Act::kRefuseEnded);
        if (found.act == Act::kAnswer) {
          ASSERT_EQ(ids[static_cast<std::size_t>(found.lock)], known->second);
        }
        continue;
      }
      const auto named = std::find_if(model.keys.rbegin(), model.keys.rend(), [&](const auto& use) {
        return use.first == key && model.locks.count(use.second) > 0 &&
               model.locks[use.second].expires_at > now;
      });
      if (!key.empty() && named != model.keys.rend()) {
        ASSERT_GE(found.lock, 0) << "a key of a lock that lasts is refused or means another one";
        ASSERT_EQ(ids[static_cast<std::size_t>(found.lock)], named->second);
        ASSERT_NE(found.act, Act::kRefuseEnded);
      }
      if (found.act == Act::kRefuseEnded) {
        ASSERT_FALSE(what.reopens);
        ASSERT_FALSE(key.empty());
        continue;
      }
      int lock = 0;
      if (found.act == Act::kCreate) {
        if (found.over >= 0) {
          ASSERT_LE(locks[static_cast<std::size_t>(found.over)].expires_at, now);
          model.locks.erase(ids[static_cast<std::size_t>(found.over)]);
        }
        for (const auto& [number, other] : model.locks) ASSERT_NE(other.line, line) << "two locks of a line";
        lock = model.next++;
        model.locks[lock] = {key, line, found.content, now + static_cast<Instant>(random() % 10)};
      } else {
        ASSERT_GE(found.lock, 0);
        ASSERT_GT(locks[static_cast<std::size_t>(found.lock)].expires_at, now);
        lock = ids[static_cast<std::size_t>(found.lock)];
        if (found.act == Act::kChange) model.locks[lock].content = found.content;
      }
      if (!key.empty()) model.keys.emplace_back(key, lock);
      if (!request.empty()) model.requests.emplace_back(request, lock);
      if (random() % 8 == 0 && !model.locks.empty()) model.locks.erase(model.locks.begin());
    }
  }
}

TEST(HoldOfALock, AConfirmedOneNeverExpires) {
  EXPECT_EQ(expiry_of(Hold::kConfirmed, kNow, 5), kNever);
  EXPECT_EQ(expiry_of(Hold::kCounting, kNow, 5), kNow + 5'000'000);
  EXPECT_EQ(expiry_of(Hold::kTentative, kNow, kLongestTtl), kNow + Instant{kLongestTtl} * 1'000'000);
  for (const Hold hold : {Hold::kTentative, Hold::kCounting, Hold::kConfirmed})
    EXPECT_EQ(hold_named(name_of(hold)), hold);
  EXPECT_FALSE(hold_named("Confirmed"));
}

}  // namespace
}  // namespace command_center::inventory
