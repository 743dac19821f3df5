// The cache is bounded and forgets what was used longest ago.
#include "extension/core/cache/lru_cache.hpp"

#include <gtest/gtest.h>

namespace command_center::cache {
namespace {

TEST(LruCache, ForgetsWhatWasUsedLongestAgo) {
  LruCache<int> cache;
  cache.put("a", 1, 2);
  cache.put("b", 2, 2);
  ASSERT_NE(cache.find("a"), nullptr);
  cache.put("c", 3, 2);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(*cache.find("c"), 3);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(LruCache, ReplacesAndFindsLongAndShortKeys) {
  LruCache<std::string> cache;
  const std::string long_key(200, 'x');
  cache.put(long_key, "old", 10);
  EXPECT_EQ(*cache.put(long_key, "new", 10), "new");
  EXPECT_EQ(*cache.find(long_key), "new");
  EXPECT_EQ(cache.size(), 1U);
  cache.clear();
  EXPECT_EQ(cache.find(long_key), nullptr);
}

TEST(LruCache, KeepsTheNewestEntryWhateverTheCapacity) {
  LruCache<int> cache;
  EXPECT_EQ(*cache.put("a", 1, 0), 1);
  EXPECT_EQ(*cache.put("b", 2, 0), 2);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(LruCache, KeepsNoMoreThanItsCapacityWeighs) {
  LruCache<int> cache;
  cache.put("light", 1, 10, 1);
  cache.put("heavy", 2, 10, 8);
  cache.put("also", 3, 10, 2);
  EXPECT_EQ(cache.find("light"), nullptr);
  EXPECT_EQ(cache.size(), 2U);
  // What is replaced or cleared weighs nothing any more.
  cache.put("heavy", 4, 10, 1);
  cache.put("more", 5, 10, 7);
  EXPECT_EQ(cache.size(), 3U);
  cache.clear();
  cache.put("all", 6, 10, 10);
  cache.put("none", 7, 10, 0);
  EXPECT_EQ(cache.size(), 2U);
}

}  // namespace
}  // namespace command_center::cache
