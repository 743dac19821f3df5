// What PostgreSQL takes as a text and as an array of them.
#include "daemon/postgres/texts.hpp"

#include <gtest/gtest.h>

namespace command_center::daemon::postgres {
namespace {

TEST(Texts, AreUtf8WithoutAZeroCharacter) {
  EXPECT_TRUE(is_text(""));
  EXPECT_TRUE(is_text("gr\xC3\xBC\xC3\x9F"));
  EXPECT_FALSE(is_text(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_text("\xFF"));
  EXPECT_FALSE(is_text("\xED\xA0\x80"));
  EXPECT_FALSE(is_text("\xC3"));
}

TEST(Texts, OfAnArrayAreQuoted) {
  EXPECT_EQ(array_text({}), "{}");
  EXPECT_EQ(array_text({"", "a,b", "\"\\", "NULL"}), R"({"","a,b","\"\\","NULL"})");
}

}  // namespace
}  // namespace command_center::daemon::postgres
