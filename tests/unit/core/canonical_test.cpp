// Equal JSON has one text: the spelling of numbers, which jsonb keeps, makes no difference.
#include "extension/core/json/canonical.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::json {
namespace {

std::string canonical(std::string_view json) {
  std::string buffer(json.size(), '?');
  return std::string(canonical_text(json, buffer.data()));
}

TEST(CanonicalNumber, HasNoZerosAtTheEndOfItsFraction) {
  EXPECT_EQ(canonical_number("12"), "12");
  EXPECT_EQ(canonical_number("12.0"), "12");
  EXPECT_EQ(canonical_number("12.000"), "12");
  EXPECT_EQ(canonical_number("-12.50"), "-12.5");
  EXPECT_EQ(canonical_number("0.0"), "0");
  EXPECT_EQ(canonical_number("0.10"), "0.1");
  EXPECT_EQ(canonical_number("0.001"), "0.001");
  EXPECT_EQ(canonical_number("100.0"), "100");
}

TEST(CanonicalNumber, KeepsTheZerosOfAnInteger) {
  EXPECT_EQ(canonical_number("0"), "0");
  EXPECT_EQ(canonical_number("1200"), "1200");
  const std::string large = "1" + std::string(100'000, '0');
  EXPECT_EQ(canonical_number(large), large);
  EXPECT_EQ(canonical_number(large + "." + std::string(16'000, '0')), large);
}

TEST(CanonicalText, IsTheSameForEqualDocuments) {
  EXPECT_EQ(canonical(R"({"a": 1.0, "b": [2.50, -0.10, 3], "c": {"d": 0.0}})"),
            R"({"a": 1, "b": [2.5, -0.1, 3], "c": {"d": 0}})");
  EXPECT_EQ(canonical("10.0"), "10");
  EXPECT_EQ(canonical("[1.0]"), "[1]");
  EXPECT_EQ(canonical("true"), "true");
  EXPECT_EQ(canonical("{}"), "{}");
}

TEST(CanonicalText, LeavesStringsAndKeysAsTheyAre) {
  for (const char* same : {
           R"({"1.0": "2.50"})",
           R"(["\"1.0", "\\", "3.0\\\" 4.0"])",
           R"("1.0")",
           R"({"a": "1.0, 2.0"})",
           R"(["\\"])",
       }) {
    EXPECT_EQ(canonical(same), same);
  }
  EXPECT_EQ(canonical(R"(["\\", 1.0, "\"", 2.0])"), R"(["\\", 1, "\"", 2])");
}

TEST(CanonicalText, OfWhatIsNoJsonStaysWithinItsBytes) {
  for (const char* broken :
       {"\"", "\"\\", "\"a\\\"", "-", ".", "1.", "-.0", "..", "0.0.0", "e", "1e", "1.0e5"}) {
    EXPECT_LE(canonical(broken).size(), std::string_view(broken).size()) << broken;
  }
}

}  // namespace
}  // namespace command_center::json
