// Promises about how soon a relay that stands by takes over: sums of settings, not times that are measured.
#include "relay/leases/takeover.hpp"

#include <gtest/gtest.h>

#include "relay/settings/publish.hpp"

namespace command_center::relay::leases {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPromise{15};
// For how long more a lease counts at most when the database's clock is set back (lease_is_live.hpp).
constexpr seconds kSetBack{5};

TEST(Takeover, IsWithinItsPromiseWithTheDefaultLease) {
  EXPECT_LE(settings::Publish{}.lease_ttl + kSetBack + kLongestWait, kPromise);
}

TEST(Takeover, ALeaseThatIsGivenBackIsSeenSoonHoweverLongItWas) {
  EXPECT_EQ(wait_for_lease(seconds(3600)), kLongestWait);
}

TEST(Takeover, ALeaseIsAskedForWhenItIsOver) {
  EXPECT_EQ(wait_for_lease(milliseconds(300)), milliseconds(300));
  EXPECT_EQ(wait_for_lease(milliseconds(-5)), kShortestWait);
}

}  // namespace
}  // namespace command_center::relay::leases
