// Promises of how many requests a subject has, and of whose they are.
#include "api/identity/limiter.hpp"

#include <gtest/gtest.h>

#include "api/identity/addresses.hpp"

namespace command_center::api::identity {
namespace {

using runtime::Clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Clock::time_point kStart{std::chrono::hours(1)};

Settings with_limit(std::int64_t limit) {
  Settings settings;
  settings.requests_per_minute = limit;
  return settings;
}

TEST(Limiter, AMinutesRequestsMayComeAtOnceAndComeBackEvenly) {
  const auto limiter = make_limiter(with_limit(60));
  for (int i = 0; i < 60; ++i) {
    const Allowance allowance = limiter->take("a", kStart);
    EXPECT_TRUE(allowance.admitted);
    EXPECT_EQ(allowance.limit, 60);
    EXPECT_EQ(allowance.remaining, 59 - i);
    EXPECT_EQ(allowance.reset, seconds(i + 1));
  }
  const Allowance refused = limiter->take("a", kStart + milliseconds(500));
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.reset, seconds(1));
  EXPECT_TRUE(limiter->take("a", kStart + seconds(1)).admitted);
  EXPECT_FALSE(limiter->take("a", kStart + seconds(1)).admitted);
  EXPECT_TRUE(limiter->take("b", kStart).admitted);
  EXPECT_EQ(limiter->take("a", kStart + std::chrono::minutes(10)).remaining, 59);
}

TEST(Limiter, RefusedRequestsCostNothing) {
  const auto limiter = make_limiter(with_limit(1));
  EXPECT_TRUE(limiter->take("a", kStart).admitted);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limiter->take("a", kStart + seconds(30)).admitted);
  EXPECT_TRUE(limiter->take("a", kStart + seconds(60)).admitted);
}

TEST(Limiter, AFloodOfSubjectsGivesNobodyMore) {
  const auto limiter = make_limiter(with_limit(2));
  EXPECT_TRUE(limiter->take("a", kStart).admitted);
  EXPECT_TRUE(limiter->take("a", kStart).admitted);
  int admitted = 0;
  for (int i = 0; i < 100'000; ++i)
    admitted += limiter->take("flood " + std::to_string(i), kStart).admitted ? 1 : 0;
  EXPECT_EQ(admitted, 65'536 - 1 + 2);  // each of the table once, and all others together twice
  EXPECT_FALSE(limiter->take("a", kStart).admitted);
  // A minute later nobody need be remembered, and each is counted alone.
  EXPECT_EQ(limiter->take("new", kStart + seconds(61)).remaining, 1);
  EXPECT_EQ(limiter->take("newer", kStart + seconds(61)).remaining, 1);
}

TEST(Limiter, SomeSubjectsAreNotLimited) {
  Settings settings = with_limit(1);
  settings.unlimited_subjects = {"relay"};
  const auto limiter = make_limiter(settings);
  Identity identity;
  identity.subject = "relay";
  http::Fields headers;
  for (int i = 0; i < 10; ++i) {
    const Allowance allowance = limiter->take(limited_subject(identity), kStart);
    EXPECT_TRUE(allowance.admitted);
    append_headers(headers, allowance);
  }
  EXPECT_TRUE(headers.empty());
  // Nor is an address that is called so.
  EXPECT_TRUE(limiter->take(limited_subject("relay"), kStart).admitted);
  EXPECT_FALSE(limiter->take(limited_subject("relay"), kStart).admitted);
  EXPECT_EQ(make_limiter(with_limit(0))->take("a", kStart).limit, 0);
}

TEST(Limiter, HeadersTellTheAllowance) {
  http::Fields headers;
  append_headers(headers, {true, 200, 150, seconds(15)});
  EXPECT_EQ(
      headers,
      (http::Fields{{"RateLimit-Limit", "200"}, {"RateLimit-Remaining", "150"}, {"RateLimit-Reset", "15"}}));
}

TEST(Limiter, ASubjectIsNoAddressAndACustomersAddressesAreOne) {
  Identity identity;
  identity.subject = "10.0.0.1";
  EXPECT_NE(limited_subject(identity), limited_subject("10.0.0.1"));
  EXPECT_EQ(limited_subject("::ffff:10.0.0.1"), limited_subject("10.0.0.1"));
  EXPECT_EQ(limited_subject("2001:db8:1:2::1"), limited_subject("2001:db8:1:2:ffff::9"));
  EXPECT_NE(limited_subject("2001:db8:1:2::1"), limited_subject("2001:db8:1:3::1"));
}

TEST(TrustedProxies, AHeaderIsBelievedFromThemAlone) {
  const TrustedProxies proxies({"10.0.0.0/8", "::1"});
  const http::Fields forwarded{{"x-forwarded-for", "203.0.113.9"}};
  EXPECT_EQ(proxies.client_of("10.1.2.3", forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_of("::1", forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_of("11.1.2.3", forwarded), "11.1.2.3");
  EXPECT_EQ(proxies.client_of("::ffff:10.1.2.3", forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_of("10.1.2.3", {}), "10.1.2.3");
  EXPECT_EQ(TrustedProxies({}).client_of("10.1.2.3", forwarded), "10.1.2.3");
}

TEST(TrustedProxies, WhatStrangersWroteIsPassedOver) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  const auto client = [&](const char* list) {
    return proxies.client_of("10.0.0.1", {{"x-forwarded-for", list}});
  };
  EXPECT_EQ(client("1.1.1.1, 203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(client("1.1.1.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
  EXPECT_EQ(client("10.0.0.3, 10.0.0.2"), "10.0.0.3");
  EXPECT_EQ(client("1.1.1.1, unknown"), "10.0.0.1");
  EXPECT_EQ(client("1.1.1.1,"), "10.0.0.1");
  EXPECT_EQ(client(""), "10.0.0.1");
  EXPECT_EQ(client("203.0.113.9:1234"), "203.0.113.9");
  EXPECT_EQ(client("[2001:db8::1]:1234"), "2001:db8::1");
  EXPECT_EQ(proxies.client_of("10.0.0.1",
                              {{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "203.0.113.9, 10.0.0.2"}}),
            "203.0.113.9");
}

TEST(Networks, AreAddressesWithBits) {
  for (const char* good : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "::1/128"})
    EXPECT_TRUE(parse_network(good)) << good;
  for (const char* bad : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "proxy",
                          "10.0.0.0/8 ", "10.0.0.0/8x"})
    EXPECT_FALSE(parse_network(bad)) << bad;
  EXPECT_FALSE(parse_network("0.0.0.0/0")->has(*parse_address("::1")));
  EXPECT_TRUE(parse_network("10.0.0.0/9")->has(*parse_address("10.127.0.1")));
  EXPECT_FALSE(parse_network("10.0.0.0/9")->has(*parse_address("10.128.0.1")));
}

}  // namespace
}  // namespace command_center::api::identity
