// A trace goes on as W3C Trace Context says, and what is malformed begins a new one.
#include <gtest/gtest.h>

#include <string>

#include "daemon/spans/context.hpp"
#include "daemon/spans/sampling.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr const char* kText = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, GoesOnAsItCame) {
  const auto context = read_traceparent(kText);
  ASSERT_TRUE(context);
  EXPECT_EQ(hexadecimal(context->trace), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(hexadecimal(context->span), "00f067aa0ba902b7");
  EXPECT_TRUE(context->is_sampled);
  EXPECT_EQ(traceparent_of(*context), kText);
}

TEST(TraceContext, KeepsOnlyTheFlagThatIsKnown) {
  const auto unsampled = read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe");
  ASSERT_TRUE(unsampled);
  EXPECT_FALSE(unsampled->is_sampled);
  EXPECT_EQ(traceparent_of(*unsampled), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
}

TEST(TraceContext, OfALaterVersionGoesOnAsVersion00) {
  const auto later = read_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes");
  ASSERT_TRUE(later);
  EXPECT_EQ(traceparent_of(*later), kText);
}

TEST(TraceContext, IsNoneWhereItIsMalformed) {
  for (const char* text : {"", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}) {
    EXPECT_FALSE(read_traceparent(text)) << text;
  }
}

TEST(TraceState, GoesOnInItsOrderWithoutBlanks) {
  EXPECT_EQ(read_tracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  EXPECT_EQ(read_tracestate(" a=1 ,\t, fw529a3039@dt=FfAAAAAAAAAA ,"), "a=1,fw529a3039@dt=FfAAAAAAAAAA");
  EXPECT_EQ(read_tracestate("a=with a blank"), "a=with a blank");
  EXPECT_EQ(read_tracestate(""), "");
}

TEST(TraceState, IsLeftOutWholeWhereOneMemberIsMalformed) {
  for (const char* text : {"a", "=1", "A=1", "a=1,a=2", "a=1=2", "a=\xc3\xa4", "a=1,b", "a b=1", "a=\x01"})
    EXPECT_EQ(read_tracestate(text), "") << text;
}

TEST(TraceState, IsBounded) {
  std::string members;
  for (int member = 0; member < 32; ++member)
    members += (member > 0 ? ",k" : "k") + std::to_string(member) + "=v";
  EXPECT_EQ(read_tracestate(members), members);
  EXPECT_EQ(read_tracestate(members + ",k32=v"), "");
  EXPECT_EQ(read_tracestate("a=" + std::string(256, 'x')).size(), 258U);
  EXPECT_EQ(read_tracestate("a=" + std::string(257, 'x')), "");
  EXPECT_EQ(read_tracestate("a=" + std::string(256, 'x') + ",b=" + std::string(256, 'x')), "");
}

Settings with(Sampler sampler, Obeys obeys, double ratio = 1) {
  Settings settings;
  settings.sampler = sampler;
  settings.obeys = obeys;
  settings.ratio = ratio;
  return settings;
}

TEST(Sampling, ObeysTheParentWhereItSaysSo) {
  Context sampled = *read_traceparent(kText);
  Context unsampled = sampled;
  unsampled.is_sampled = false;
  const Settings parent = with(Sampler::kAlwaysOff, Obeys::kParent);
  EXPECT_TRUE(is_sampled(parent, sampled.trace, &sampled));
  EXPECT_FALSE(is_sampled(parent, sampled.trace, nullptr));
  EXPECT_FALSE(is_sampled(with(Sampler::kAlwaysOn, Obeys::kParent), sampled.trace, &unsampled));
  EXPECT_TRUE(is_sampled(with(Sampler::kAlwaysOn, Obeys::kNobody), sampled.trace, &unsampled));
  EXPECT_FALSE(is_sampled(with(Sampler::kAlwaysOff, Obeys::kNobody), sampled.trace, &sampled));
}

TEST(Sampling, TakesTheRatioOfTheLastEightBytes) {
  TraceId lowest{1};
  TraceId middle{1};
  middle[8] = 0x80;
  TraceId highest{1};
  for (std::size_t index = 8; index < highest.size(); ++index) highest[index] = 0xff;
  const auto takes = [](double ratio, const TraceId& trace) {
    return is_sampled(with(Sampler::kRatio, Obeys::kNobody, ratio), trace, nullptr);
  };
  EXPECT_FALSE(takes(0, lowest));
  EXPECT_TRUE(takes(1e-9, lowest));
  EXPECT_FALSE(takes(0.5, middle));
  EXPECT_TRUE(takes(0.51, middle));
  EXPECT_FALSE(takes(0.999, highest));
  EXPECT_TRUE(takes(1, highest));
}

}  // namespace
}  // namespace command_center::daemon::spans
