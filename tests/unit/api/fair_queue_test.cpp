// Promises of what waits for a connection.
#include "api/database/fair_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace command_center::api::database {
namespace {

struct Item {
  std::string text;
  std::uint64_t order = 0;
};

bool any(const std::string& /*tenant*/) {
  return true;
}
bool fits(const Item& /*item*/) {
  return true;
}

std::string take_all(FairQueue<Item>& queue) {
  std::string taken;
  while (auto item = queue.take(any, fits)) taken += item->text + " ";
  return taken;
}

TEST(FairQueue, EachTenantHasItsTurnHoweverMuchTheOthersHaveWaiting) {
  FairQueue<Item> queue;
  for (const char* text : {"a1", "a2", "a3", "a4"}) queue.push_back("a", {text, 0});
  queue.push_back("b", {"b1", 0});
  queue.push_back("c", {"c1", 0});
  queue.push_back("c", {"c2", 0});
  EXPECT_EQ(queue.size(), 7U);
  EXPECT_EQ(take_all(queue), "a1 b1 c1 a2 c2 a3 a4 ");
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0U);
}

TEST(FairQueue, WhoMayNotGoOnIsPassedOver) {
  FairQueue<Item> queue;
  queue.push_back("a", {"a1", 1});
  queue.push_back("b", {"b1", 2});
  const auto not_a = [](const std::string& tenant) { return tenant != "a"; };
  EXPECT_EQ(queue.next_order(any), 1U);
  EXPECT_EQ(queue.next_order(not_a), 2U);
  EXPECT_EQ(queue.take(not_a, fits)->text, "b1");
  EXPECT_EQ(queue.next_order(not_a), std::nullopt);
  EXPECT_FALSE(queue.take(not_a, fits));
  EXPECT_EQ(queue.take(any, fits)->text, "a1");
}

TEST(FairQueue, WhatDoesNotFitStaysWhereItIs) {
  FairQueue<Item> queue;
  queue.push_back("a", {"a1", 0});
  EXPECT_FALSE(queue.take(any, [](const Item&) { return false; }));
  EXPECT_EQ(queue.size(), 1U);
}

TEST(FairQueue, WhatIsOverIsTakenOutAndTheRestStaysInItsOrder) {
  FairQueue<Item> queue;
  for (const char* text : {"a1", "x", "a2"}) queue.push_back("a", {text, 0});
  queue.push_back("b", {"x", 0});
  int taken = 0;
  queue.take_where([](const Item& item) { return item.text == "x"; }, [&](Item&&) { ++taken; });
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(take_all(queue), "a1 a2 ");
  queue.push_back("b", {"b1", 0});
  EXPECT_EQ(take_all(queue), "b1 ");
}

TEST(FairQueue, WhatIsPutBackComesFirst) {
  FairQueue<Item> queue;
  for (const char* text : {"a1", "a2"}) queue.push_back("a", {text, 0});
  auto taken = queue.take(any, fits);
  queue.push_front("a", std::move(*taken));
  EXPECT_EQ(take_all(queue), "a1 a2 ");
}

TEST(FairQueue, AShareLeavesSomethingToOthersWhereThereIsMoreThanALittle) {
  EXPECT_EQ(share_of(1), 1);
  EXPECT_EQ(share_of(3), 3);
  EXPECT_EQ(share_of(4), 3);
  EXPECT_EQ(share_of(10'000), 7'500);
}

}  // namespace
}  // namespace command_center::api::database
