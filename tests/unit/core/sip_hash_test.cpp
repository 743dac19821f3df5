// The hash is the published one: vectors of the reference implementation.
#include "extension/core/hash/sip_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::hash {
namespace {

constexpr SipKey kKey = {0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string counted(int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(i);
  return text;
}

TEST(SipHash, GivesThePublishedVectors) {
  EXPECT_EQ(sip_hash(kKey, counted(0)), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(sip_hash(kKey, counted(8)), 0x93f5f5799a932462U);
  EXPECT_EQ(sip_hash(kKey, counted(15)), 0xa129ca6149be45e5U);
}

TEST(SipHash, DependsOnBothHalvesOfTheKey) {
  EXPECT_NE(sip_hash({1, 0}, "key"), sip_hash({0, 0}, "key"));
  EXPECT_NE(sip_hash({0, 1}, "key"), sip_hash({0, 0}, "key"));
}

}  // namespace
}  // namespace command_center::hash
