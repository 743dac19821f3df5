// What is not one host's on the internet is never taken for it, in whatever way it is written.
#include "daemon/network/addresses.hpp"

#include <gtest/gtest.h>
#include <netdb.h>

namespace command_center::daemon::network {
namespace {

bool is_global(const char* text) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address && is_global_unicast(*address);
}

TEST(Addresses, OfTheInternetAreGlobal) {
  for (const char* text : {"1.1.1.1",         "9.255.255.255",  "11.0.0.0",
                           "93.184.216.34",   "100.63.255.255", "100.128.0.0",
                           "126.255.255.255", "128.0.0.0",      "169.253.255.255",
                           "169.255.0.0",     "172.15.255.255", "172.32.0.0",
                           "192.0.1.0",       "192.0.3.0",      "192.167.255.255",
                           "192.169.0.0",     "198.17.255.255", "198.20.0.0",
                           "223.255.255.255", "2600::1",        "2001:4860:4860::8888",
                           "2a00::1",         "3ffe::1",        "::ffff:1.1.1.1",
                           "64:ff9b::1.1.1.1"})
    EXPECT_TRUE(is_global(text)) << text;
}

TEST(Addresses, OfMachinesSitesAndGroupsAreNot) {
  for (const char* text : {"0.0.0.0",
                           "0.255.255.255",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.0.170",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.0",
                           "192.168.255.255",
                           "198.18.0.0",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::127.0.0.1",
                           "::1.1.1.1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::127.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1.1.1.1",
                           "100::1",
                           "2001::1",
                           "2001:2::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2002:0101:0101::1",
                           "3fff::1",
                           "5f00::1",
                           "4000::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"})
    EXPECT_FALSE(is_global(text)) << text;
}

// What a system call is given is judged as the text is.
TEST(Addresses, OfSocketsAreThoseOfTheText) {
  for (const char* text : {"127.0.0.1", "::1", "1.1.1.1", "2600::1"}) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    ASSERT_EQ(getaddrinfo(text, nullptr, &hints, &found), 0);
    const auto address = address_of(*found->ai_addr);
    freeaddrinfo(found);
    ASSERT_TRUE(address);
    EXPECT_EQ(to_text(*address), text);
    EXPECT_EQ(*address, *parse_address(text));
  }
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(address_of(other));
}

}  // namespace
}  // namespace command_center::daemon::network
