// Promises of the search for what Kafka refuses.
#include "relay/publisher/suspects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>

namespace command_center::relay::publisher {
namespace {

using Positions = std::set<std::int64_t>;

// How many parts it takes until the guilty are found among positions 1 to `last`, if Kafka refuses requests
// of messages of `topic` together.
struct Search {
  int refused_parts = 0;
  int published_parts = 0;
  Positions parked;
};

Search search(std::int64_t last, const Positions& topic, const Positions& guilty) {
  Search found;
  Suspects suspects;
  std::int64_t after = 0;
  while (after < last) {
    std::int64_t through = after;
    Positions refused;
    bool is_refused = false;
    for (std::int64_t at = after + 1; at <= last; ++at) {
      if (found.parked.count(at) > 0) continue;
      if (through > after && !suspects.may_join(after, at)) break;
      through = at;
      if (topic.count(at) > 0) refused.insert(at);
      if (guilty.count(at) > 0) is_refused = true;
    }
    if (!is_refused) {
      suspects.clear_through(through);
      after = std::max(through, after + 1);
      ++found.published_parts;
      continue;
    }
    ++found.refused_parts;
    if (refused.size() == 1) {
      suspects.remove(*refused.begin());
      found.parked.insert(*refused.begin());
    } else {
      suspects.add(refused);
    }
  }
  return found;
}

Positions range(std::int64_t first, std::int64_t last, std::int64_t step = 1) {
  Positions positions;
  for (std::int64_t at = first; at <= last; at += step) positions.insert(at);
  return positions;
}

TEST(Suspects, AnUnsuspectedPositionAlwaysJoins) {
  Suspects suspects;
  EXPECT_TRUE(suspects.may_join(0, 5));
  suspects.add({7, 8});
  EXPECT_TRUE(suspects.may_join(0, 5));
}

TEST(Suspects, WhatIsNotSuspectedGoesBeforeIt) {
  Suspects suspects;
  suspects.add(range(10, 109));
  EXPECT_FALSE(suspects.may_join(0, 10));
}

TEST(Suspects, APartTakesTheSquareRootOfThem) {
  Suspects suspects;
  suspects.add(range(1, 100));
  EXPECT_TRUE(suspects.may_join(0, 10));
  EXPECT_FALSE(suspects.may_join(0, 11));
  EXPECT_TRUE(suspects.may_join(10, 20));
  suspects.clear_through(20);
  EXPECT_FALSE(suspects.may_join(20, 31));
}

TEST(Suspects, PartsGrowAgainBehindWhatWasRefusedLast) {
  Suspects suspects;
  suspects.add(range(1, 100));
  suspects.add(range(1, 4));
  EXPECT_FALSE(suspects.may_join(0, 3));
  suspects.clear_through(4);
  EXPECT_TRUE(suspects.may_join(4, 8));
  EXPECT_FALSE(suspects.may_join(4, 9));
}

TEST(Suspects, OneOfManyIsFoundWithFewRefusals) {
  for (const std::int64_t guilty : {1, 2, 617, 4999, 5000}) {
    const Search found = search(5000, range(1, 5000), {guilty});
    EXPECT_EQ(found.parked, Positions{guilty});
    EXPECT_LE(found.refused_parts, 5) << guilty;
    EXPECT_LE(found.published_parts, 200) << guilty;
  }
}

TEST(Suspects, ManyAreFoundAndNobodyElse) {
  const Positions topic = range(1, 2000, 2);
  const Positions guilty = {1, 3, 5, 801, 1999};
  const Search found = search(2000, topic, guilty);
  EXPECT_EQ(found.parked, guilty);
  EXPECT_LE(found.refused_parts, 25);
}

TEST(Suspects, AllMayBeGuilty) {
  EXPECT_EQ(search(30, range(1, 30), range(1, 30)).parked, range(1, 30));
}

}  // namespace
}  // namespace command_center::relay::publisher
