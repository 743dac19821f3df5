// The verdict itself: each kind of difference is named, and what is allowed is not.
#include "tests/checker/verdict.hpp"

#include <gtest/gtest.h>

namespace command_center::checker {
namespace {

constexpr const char* kTopic = "topic";

Entry entry(const std::string& token, bool ordered = false, std::int64_t locked_at = 0) {
  return {token, kTopic, "orders", "tenant", "key", "id-" + token, ordered, locked_at};
}

Sighting sighting(const std::string& token, std::int64_t offset = 0) {
  return {kTopic, 0, offset, "key", "tenant", "orders", "id-" + token, token, true};
}

Transaction committed(std::vector<Entry> entries, std::int64_t committing_at = 0) {
  return {Outcome::kCommitted, committing_at, std::move(entries), {}};
}

using Faults = std::set<Fault>;

TEST(Verdict, NothingIsWrongWhenEachCommittedMessageIsThereOnce) {
  const Verdict verdict = judge({committed({entry("a"), entry("b")})}, {sighting("b"), sighting("a", 1)});
  EXPECT_TRUE(verdict.is_clean()) << verdict.text();
  EXPECT_EQ(verdict.text(), "");
}

TEST(Verdict, CommittedAndNotThereIsLost) {
  EXPECT_EQ(judge({committed({entry("a"), entry("b")})}, {sighting("a")}).faults(), Faults{Fault::kLost});
}

TEST(Verdict, WhatWasInADeletedTopicIsNotLost) {
  EXPECT_TRUE(judge({committed({entry("a")})}, {}, {Delivery::kExactlyOnce, {kTopic}}).is_clean());
}

TEST(Verdict, MoreThanOnceIsDuplicateUnlessAtLeastOnceIsPromised) {
  const std::vector<Transaction> journal{committed({entry("a")})};
  const std::vector<Sighting> sightings{sighting("a"), sighting("a", 1), sighting("a", 2)};
  EXPECT_EQ(judge(journal, sightings).count(Fault::kDuplicate), 2);
  EXPECT_TRUE(judge(journal, sightings, {Delivery::kAtLeastOnce}).is_clean());
}

TEST(Verdict, WhatNobodyQueuedIsInvented) {
  EXPECT_EQ(judge({}, {sighting("a")}).faults(), Faults{Fault::kInvented});
  Sighting for_another = sighting("a");
  for_another.target = "audit";
  EXPECT_EQ(judge({committed({entry("a")})}, {sighting("a"), for_another}).faults(),
            Faults{Fault::kInvented});
}

TEST(Verdict, WhatRolledBackMustNotBeThere) {
  EXPECT_EQ(judge({{Outcome::kRolledBack, 0, {entry("a")}, {}}}, {sighting("a")}).faults(),
            Faults{Fault::kRolledBack});
  EXPECT_EQ(judge({{Outcome::kCommitted, 0, {}, {entry("a")}}}, {sighting("a")}).faults(),
            Faults{Fault::kRolledBack});
  EXPECT_TRUE(judge({{Outcome::kRolledBack, 0, {entry("a")}, {}}}, {}).is_clean());
}

TEST(Verdict, AnUnknownTransactionIsThereWholeOrNotAtAll) {
  const std::vector<Transaction> journal{{Outcome::kUnknown, 0, {entry("a"), entry("b")}, {}}};
  EXPECT_TRUE(judge(journal, {}).is_clean());
  EXPECT_TRUE(judge(journal, {sighting("a"), sighting("b", 1)}).is_clean());
  EXPECT_EQ(judge(journal, {sighting("a")}).faults(), Faults{Fault::kTorn});
}

TEST(Verdict, WhatAMessageSaysIsCompared) {
  const std::vector<Transaction> journal{committed({entry("a")})};
  Sighting changed = sighting("a");
  changed.intact = false;
  EXPECT_EQ(judge(journal, {changed}).faults(), Faults{Fault::kRewritten});
  changed = sighting("a");
  changed.id = "another";
  EXPECT_EQ(judge(journal, {changed}).faults(), Faults{Fault::kRewritten});
  changed = sighting("a");
  changed.tenant = "another";
  EXPECT_EQ(judge(journal, {changed}).faults(), Faults{Fault::kRewritten});
  changed = sighting("a");
  changed.key = "another";
  EXPECT_EQ(judge(journal, {changed}).faults(), Faults{Fault::kWrongKey});
}

TEST(Verdict, AnIdThatNobodyLearntIsAnyId) {
  Entry unanswered = entry("a");
  unanswered.id.clear();
  EXPECT_TRUE(judge({{Outcome::kUnknown, 0, {unanswered}, {}}}, {sighting("a")}).is_clean());
}

TEST(Verdict, OneKeyIsInOnePartition) {
  Sighting elsewhere = sighting("b");
  elsewhere.partition = 1;
  EXPECT_EQ(judge({committed({entry("a"), entry("b")})}, {sighting("a"), elsewhere}).faults(),
            Faults{Fault::kSplitKey});
}

TEST(Verdict, OrderedMessagesKeepTheOrderOfTheirTransactions) {
  // The journal has them in the order in which their outcomes became known, which says nothing.
  const std::vector<Transaction> journal{committed({entry("c", true, 30)}, 40),
                                         committed({entry("a", true, 10), entry("b", true, 12)}, 20)};
  EXPECT_TRUE(judge(journal, {sighting("a", 0), sighting("b", 1), sighting("c", 2)}).is_clean());
  EXPECT_EQ(judge(journal, {sighting("b", 0), sighting("a", 1), sighting("c", 2)}).faults(),
            Faults{Fault::kOutOfOrder});
  EXPECT_EQ(judge(journal, {sighting("c", 0), sighting("a", 1), sighting("b", 2)}).faults(),
            Faults{Fault::kOutOfOrder});
}

TEST(Verdict, OtherMessagesHaveNoOrder) {
  EXPECT_TRUE(judge({committed({entry("a", false, 10)}, 20), committed({entry("b", false, 30)}, 40)},
                    {sighting("b", 0), sighting("a", 1)})
                  .is_clean());
}

TEST(Verdict, TwoTransactionsNeverHoldAnOrderedKeyTogether) {
  EXPECT_EQ(judge({committed({entry("a", true, 10)}, 20), committed({entry("b", true, 15)}, 30)},
                  {sighting("a", 0), sighting("b", 1)})
                .faults(),
            Faults{Fault::kNotExcluded});
}

TEST(Verdict, EveryInputOfAConsumerHasOneEffect) {
  const std::vector<Sighting> inputs{sighting("a"), sighting("b", 1), sighting("b", 2)};
  EXPECT_TRUE(judge_effects(inputs, {"b", "a"}).is_clean());
  EXPECT_EQ(judge_effects(inputs, {"a"}).faults(), Faults{Fault::kNoEffect});
  EXPECT_EQ(judge_effects(inputs, {"a", "b", "b"}).faults(), Faults{Fault::kDoubleEffect});
  EXPECT_EQ(judge_effects(inputs, {"a", "b", "c"}).faults(), Faults{Fault::kEffectInvented});
}

TEST(Verdict, MergedVerdictsKeepTheirCounts) {
  Verdict one;
  for (int i = 0; i < 20; ++i) one.add(Fault::kLost, "x");
  Verdict other;
  other.add(Fault::kLost, "y");
  other.merge(one);
  EXPECT_EQ(other.count(Fault::kLost), 21);
}

}  // namespace
}  // namespace command_center::checker
