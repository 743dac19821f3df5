// Formats at their boundaries, beyond what the official suite asks (it runs where it is at hand).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "extension/core/json_schema/formats/formats.hpp"

namespace command_center::json_schema::formats {

namespace {

void expect(std::string_view name, std::initializer_list<std::string_view> valid,
            std::initializer_list<std::string_view> invalid) {
  const Check check = find_format(name);
  ASSERT_NE(check, nullptr) << name;
  for (const std::string_view text : valid) EXPECT_TRUE(check(text)) << name << ": " << text;
  for (const std::string_view text : invalid) EXPECT_FALSE(check(text)) << name << ": " << text;
}

}  // namespace

TEST(Formats, AnUnknownNameHasNoCheck) {
  EXPECT_EQ(find_format("shoe-size"), nullptr);
}

TEST(Formats, DatesFollowTheCalendar) {
  expect("date", {"2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31"},
         {"2023-02-29", "1900-02-29", "2024-04-31", "2024-00-10", "2024-1-1", "2024-01-01 ", ""});
  expect("date-time", {"2024-02-29T23:59:59Z", "2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"},
         {"2024-02-29 23:59:59Z", "2024-02-29T23:59:59", "2024-02-30T00:00:00Z", "2016-12-31T23:59:60+01:00",
          "2024-02-29T"});
  expect("time", {"00:00:00Z", "12:00:00.123456789-23:59"}, {"12:00:00", "12:00Z", "12:00:00.Z", "1:00:00Z"});
  expect("duration", {"P1Y", "PT1S", "P3W", "P1Y2M3DT4H5M6S"},
         {"P", "PT", "P1", "P1S", "P1W1D", "P1Y1D", "p1y"});
}

TEST(Formats, MailboxesKeepTheirLimits) {
  const std::string longest = std::string(64, 'a') + "@example.com";
  expect(
      "email", {longest, "a@b", "a+b@example.com", "\"a\\\"b\"@example.com"},
      {"a" + longest, "a@", "@b", "a@b..c", "a@-b", "a b@c", "a@b@c", "\"a\"b\"@c", "d\xC3\xB6@example.com"});
  expect("idn-email", {"d\xC3\xB6@ex\xC3\xA4mple.com"}, {"d\xC3\xB6"});
}

TEST(Formats, HostNamesKeepTheirLimits) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  expect("hostname", {"a", label, longest, "xn--mnchen-3ya.de"},
         {"", "a..b", label + "a", longest + "a", "-a", "a-", "a_b", "xn--", "m\xC3\xBCnchen.de"});
  expect("idn-hostname", {"m\xC3\xBCnchen.de", "\xD7\x90.com"},
         {std::string_view("m\0nchen", 7), "0a.\xD7\x90"});
}

TEST(Formats, AddressesAreStrict) {
  expect("ipv4", {"0.0.0.0", "255.255.255.255"}, {"1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 "});
  expect("ipv6", {"::", "::1", "1::", "1:2:3:4:5:6:7::", "::1.2.3.4"},
         {"", ":", ":::", "1:2:3:4:5:6:7", "1::2::3", "::1.2.3.4:5", "1.2.3.4::", "g::"});
}

TEST(Formats, UrisHoldOnlyTheirCharacters) {
  expect("uri", {"a:", "http://[::1]:80/?q#f", "urn:a:b"},
         {"", ":", "//a", "a b:", "http://[::1", "http://a:b", "a:%4"});
  expect("uri-reference", {"", "?", "#", "a/b:c", "//h"}, {"a:b c", "#a#b", "[", "\xC3\xA9"});
  expect("iri", {"http://\xC3\xA9/"}, {"http://\xC3", "http://\xEE\x80\x80/"});
  expect("uri-template", {"", "a{b}", "{+a,b*}", "{a:9}"}, {"{", "}", "{}", "{a:}", "{a b}", "{a.}", "{*}"});
}

TEST(Formats, SmallIdentifiersAreExact) {
  expect("uuid", {"00000000-0000-0000-0000-000000000000"}, {"", "00000000-0000-0000-0000-00000000000g"});
  expect("json-pointer", {"", "/", "/a~0~1"}, {"a", "/~", "/~2"});
  expect("relative-json-pointer", {"0", "10#", "1/a"}, {"", "01", "#", "1a", "-1"});
  expect("regex", {"a|b", "(?=a)", "(a)\\1", "\\p{L}"}, {"(", "[", "a**", "\\z", "a{2,1}", "(?<a>.)(?<a>.)"});
}

}  // namespace command_center::json_schema::formats
