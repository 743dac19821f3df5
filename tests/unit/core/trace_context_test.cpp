// A trace context is passed on when W3C Trace Context allows it, also of a later version, and never
// otherwise.
#include "extension/core/envelope/trace_context.hpp"

#include <gtest/gtest.h>

#include <string>

namespace command_center::envelope {
namespace {

constexpr const char* kIds = "-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";

std::string of_version(const std::string& version, const std::string& rest = "01") {
  return version + kIds + rest;
}

TEST(Traceparent, OfVersion00HasFiftyFiveCharacters) {
  EXPECT_TRUE(is_traceparent(kTraceparentExample));
  EXPECT_TRUE(is_traceparent(of_version("00", "00")));
  EXPECT_TRUE(is_traceparent(of_version("00", "ff")));  // flags that are not defined yet
  for (const char* rest : {"", "0", "01-", "01-more", "01.", "011", "01 "}) {
    EXPECT_FALSE(is_traceparent(of_version("00", rest))) << rest;
  }
  EXPECT_FALSE(is_traceparent(""));
}

TEST(Traceparent, OfALaterVersionMayGoOnAfterAHyphen) {
  for (const char* version : {"01", "cc", "0f", "fe"}) {
    EXPECT_TRUE(is_traceparent(of_version(version))) << version;
    EXPECT_TRUE(is_traceparent(of_version(version, "01-what-the-future-will-be-like"))) << version;
    EXPECT_TRUE(is_traceparent(of_version(version, "01-"))) << version;
    EXPECT_FALSE(is_traceparent(of_version(version, "01.what"))) << version;
    EXPECT_FALSE(is_traceparent(of_version(version, "011"))) << version;
    EXPECT_FALSE(is_traceparent(of_version(version, "0"))) << version;
  }
}

TEST(Traceparent, OfVersionFfIsNone) {
  EXPECT_FALSE(is_traceparent(of_version("ff")));
  EXPECT_FALSE(is_traceparent(of_version("ff", "01-more")));
}

TEST(Traceparent, HasDigitsInLowerCaseOnly) {
  for (const char* text : {
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
           "0A-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
           "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
           " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
       }) {
    EXPECT_FALSE(is_traceparent(text)) << text;
  }
}

TEST(Traceparent, HasNoIdOfZeros) {
  EXPECT_FALSE(is_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  EXPECT_FALSE(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  EXPECT_TRUE(is_traceparent("00-00000000000000000000000000000001-0000000000000001-00"));
}

TEST(Traceparent, IsBoundedAndVisible) {
  EXPECT_TRUE(is_traceparent(of_version("01", "01-" + std::string(199, 'x'))));
  EXPECT_FALSE(is_traceparent(of_version("01", "01-" + std::string(200, 'x'))));
  EXPECT_FALSE(is_traceparent(of_version("01", "01-a\nb")));
  EXPECT_FALSE(is_traceparent(of_version("01", "01-a b")));
  EXPECT_FALSE(is_traceparent(of_version("01", "01-\xc3\xa4")));
  EXPECT_FALSE(is_traceparent(of_version("01", std::string("01-\0", 4))));
}

std::string names_of(const std::vector<EventHeader>& headers) {
  std::string names;
  for (const EventHeader& header : headers) names.append(header.name).append(1, ' ');
  return names;
}

TEST(TraceContext, StaysInHeadersWhileItIsValid) {
  std::vector<EventHeader> headers = {
      {"traceparent", kTraceparentExample}, {"tracestate", "a=b"}, {"region", "eu"}};
  EXPECT_FALSE(drop_invalid_trace_context(headers));
  EXPECT_EQ(names_of(headers), "traceparent tracestate region ");
}

TEST(TraceContext, GoesWithItsStateWhenItIsNot) {
  std::vector<EventHeader> headers = {
      {"Traceparent", kTraceparentExample}, {"traceparent", "x"}, {"TraceState", "a=b"}, {"region", "eu"}};
  EXPECT_TRUE(drop_invalid_trace_context(headers));
  EXPECT_EQ(names_of(headers), "region ");
}

TEST(TraceContext, HasItsStateBehindASpace) {
  const std::string parent = kTraceparentExample.data();
  const auto read = [](const std::string& text) {
    const TraceContext context = read_trace_context(text);
    return std::string(context.traceparent.empty() ? "none" : "one") + ":" + std::string(context.tracestate);
  };
  EXPECT_EQ(read(parent), "one:");
  EXPECT_EQ(read(parent + " rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            "one:rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  EXPECT_EQ(read(parent + "  a=1 , b=2 "), "one:a=1 , b=2");
  for (const char* state : {"", " ", " a", " A=1", " a=1,a=2", " a=\n", " ,"})
    EXPECT_EQ(read(parent + state), "one:") << state;
  for (const char* text : {"", " a=1", "x a=1"}) EXPECT_EQ(read(text), "none:") << text;
  EXPECT_EQ(read("\t" + parent), "none:");
}

}  // namespace
}  // namespace command_center::envelope
