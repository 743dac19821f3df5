// Members of our own JSON are camelCase, and who writes them otherwise is told how.
#include <gtest/gtest.h>

#include "extension/core/json/member_names.hpp"

namespace command_center::json {
namespace {

TEST(UnknownMember, IsToldItsSpelling) {
  for (const char* name :
       {"max_per_minute", "max-per-minute", "MaxPerMinute", "MAX_PER_MINUTE", "maxperminute"})
    EXPECT_EQ(unknown_member(name, {"per", "maxPerMinute"}, "limits"), "is spelt \"maxPerMinute\"") << name;
}

TEST(UnknownMember, IsGuessedWithFewWrongLetters) {
  for (const char* name : {"maxPerMinuet", "maxPerMinut", "max_pre_minute"})
    EXPECT_EQ(unknown_member(name, {"per", "maxPerMinute"}, "limits"), "is spelt \"maxPerMinute\"") << name;
  EXPECT_EQ(unknown_member("pre", {"per", "maxPerMinute"}, "limits"), "is spelt \"per\"");
  EXPECT_EQ(unknown_member("key", {"per", "maxPerMinute"}, "limits"), "is not a member of limits");
}

TEST(UnknownMember, IsNoMemberWhereItsLettersAreOthers) {
  for (const char* name : {"", "max", "max_per_hour", "_"})
    EXPECT_EQ(unknown_member(name, {"per", "maxPerMinute"}, "limits"), "is not a member of limits") << name;
}

}  // namespace
}  // namespace command_center::json
