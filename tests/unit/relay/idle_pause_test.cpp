// Promises of the pauses while there is nothing to publish.
#include "relay/publisher/idle_pause.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace command_center::relay::publisher {
namespace {

using std::chrono::milliseconds;

TEST(IdlePause, DoublesWhileNothingComesAndIsShortAfterWork) {
  IdlePause pause(milliseconds(2), milliseconds(7));
  EXPECT_EQ(pause.next(), milliseconds(2));
  EXPECT_EQ(pause.next(), milliseconds(4));
  EXPECT_EQ(pause.next(), milliseconds(7));
  EXPECT_EQ(pause.next(), milliseconds(7));
  pause.reset();
  EXPECT_EQ(pause.next(), milliseconds(2));
}

}  // namespace
}  // namespace command_center::relay::publisher
