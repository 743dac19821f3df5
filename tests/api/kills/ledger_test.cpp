// The checker is checked: every way in which a promise can be broken is named.
#include "tests/api/kills/ledger.hpp"

#include <gtest/gtest.h>

namespace command_center::api_tests {
namespace {

const std::string kOne = name_of(1, 1);

Findings judged(const Request& request, const std::vector<Dispatch>& dispatches,
                const std::vector<std::string>& effects = {}) {
  return judge({{kOne, request}}, dispatches, effects);
}

// Exactly this one, once.
bool finds(const Findings& findings, Broken broken) {
  return findings.text().rfind(std::string(name_of(broken)) + ": 1\n", 0) == 0 &&
         findings.text().find(": ", findings.text().find('\n')) == std::string::npos;
}

TEST(Ledger, IsCleanWhereEveryAnswerIsTrue) {
  EXPECT_TRUE(judged({Sort::kKeyed, "a", true}, {{kOne, kOne, "a"}}).is_clean());
  EXPECT_TRUE(judged({Sort::kHandled, "a", false}, {{kOne, kOne, "a"}}, {kOne}).is_clean());
  EXPECT_TRUE(judged({Sort::kBare, "", true}, {{kOne, kOne, "a"}}).is_clean());
  EXPECT_TRUE(judged({Sort::kBare, "", true}, {}).is_clean());
  EXPECT_TRUE(judged({Sort::kBare, "", false}, {}).is_clean());
}

TEST(Ledger, NamesEachDifference) {
  EXPECT_TRUE(finds(judged({Sort::kKeyed, "a", true}, {}), Broken::kLost));
  EXPECT_TRUE(
      finds(judged({Sort::kKeyed, "a", true}, {{kOne, kOne, "a"}, {kOne, kOne, "a"}}), Broken::kDuplicate));
  EXPECT_TRUE(finds(judged({Sort::kBare, "", false}, {{kOne, kOne, "a"}}), Broken::kRefusedAndDone));
  EXPECT_TRUE(finds(judge({}, {{kOne, kOne, "a"}}, {}), Broken::kInvented));
  EXPECT_TRUE(finds(judged({Sort::kKeyed, "a", true}, {{kOne, name_of(2, 1), "a"}}), Broken::kMixedUp));
  EXPECT_TRUE(finds(judged({Sort::kKeyed, "a", true}, {{kOne, kOne, "b"}}), Broken::kOtherId));
  EXPECT_TRUE(finds(judged({Sort::kHandled, "a", true}, {{kOne, kOne, "a"}}), Broken::kNoEffect));
  EXPECT_TRUE(
      finds(judged({Sort::kHandled, "a", true}, {{kOne, kOne, "a"}}, {kOne, kOne}), Broken::kWrongEffect));
  EXPECT_TRUE(finds(judged({Sort::kHandled, "", true}, {}, {kOne}), Broken::kWrongEffect));
  EXPECT_TRUE(finds(judge({}, {}, {kOne}), Broken::kWrongEffect));
}

TEST(Ledger, KnowsWhoseNameIsWhose) {
  EXPECT_TRUE(has_only_names_of(1, "x " + name_of(1, 1) + name_of(1, 22)));
  EXPECT_FALSE(has_only_names_of(1, name_of(1, 1) + name_of(11, 1)));
  EXPECT_FALSE(has_only_names_of(11, name_of(1, 1)));
}

}  // namespace
}  // namespace command_center::api_tests
