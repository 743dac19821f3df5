// Features: what their limits may say, what they match, and that deny wins.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "extension/core/features/feature.hpp"
#include "extension/core/features/limit_definition.hpp"

namespace command_center::features {
namespace {

std::vector<std::string> locations(std::string_view json) {
  std::vector<std::string> found;
  for (const LimitError& error : parse_limit(json).errors) found.push_back(error.location);
  return found;
}

TEST(LimitDefinition, TakesWhatTheDesignShows) {
  const LimitOutcome outcome =
      parse_limit(R"({"per":"role","maxPerMinute":60,"burst":10,"cooldownSeconds":30})");
  ASSERT_TRUE(outcome.errors.empty());
  EXPECT_EQ(to_json(outcome.limit), R"({"per":"role","maxPerMinute":60,"burst":10,"cooldownSeconds":30})");
  EXPECT_EQ(outcome.limit.rate().interval, 1'000'000);
}

TEST(LimitDefinition, LetsTheWholeMinuteGoAtOnceWithoutABurst) {
  for (const char* json :
       {R"({"per":"tenant","maxPerMinute":60})", R"({"burst":null,"per":"tenant","maxPerMinute":60})"}) {
    const LimitOutcome outcome = parse_limit(json);
    ASSERT_TRUE(outcome.errors.empty()) << json;
    EXPECT_EQ(outcome.limit.burst, 60);
    EXPECT_EQ(outcome.limit.cooldown_seconds, 0);
  }
}

TEST(LimitDefinition, LocatesEveryMistake) {
  using Locations = std::vector<std::string>;
  EXPECT_EQ(locations("{}"), (Locations{"/per", "/maxPerMinute"}));
  EXPECT_EQ(locations("[]"), Locations{""});
  EXPECT_EQ(locations("{"), Locations{""});
  EXPECT_EQ(locations(R"({"per":"guest","maxPerMinute":0,"burst":0,"cooldownSeconds":-1,"a/b~":1})"),
            (Locations{"/per", "/maxPerMinute", "/burst", "/cooldownSeconds", "/a~1b~0"}));
  EXPECT_EQ(locations(R"({"per":1,"maxPerMinute":1.5,"burst":1000001,"cooldownSeconds":86401})"),
            (Locations{"/per", "/maxPerMinute", "/burst", "/cooldownSeconds"}));
  EXPECT_EQ(locations(R"({"per":"tenant","maxPerMinute":1000000,"burst":1000000,"cooldownSeconds":86400})"),
            Locations{});
}

TEST(LimitDefinition, ReadsWhatTheReleaseBeforeHasStored) {
  constexpr std::string_view kStored =
      R"({"per":"role","max_per_minute":60,"burst":10,"cooldown_seconds":30})";
  const LimitOutcome outcome = parse_limit(kStored, Spelling::kStored);
  ASSERT_TRUE(outcome.errors.empty());
  EXPECT_EQ(to_json(outcome.limit), R"({"per":"role","maxPerMinute":60,"burst":10,"cooldownSeconds":30})");
  EXPECT_EQ(locations(kStored),
            (std::vector<std::string>{"/max_per_minute", "/cooldown_seconds", "/maxPerMinute"}));
}

identifiers::Uuid id(std::uint8_t number) {
  identifiers::Uuid made;
  made.bytes[15] = number;
  return made;
}

Subject subject() {
  return {"test.book", "production", id(1), id(2), "front-desk"};
}

Feature feature(std::uint8_t number, Status status) {
  Feature made;
  made.feature_id = id(number);
  made.status = status;
  return made;
}

TEST(FeatureScope, MatchesEverythingWhereItSaysNothing) {
  EXPECT_TRUE(matches(feature(1, Status::kEnabled), subject()));
}

TEST(FeatureScope, MustMatchInEachColumnItGives) {
  Feature scoped = feature(1, Status::kEnabled);
  scoped.command_name = "test.book";
  scoped.environment = "production";
  scoped.tenant_id = id(1);
  scoped.property_id = id(2);
  scoped.role = "front-desk";
  EXPECT_TRUE(matches(scoped, subject()));
  Subject other = subject();
  other.command_name = "test.cancel";
  EXPECT_FALSE(matches(scoped, other));
  other = subject();
  other.environment = "staging";
  EXPECT_FALSE(matches(scoped, other));
  other = subject();
  other.tenant_id = id(9);
  EXPECT_FALSE(matches(scoped, other));
  other = subject();
  other.property_id = id(9);
  EXPECT_FALSE(matches(scoped, other));
  other.property_id.reset();
  EXPECT_FALSE(matches(scoped, other));
  other = subject();
  other.role = "";
  EXPECT_FALSE(matches(scoped, other));
}

Verdict verdict_of(const std::vector<Feature>& features) {
  Verdict verdict;
  for (const Feature& each : features) verdict.consider(each, subject());
  return verdict;
}

TEST(FeatureVerdict, DenyWinsInWhateverOrder) {
  std::vector<Feature> features = {feature(1, Status::kEnabled), feature(2, Status::kObserve),
                                   feature(4, Status::kDisabled), feature(3, Status::kDisabled)};
  for (int i = 0; i < 24; ++i) {
    const Verdict verdict = verdict_of(features);
    ASSERT_NE(verdict.disabled_by(), nullptr);
    EXPECT_EQ(verdict.disabled_by()->feature_id, id(3));
    EXPECT_EQ(verdict.count(), 4);
    std::next_permutation(features.begin(), features.end(),
                          [](const Feature& a, const Feature& b) { return a.feature_id < b.feature_id; });
  }
}

TEST(FeatureVerdict, OneThatDoesNotMatchHasNoSay) {
  Feature elsewhere = feature(1, Status::kDisabled);
  elsewhere.tenant_id = id(9);
  const Verdict verdict = verdict_of({elsewhere});
  EXPECT_EQ(verdict.disabled_by(), nullptr);
  EXPECT_EQ(verdict.count(), 0);
}

TEST(FeatureVerdict, ObservesWhenAnyOneSaysSo) {
  EXPECT_TRUE(verdict_of({feature(1, Status::kEnabled), feature(2, Status::kObserve)}).is_observed());
  EXPECT_FALSE(verdict_of({feature(1, Status::kEnabled)}).is_observed());
}

TEST(FeatureVerdict, OptInNeedsAnEnabledOne) {
  EXPECT_FALSE(verdict_of({}).is_available(Availability::kOptIn));
  EXPECT_FALSE(verdict_of({feature(1, Status::kObserve)}).is_available(Availability::kOptIn));
  EXPECT_TRUE(verdict_of({feature(1, Status::kEnabled)}).is_available(Availability::kOptIn));
  EXPECT_TRUE(verdict_of({}).is_available(Availability::kDefault));
}

TEST(FeatureVerdict, HoldsAsManyAsScopesCanOverlap) {
  std::vector<Feature> features(kMostMatches, feature(1, Status::kEnabled));
  features.back().status = Status::kDisabled;
  EXPECT_NE(verdict_of(features).disabled_by(), nullptr);
}

}  // namespace
}  // namespace command_center::features
