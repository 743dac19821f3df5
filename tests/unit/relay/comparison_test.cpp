// Promises of the comparison of topics with their declarations.
#include "relay/declarations/comparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace command_center::relay::declarations {
namespace {

std::vector<std::string> settings_of(const std::vector<Difference>& all) {
  std::vector<std::string> settings;
  settings.reserve(all.size());
  for (const Difference& difference : all) settings.push_back(difference.setting);
  return settings;
}

TEST(Comparison, WhatIsAsDeclaredDoesNotDiffer) {
  EXPECT_TRUE(differences({12, "delete", 1048588}, {12, "delete", 1048588}).empty());
}

TEST(Comparison, EachSettingIsCompared) {
  EXPECT_EQ(settings_of(differences({12, "compact", 2000}, {11, "delete", 1999})),
            (std::vector<std::string>{"partitions", "cleanup.policy", "max.message.bytes"}));
}

TEST(Comparison, MorePartitionsThanDeclaredAreNoDifference) {
  EXPECT_TRUE(differences({12, "delete", 2000}, {13, "delete", 2000}).empty());
}

TEST(Comparison, WhatNobodyDeclaresDoesNotDiffer) {
  EXPECT_TRUE(differences({16, "compact", 0}, {16, "compact", 1048588}).empty());
}

}  // namespace
}  // namespace command_center::relay::declarations
