// Limits: what a bucket admits in any window, also with give-backs, cooldowns and clocks out of order.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "extension/core/limits/bucket.hpp"
#include "extension/core/limits/bucket_table.hpp"
#include "extension/core/limits/rate.hpp"

namespace command_center::limits {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kStart = 800'000'000 * kSecond;

Bucket full_bucket() {
  Bucket bucket = {};
  open(bucket, 0, 1);
  return bucket;
}

bool take(Bucket& bucket, const Rate& rate, std::int64_t now, Token* token = nullptr) {
  if (!look(bucket, rate, now).admitted) {
    refuse(bucket, rate, now);
    return false;
  }
  const Token taken = admit(bucket, rate, now);
  if (token != nullptr) *token = taken;
  return true;
}

// The most admissions above `burst + span / interval` over every span between two of them.
double excess(std::vector<std::int64_t> times, const Rate& rate) {
  std::sort(times.begin(), times.end());
  double worst = -1e9;
  double least = 1e18;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double line =
        static_cast<double>(i) - static_cast<double>(times[i] - kStart) / static_cast<double>(rate.interval);
    least = std::min(least, line);
    worst = std::max(worst, line - least + 1 - static_cast<double>(rate.burst));
  }
  return worst;
}

TEST(Limit, AdmitsItsBurstAtOnceAndThenOneInEachInterval) {
  const Rate rate = make_rate(6, 3, 0);
  Bucket bucket = full_bucket();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(bucket, rate, kStart));
  EXPECT_FALSE(take(bucket, rate, kStart));
  EXPECT_FALSE(take(bucket, rate, kStart + 10 * kSecond - 1));
  EXPECT_TRUE(take(bucket, rate, kStart + 10 * kSecond));
  EXPECT_FALSE(take(bucket, rate, kStart + 10 * kSecond));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(bucket, rate, kStart + 50 * kSecond));
  EXPECT_FALSE(take(bucket, rate, kStart + 50 * kSecond));
}

TEST(Limit, NeverGrowsBackFasterThanItsRateInAMinute) {
  for (const int max_per_minute : {1, 7, 59, 61, 999, 999'999, 1'000'000}) {
    EXPECT_GE(make_rate(max_per_minute, 1, 0).interval * max_per_minute, 60 * kSecond) << max_per_minute;
  }
}

TEST(Limit, SaysWhenToRetryAndKeepsItsWord) {
  const Rate rate = make_rate(6, 2, 0);
  Bucket bucket = full_bucket();
  EXPECT_TRUE(take(bucket, rate, kStart));
  EXPECT_TRUE(take(bucket, rate, kStart + kSecond));
  const Answer answer = look(bucket, rate, kStart + 2 * kSecond);
  EXPECT_FALSE(answer.admitted);
  EXPECT_EQ(answer.retry_after, 8 * kSecond);
  EXPECT_FALSE(take(bucket, rate, kStart + 10 * kSecond - 1));
  EXPECT_TRUE(take(bucket, rate, kStart + 10 * kSecond));
}

TEST(Cooldown, RefusesForAsLongAsItSaysAndIsNotProlongedByKnocking) {
  const Rate rate = make_rate(60, 1, 30);
  Bucket bucket = full_bucket();
  EXPECT_TRUE(take(bucket, rate, kStart));
  EXPECT_EQ(look(bucket, rate, kStart).retry_after, 30 * kSecond);
  EXPECT_FALSE(take(bucket, rate, kStart));
  EXPECT_FALSE(take(bucket, rate, kStart + 29 * kSecond));
  EXPECT_EQ(look(bucket, rate, kStart + 29 * kSecond).retry_after, kSecond);
  EXPECT_TRUE(take(bucket, rate, kStart + 30 * kSecond));
}

TEST(Cooldown, IsShorterThanAnIntervalWithoutEffect) {
  const Rate rate = make_rate(1, 1, 5);
  Bucket bucket = full_bucket();
  EXPECT_TRUE(take(bucket, rate, kStart));
  EXPECT_FALSE(take(bucket, rate, kStart));
  EXPECT_EQ(look(bucket, rate, kStart).retry_after, 60 * kSecond);
}

TEST(GiveBack, ReturnsAWholeTokenAtOnce) {
  const Rate rate = make_rate(1, 1, 0);
  Bucket bucket = full_bucket();
  for (int i = 0; i < 100; ++i) {
    Token token;
    ASSERT_TRUE(take(bucket, rate, kStart + i, &token)) << i;
    EXPECT_FALSE(take(bucket, rate, kStart + i));
    give_back(bucket, token, kStart + i);
  }
}

TEST(GiveBack, ReturnsOnlyWhatHasNotGrownBackMeanwhile) {
  const Rate rate = make_rate(1, 2, 0);
  Bucket bucket = full_bucket();
  Token token;
  EXPECT_TRUE(take(bucket, rate, kStart, &token));
  // Half of it grew back; after 40 more seconds the first command is forgotten and the second is not.
  EXPECT_TRUE(take(bucket, rate, kStart + 30 * kSecond));
  give_back(bucket, token, kStart + 30 * kSecond);
  EXPECT_EQ(bucket.full_at, kStart + 90 * kSecond);
  Bucket later = full_bucket();
  EXPECT_TRUE(take(later, rate, kStart, &token));
  EXPECT_TRUE(take(later, rate, kStart + 70 * kSecond));
  give_back(later, token, kStart + 80 * kSecond);
  EXPECT_EQ(later.full_at, kStart + 130 * kSecond);
}

// Two groups that were out together, the second given back long after the first was used again.
TEST(GiveBack, NeverPaysTwiceForOneDebt) {
  const Rate rate = make_rate(1, 20, 0);
  Bucket bucket = full_bucket();
  std::vector<Token> first(10);
  std::vector<Token> second(10);
  std::vector<std::int64_t> kept;
  for (Token& token : first) ASSERT_TRUE(take(bucket, rate, kStart, &token));
  for (Token& token : second) ASSERT_TRUE(take(bucket, rate, kStart, &token));
  for (const Token& token : first) give_back(bucket, token, kStart);
  const std::int64_t later = kStart + 600 * kSecond;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(take(bucket, rate, later));
    kept.push_back(later);
  }
  for (const Token& token : second) give_back(bucket, token, later);
  while (take(bucket, rate, later)) kept.push_back(later);
  EXPECT_LE(excess(kept, rate), 1e-6);
}

TEST(GiveBack, OfALaterSavepointCostsTheEarlierTokenNothing) {
  const Rate rate = make_rate(1, 5, 0);
  Bucket bucket = full_bucket();
  Token outer;
  ASSERT_TRUE(take(bucket, rate, kStart, &outer));
  for (int i = 0; i < 100; ++i) {
    Token inner;
    ASSERT_TRUE(take(bucket, rate, kStart, &inner));
    give_back(bucket, inner, kStart);
  }
  give_back(bucket, outer, kStart);
  EXPECT_TRUE(is_idle(bucket, kStart));
}

TEST(ChangedLimit, CountsFromAnEmptyBucketAtMost) {
  const Rate slow = make_rate(1, 100, 3600);
  const Rate fast = make_rate(600, 10, 0);
  Bucket bucket = full_bucket();
  while (take(bucket, slow, kStart)) {
  }
  follow(bucket, fast, 2, kStart);
  EXPECT_EQ(look(bucket, fast, kStart).retry_after, kSecond / 10);
  // A session that has not heard of the change yet changes nothing back.
  follow(bucket, slow, 1, kStart);
  EXPECT_EQ(bucket.version, 2);
}

TEST(ChangedLimit, LeavesNoCooldownBehindWhenItIsRolledBack) {
  const Rate patient = make_rate(60, 2, 0);
  const Rate cooling = make_rate(60, 1, 3600);
  Bucket bucket = full_bucket();
  follow(bucket, cooling, 2, kStart);
  Token token;
  ASSERT_TRUE(take(bucket, cooling, kStart, &token));
  EXPECT_FALSE(take(bucket, cooling, kStart));
  give_back(bucket, token, kStart);
  follow(bucket, patient, 1, kStart);
  EXPECT_TRUE(take(bucket, patient, kStart));
}

TEST(ChangedLimit, MakesOlderTokensWorthless) {
  const Rate rate = make_rate(1, 2, 0);
  Bucket bucket = full_bucket();
  Token token;
  ASSERT_TRUE(take(bucket, rate, kStart, &token));
  follow(bucket, rate, 2, kStart);
  const Bucket before = bucket;
  give_back(bucket, token, kStart);
  EXPECT_EQ(std::memcmp(&before, &bucket, sizeof(Bucket)), 0);
}

TEST(Clock, SetBackByAnHourDoesNotRefuseForAnHour) {
  const Rate rate = make_rate(60, 5, 0);
  Bucket bucket = full_bucket();
  while (take(bucket, rate, kStart)) {
  }
  const std::int64_t earlier = kStart - 3600 * kSecond;
  follow(bucket, rate, 1, earlier);
  EXPECT_EQ(look(bucket, rate, earlier).retry_after, kSecond);
}

struct Out {
  Token token;
  std::int64_t admitted_at;
};

// Random loads: sessions with clocks out of order by up to a second admit, keep, and give back at once, soon
// or much later, in any order.
class RandomLoad : public ::testing::TestWithParam<int> {};

TEST_P(RandomLoad, NeverKeepsMoreThanBurstPlusRateInAnyWindow) {
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  const auto below = [&](std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  };
  for (int round = 0; round < 40; ++round) {
    const Rate rate = make_rate(1 + below(600), 1 + below(30), below(4) == 0 ? below(20) : 0);
    const std::int64_t pace = 1 + below(2 * rate.interval);
    const std::int64_t skew = below(2) == 0 ? 1 : kSecond;
    const std::int64_t rollbacks = below(100);
    Bucket bucket = full_bucket();
    std::vector<Out> out;
    std::vector<std::int64_t> kept;
    std::int64_t clock = kStart;
    const auto settle = [&](std::size_t which, bool keep) {
      if (keep) {
        kept.push_back(out[which].admitted_at);
      } else {
        give_back(bucket, out[which].token, clock - below(skew));
      }
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(which));
    };
    for (int step = 0; step < 3000; ++step) {
      clock += below(50) == 0 ? below(20 * rate.interval) : below(pace);
      const std::int64_t now = clock - below(skew);
      Token token;
      if (take(bucket, rate, now, &token)) out.push_back({token, now});
      while (!out.empty() && (out.size() > 40 || below(3) == 0)) {
        const std::size_t which =
            below(2) == 0 ? out.size() - 1
                          : static_cast<std::size_t>(below(static_cast<std::int64_t>(out.size())));
        settle(which, below(100) >= rollbacks);
      }
    }
    while (!out.empty()) settle(0, true);
    ASSERT_LE(excess(kept, rate), 1e-6) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLoad, ::testing::Range(1, 21));

// --- the table ---

class Table {
 public:
  explicit Table(std::uint32_t capacity)
      : memory_(BucketTable::bytes_for(capacity) / sizeof(std::max_align_t) + 1) {
    BucketTable::format(memory_.data(), capacity);
  }
  BucketTable view() { return BucketTable(memory_.data()); }

 private:
  std::vector<std::max_align_t> memory_;
};

// Each of a database of its own: no share is in the way.
Key key(std::uint32_t number) {
  Key made = {};
  made.database = number;
  std::memcpy(made.detail.bytes.data(), &number, sizeof(number));
  return made;
}

Subject subject(std::uint32_t number, std::uint64_t hash) {
  return {key(number), hash, 1, 2, 3};
}

// A property of a tenant.
Subject property(std::uint32_t database, std::uint8_t tenant, std::uint32_t number) {
  Key made = {};
  made.database = database;
  made.tenant_id.bytes[0] = tenant;
  std::memcpy(made.detail.bytes.data(), &number, sizeof(number));
  return {made, number, tenant, tenant, database};
}

const Rate kOnce = make_rate(1, 1, 0);

// As a session does it: find, take, let go.
bool take(BucketTable table, std::uint32_t number, std::uint64_t hash, std::int64_t now) {
  const std::uint32_t found = table.find_or_open(subject(number, hash), kOnce, 1, now);
  if (found == BucketTable::kNone) return false;
  const bool admitted = take(table.bucket(found), kOnce, now);
  table.unpin(found);
  return admitted;
}

TEST(BucketTable, TwoSubjectsNeverShareABucketEvenWithOneHash) {
  Table table(100);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_TRUE(take(table.view(), i, 7, kStart)) << i;
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_FALSE(take(table.view(), i, 7, kStart)) << i;
  Key other_database = key(1);
  other_database.database = 1000;
  EXPECT_EQ(table.view().find(other_database, 7), BucketTable::kNone);
}

TEST(BucketTable, IsFullOnlyWhileEveryBucketIsInUse) {
  Table table(10);
  for (std::uint32_t i = 0; i < 10; ++i) EXPECT_TRUE(take(table.view(), i, i, kStart + i));
  EXPECT_EQ(table.view().find_or_open(subject(10, 10), kOnce, 1, kStart + 20), BucketTable::kNone);
  // Those that are there go on being counted.
  EXPECT_NE(table.view().find(key(3), 3), BucketTable::kNone);
  EXPECT_EQ(table.view().find_or_open(subject(10, 10), kOnce, 1, kStart + 60 * kSecond - 1),
            BucketTable::kNone);
  EXPECT_TRUE(take(table.view(), 10, 10, kStart + 60 * kSecond));
  EXPECT_EQ(table.view().used(), 10U);
  EXPECT_TRUE(take(table.view(), 11, 11, kStart + 61 * kSecond));
  EXPECT_EQ(table.view().used(), 2U);
}

TEST(BucketTable, MakesRoomAsSoonAsATokenIsGivenBack) {
  Table table(1);
  BucketTable view = table.view();
  const std::uint32_t taken = view.find_or_open(subject(1, 1), kOnce, 1, kStart);
  const Token token = admit(view.bucket(taken), kOnce, kStart);
  view.unpin(taken);
  EXPECT_EQ(view.find_or_open(subject(2, 2), kOnce, 1, kStart), BucketTable::kNone);
  view.give_back(taken, token, kStart);
  EXPECT_TRUE(take(view, 2, 2, kStart));
  // The bucket is another subject's now.
  const Bucket before = view.bucket(taken);
  view.give_back(taken, token, kStart);
  EXPECT_EQ(std::memcmp(&before, &view.bucket(taken), sizeof(Bucket)), 0);
}

TEST(BucketTable, KeepsWhatSomebodyIsUsing) {
  Table table(2);
  BucketTable view = table.view();
  const std::uint32_t mine = view.find_or_open(subject(1, 1), kOnce, 1, kStart);
  EXPECT_TRUE(take(view, 2, 2, kStart));
  EXPECT_EQ(view.find_or_open(subject(3, 3), kOnce, 1, kStart), BucketTable::kNone);
  EXPECT_EQ(view.find(key(1), 1), mine);
}

// A session that read its clock before a bucket was forgotten comes to it afterwards.
TEST(BucketTable, ForgettingABucketAdmitsNobodyWhoWasLate) {
  Table table(2);
  EXPECT_TRUE(take(table.view(), 1, 1, kStart));
  EXPECT_TRUE(take(table.view(), 2, 2, kStart));
  EXPECT_TRUE(take(table.view(), 3, 3, kStart + 60 * kSecond));
  EXPECT_EQ(table.view().find(key(1), 1), BucketTable::kNone);
  EXPECT_FALSE(take(table.view(), 1, 1, kStart + 30 * kSecond));
  EXPECT_TRUE(take(table.view(), 1, 1, kStart + 60 * kSecond));
}

bool take(BucketTable table, const Subject& subject, std::int64_t now) {
  const std::uint32_t found = table.find_or_open(subject, kOnce, 1, now);
  if (found == BucketTable::kNone) return false;
  const bool admitted = take(table.bucket(found), kOnce, now);
  table.unpin(found);
  return admitted;
}

TEST(BucketTable, OneTenantLeavesAsMuchFreeAsItHas) {
  Table table(100);
  std::uint32_t admitted = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) admitted += take(table.view(), property(1, 1, i), kStart) ? 1 : 0;
  // Its share, and one more that the rest of its subjects are counted in together.
  EXPECT_EQ(admitted, 51U);
  EXPECT_EQ(table.view().used(), 51U);
  // Others, in this database and in another, have theirs.
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_TRUE(take(table.view(), property(1, 2, i), kStart)) << i;
  for (std::uint32_t i = 0; i < 10; ++i) EXPECT_TRUE(take(table.view(), property(2, 3, i), kStart)) << i;
}

TEST(BucketTable, HoweverManyTenantsFillTheirSharesSomethingIsLeftForTheNext) {
  Table table(1000);
  for (std::uint8_t tenant = 1; tenant <= 30; ++tenant) {
    for (std::uint32_t i = 0; i < 1000; ++i) (void)take(table.view(), property(1, tenant, i), kStart);
  }
  // A database has eight times what is free, and of what it counts together 32 times.
  EXPECT_LE(table.view().used(), 970U);
  EXPECT_TRUE(take(table.view(), property(2, 99, 1), kStart));
  EXPECT_FALSE(take(table.view(), property(2, 99, 1), kStart));
}

TEST(BucketTable, ForeseesWhatItDoes) {
  Table table(40);
  BucketTable view = table.view();
  std::mt19937 random(7);
  std::int64_t now = kStart;
  int full = 0;
  int together = 0;
  int refused = 0;
  for (int turn = 0; turn < 20'000; ++turn) {
    const bool plain = random() % 8 == 0;
    now += static_cast<std::int64_t>(random() % (random() % 5 == 0 ? 3 * kSecond : 50'000));
    Subject sent = property(random() % 3, static_cast<std::uint8_t>(random() % 6), plain ? 0 : random() % 60);
    sent.together_hash = 1000U + sent.key.tenant_id.bytes[0];
    const BucketTable::Foreseen foreseen = view.foresee(sent, kOnce, 1, now);
    const std::uint32_t found = view.find_or_open(sent, kOnce, 1, now);
    ASSERT_EQ(foreseen.full, found == BucketTable::kNone) << turn;
    full += foreseen.full ? 1 : 0;
    if (foreseen.full) continue;
    ASSERT_EQ(foreseen.together, view.is_together(found)) << turn;
    ASSERT_EQ(look(foreseen.bucket, kOnce, now).retry_after, look(view.bucket(found), kOnce, now).retry_after)
        << turn;
    together += foreseen.together ? 1 : 0;
    refused += take(view.bucket(found), kOnce, now) ? 0 : 1;
    view.unpin(found);
  }
  EXPECT_GT(together, 100);
  EXPECT_GT(refused, 100);
  EXPECT_GT(full, 0);
}

TEST(BucketTable, TellsWhoseSubjectsAreCountedTogether) {
  Table table(10);
  for (std::uint32_t i = 0; i < 5; ++i) (void)take(table.view(), property(1, 1, i), kStart);
  EXPECT_FALSE(table.view().counts_together(1, kStart));
  for (std::uint32_t i = 5; i < 20; ++i) (void)take(table.view(), property(1, 1, i), kStart);
  EXPECT_TRUE(table.view().counts_together(1, kStart));
  EXPECT_FALSE(table.view().counts_together(2, kStart));
  EXPECT_FALSE(table.view().counts_together(1, kStart + 60 * kSecond));
}

TEST(BucketTable, WhatHasABucketKeepsItWhenTheShareIsFull) {
  Table table(10);
  for (std::uint32_t i = 0; i < 100; ++i) (void)take(table.view(), property(1, 1, i), kStart);
  EXPECT_FALSE(take(table.view(), property(1, 1, 0), kStart + kSecond));
  EXPECT_TRUE(take(table.view(), property(1, 1, 0), kStart + 60 * kSecond));
}

TEST(BucketTable, WhoWasCountedTogetherStartsNoFullerWhenTheShareHasRoom) {
  Table table(4);
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_TRUE(take(table.view(), property(1, 1, i), kStart + i * 10 * kSecond));
  // Counted together from the third on; when the first is forgotten there is room for one of them.
  EXPECT_FALSE(take(table.view(), property(1, 1, 3), kStart + 30 * kSecond));
  EXPECT_FALSE(take(table.view(), property(1, 1, 2), kStart + 60 * kSecond));
  EXPECT_TRUE(take(table.view(), property(1, 1, 2), kStart + 80 * kSecond));
}

TEST(BucketTable, OfNoBucketsIsAlwaysFull) {
  Table table(0);
  EXPECT_EQ(table.view().find_or_open(subject(1, 1), kOnce, 1, kStart), BucketTable::kNone);
}

}  // namespace
}  // namespace command_center::limits
