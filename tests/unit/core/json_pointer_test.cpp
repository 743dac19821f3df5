// JSON pointers are split and unescaped as RFC 6901 says.
#include "extension/core/json/pointer.hpp"

#include <gtest/gtest.h>

namespace command_center::json {
namespace {

using Tokens = std::vector<std::string>;

TEST(JsonPointer, SplitsAndUnescapes) {
  EXPECT_EQ(parse_pointer(""), Tokens{});
  EXPECT_EQ(parse_pointer("/"), Tokens{""});
  EXPECT_EQ(parse_pointer("/a/b~1c/~0/0"), (Tokens{"a", "b/c", "~", "0"}));
  EXPECT_EQ(parse_pointer("/~01"), Tokens{"~1"});
  EXPECT_EQ(parse_pointer("/a//"), (Tokens{"a", "", ""}));
}

TEST(JsonPointer, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_pointer("a"));
  EXPECT_FALSE(parse_pointer("/~"));
  EXPECT_FALSE(parse_pointer("/~2"));
  EXPECT_FALSE(parse_pointer("#/a"));
}

}  // namespace
}  // namespace command_center::json
