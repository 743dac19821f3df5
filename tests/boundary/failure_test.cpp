// Checks how texts are cut and copied when an exception is caught.
#include "extension/boundary/failure.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace command_center::boundary::internal {
namespace {

TEST(CutLength, KeepsWhatFits) {
  EXPECT_EQ(cut_length("", 0), 0U);
  EXPECT_EQ(cut_length("abc", 3), 3U);
  EXPECT_EQ(cut_length("\xe2\x82\xac", 3), 3U);
}

TEST(CutLength, NeverCutsACharacterInTwo) {
  const std::string euros = "a\xe2\x82\xac\xe2\x82\xac";
  EXPECT_EQ(cut_length(euros, 6), 4U);
  EXPECT_EQ(cut_length(euros, 5), 4U);
  EXPECT_EQ(cut_length(euros, 4), 4U);
  EXPECT_EQ(cut_length(euros, 3), 1U);
  EXPECT_EQ(cut_length("\xf0\x9f\x8f\xa8", 3), 0U);
}

TEST(CutLength, CutsBytesThatAreNoTextAnywhere) {
  EXPECT_EQ(cut_length(std::string(10, '\x80'), 5), 5U);
}

TEST(Failure, KeepsEveryPartOfAnError) {
  Failure failure;
  describe_error(failure, Error("KC007", "message", "detail", "hint"));
  EXPECT_STREQ(failure.sqlstate, "KC007");
  EXPECT_STREQ(failure.message, "message");
  EXPECT_STREQ(failure.detail, "detail");
  EXPECT_STREQ(failure.hint, "hint");
  EXPECT_EQ(failure.long_detail, nullptr);
}

TEST(Failure, KeepsALongDetailWhole) {
  const std::string detail(300000, 'd');
  Failure failure;
  describe_error(failure, Error("KC001", "message", detail));
  ASSERT_NE(failure.long_detail, nullptr);
  EXPECT_EQ(std::string(failure.long_detail), detail);
  std::free(failure.long_detail);
}

TEST(Failure, BoundsTheLongestDetail) {
  Failure failure;
  describe_error(failure, Error("KC001", "message", std::string(2 * kDetailCapacity, 'd')));
  ASSERT_NE(failure.long_detail, nullptr);
  EXPECT_EQ(std::string(failure.long_detail).size(), kDetailCapacity);
  std::free(failure.long_detail);
}

TEST(Failure, HoldsDetailsOfEveryLengthAroundItsCapacity) {
  for (const std::size_t length : {kTextCapacity - 2, kTextCapacity - 1, kTextCapacity, kTextCapacity + 1}) {
    const std::string detail(length, 'd');
    Failure failure;
    describe(failure, "KC001", "message", detail);
    EXPECT_EQ(std::string(failure.long_detail != nullptr ? failure.long_detail : failure.detail), detail);
    std::free(failure.long_detail);
  }
}

}  // namespace
}  // namespace command_center::boundary::internal
