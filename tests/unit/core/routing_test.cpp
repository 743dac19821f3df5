// Routes: shares, stability, specificity, fallback.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "extension/core/routing/decision.hpp"
#include "extension/core/routing/policy.hpp"
#include "extension/core/routing/rendezvous.hpp"

namespace command_center::routing {
namespace {

std::string key(int number) {
  return "reservation-" + std::to_string(number);
}

class Except : public Availability {
 public:
  explicit Except(std::set<std::string, std::less<>> unavailable) : unavailable_(std::move(unavailable)) {}
  [[nodiscard]] bool takes_commands(std::string_view service_id) const override {
    return unavailable_.find(service_id) == unavailable_.end();
  }

 private:
  std::set<std::string, std::less<>> unavailable_;
};

TEST(WeightedRoute, EachTargetGetsItsShareWithinStatistics) {
  const std::vector<WeightedTarget> targets = {{"a", 80}, {"b", 20}, {"c", 100}};
  constexpr int kKeys = 200'000;
  std::map<std::string, int> counts;
  for (int i = 0; i < kKeys; ++i)
    ++counts[targets[*pick("billing.payment.capture", key(i), targets)].service_id];
  for (const auto& target : targets) {
    const double share = target.weight / 200;
    const double deviation = std::sqrt(kKeys * share * (1 - share));
    EXPECT_NEAR(counts[target.service_id], kKeys * share, 5 * deviation) << target.service_id;
  }
}

TEST(WeightedRoute, WideningATargetOnlyMovesKeysToIt) {
  const std::vector<WeightedTarget> before = {{"a", 80}, {"b", 20}, {"c", 50}};
  const std::vector<WeightedTarget> after = {{"a", 80}, {"b", 60}, {"c", 50}};
  int moved = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string& was = before[*pick("x", key(i), before)].service_id;
    const std::string& is = after[*pick("x", key(i), after)].service_id;
    if (was == is) continue;
    ++moved;
    ASSERT_EQ(is, "b") << i;
  }
  EXPECT_GT(moved, 0);
}

TEST(WeightedRoute, RemovingATargetOnlyMovesItsOwnKeys) {
  const std::vector<WeightedTarget> before = {{"a", 1}, {"b", 1}, {"c", 1}};
  const std::vector<WeightedTarget> after = {{"a", 1}, {"c", 1}};
  for (int i = 0; i < 50'000; ++i) {
    const std::string& was = before[*pick("x", key(i), before)].service_id;
    if (was == "b") continue;
    ASSERT_EQ(after[*pick("x", key(i), after)].service_id, was);
  }
}

TEST(WeightedRoute, TheOrderOfTheListDoesNotMatter) {
  const std::vector<WeightedTarget> one = {{"a", 3}, {"b", 2}, {"c", 1}};
  const std::vector<WeightedTarget> other = {{"c", 1}, {"a", 3}, {"b", 2}};
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(one[*pick("x", key(i), one)].service_id, other[*pick("x", key(i), other)].service_id);
  }
}

TEST(WeightedRoute, CommandsWithOneKeyAreSplitIndependently) {
  const std::vector<WeightedTarget> targets = {{"a", 1}, {"b", 1}};
  int same = 0;
  constexpr int kKeys = 10'000;
  for (int i = 0; i < kKeys; ++i)
    same += pick("capture", key(i), targets) == pick("refund", key(i), targets) ? 1 : 0;
  EXPECT_NEAR(same, kKeys / 2, 250);
}

TEST(WeightedRoute, ATargetWithoutWeightIsNeverPicked) {
  const std::vector<WeightedTarget> targets = {{"a", 0}, {"b", 1}};
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(*pick("x", key(i), targets), 1U);
  EXPECT_FALSE(pick("x", "k", {{"a", 0}}));
  EXPECT_FALSE(pick("x", "k", {}));
}

TEST(WeightedRoute, ThePickIsTheSameForEver) {
  // Stored decisions rest on it: whoever changes the hash sees this fail.
  EXPECT_EQ(stable_hash("billing.payment.capture", "folio-1", "billing-service"), 217'723'125'352'076'213U);
  EXPECT_NE(stable_hash("ab", "c", ""), stable_hash("a", "bc", ""));
  EXPECT_NE(stable_hash("a", "", "b"), stable_hash("a", "b", ""));
}

identifiers::Uuid uuid(std::uint8_t number) {
  identifiers::Uuid made;
  made.bytes[15] = number;
  return made;
}

Route route(int version, bool tenant, bool property, bool environment) {
  Route made;
  made.version = version;
  if (tenant) made.tenant_id = uuid(1);
  if (property) made.property_id = uuid(2);
  if (environment) made.environment = "production";
  return made;
}

TEST(MostSpecific, TenantCountsFourPropertyTwoEnvironmentOne) {
  std::vector<Route> routes;
  for (int i = 0; i < 8; ++i) routes.push_back(route(i, (i & 4) != 0, (i & 2) != 0, (i & 1) != 0));
  const Scope scope = {uuid(1), uuid(2), "production"};
  for (int most = 7; most >= 0; --most) {
    ASSERT_EQ(most_specific(routes, scope)->version, most);
    routes.pop_back();
  }
  EXPECT_EQ(most_specific(routes, scope), nullptr);
}

TEST(MostSpecific, ARouteOfAnotherScopeDoesNotMatch) {
  const std::vector<Route> routes = {route(1, true, false, false), route(2, false, true, false),
                                     route(3, false, false, true)};
  EXPECT_EQ(most_specific(routes, {uuid(9), std::nullopt, "staging"}), nullptr);
  EXPECT_EQ(most_specific(routes, {uuid(9), uuid(9), "production"})->version, 3);
}

Policy policy(std::string_view json) {
  PolicyOutcome outcome = parse_policy(json);
  EXPECT_TRUE(outcome.errors.empty()) << json;
  return outcome.policy;
}

TEST(Decision, WithoutARouteTheDefaultTargetIsTaken) {
  EXPECT_EQ(decide("c", "k", nullptr, "default", Except({})).target, "default");
  EXPECT_EQ(decide("c", "k", nullptr, "default", Except({"default"})).target, "");
  EXPECT_EQ(decide("c", "k", nullptr, "", Except({})).target, "");
}

TEST(Decision, TheFallbackStepsInOnlyWhenNoTargetIsAvailable) {
  Route made;
  made.policy =
      policy(R"({"targets": [{"serviceId": "a", "weight": 1}, {"serviceId": "b"}], "fallback": "f"})");
  EXPECT_NE(decide("c", "k", &made, "", Except({})).target, "f");
  EXPECT_EQ(decide("c", "k", &made, "", Except({"a"})).target, "b");
  EXPECT_EQ(decide("c", "k", &made, "", Except({"a", "b"})).target, "f");
  EXPECT_EQ(decide("c", "k", &made, "default", Except({"a", "b", "f"})).target, "");
}

TEST(Decision, AlsoTargetsAreSentInAnyStateButNotTwice) {
  Route made;
  made.policy = policy(R"({"targets": [{"serviceId": "a"}], "also": ["a", "audit"]})");
  const Decision decision = decide("c", "k", &made, "", Except({"audit"}));
  EXPECT_EQ(decision.target, "a");
  EXPECT_EQ(decision.also, std::vector<std::string>{"audit"});
}

TEST(Policy, EverythingUnknownOrImpossibleIsALocatedError) {
  const auto first_location = [](std::string_view json) {
    const PolicyOutcome outcome = parse_policy(json);
    return outcome.errors.empty() ? std::string("accepted") : outcome.errors.front().location;
  };
  EXPECT_EQ(first_location("[]"), "");
  EXPECT_EQ(first_location("{"), "");
  EXPECT_EQ(first_location(R"({"environment": "x"})"), "/environment");
  EXPECT_EQ(first_location(R"({"targets": [{"serviceId": "a", "weight": "1"}]})"), "/targets/0/weight");
  EXPECT_EQ(first_location(R"({"targets": [{"serviceId": "a"}, {"serviceId": "a"}]})"), "/targets/1");
  EXPECT_EQ(first_location(R"({"targets": [{"serviceId": ""}]})"), "/targets/0/serviceId");
  EXPECT_EQ(first_location(R"({"targets": [{"serviceId": "a", "weight": 0}]})"), "/targets");
  EXPECT_EQ(first_location(R"({"targets": [{"serviceId": "a", "weight": 1e300}]})"), "/targets/0/weight");
  EXPECT_EQ(first_location(R"({"also": ["a", "a"], "fallback": "f"})"), "/also/1");
  EXPECT_EQ(first_location(R"({"fallback": "f", "stickiness": "random"})"), "/stickiness");
  EXPECT_EQ(first_location(R"({"fallback": "f"})"), "accepted");
}

}  // namespace
}  // namespace command_center::routing
