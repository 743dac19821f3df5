// What another moment may cure is told apart from what is the fault of a message.
#include "extension/core/subscriptions/transient.hpp"

#include <gtest/gtest.h>

namespace command_center::subscriptions {
namespace {

TEST(Transient, IsWhatAnotherMomentMayCure) {
  for (const char* code :
       {"40001", "40P01", "55P03", "08006", "57014", "57P01", "53100", "53300", "58030", "25006"})
    EXPECT_TRUE(is_transient(code)) << code;
  for (const char* code :
       {"22P02", "23505", "42501", "55000", "25001", "P0001", "KC001", "KC015", "XX000", ""})
    EXPECT_FALSE(is_transient(code)) << code;
}

}  // namespace
}  // namespace command_center::subscriptions
