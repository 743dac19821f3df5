// Promises of a lease, over a store that is not there.
#include "relay/leases/lease.hpp"

#include <gtest/gtest.h>

#include <string>

#include "daemon/failure.hpp"

namespace command_center::relay::leases {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FakeStore : public Store {
 public:
  Answer acquire(const std::string& holder, std::chrono::seconds /*ttl*/) override {
    ++questions;
    return {owner.empty() || owner == holder, term, milliseconds(0)};
  }
  void release(const std::string& holder) override {
    if (owner == holder) owner.clear();
  }

  std::string owner;
  std::int64_t term = 1;
  int questions = 0;
};

TEST(Lease, IsNotAskedForAgainBeforeItIsDue) {
  FakeStore store;
  Lease lease(store, "me", seconds(3600));
  EXPECT_TRUE(lease.acquire().granted);
  lease.renew_if_due();
  EXPECT_EQ(store.questions, 1);
}

TEST(Lease, OneThatWasNeverTakenIsDueAtOnce) {
  FakeStore store;
  Lease lease(store, "me", seconds(3600));
  lease.renew_if_due();
  EXPECT_EQ(store.questions, 1);
}

TEST(Lease, IsDueAfterAThirdOfItsTime) {
  FakeStore store;
  Lease lease(store, "me", seconds(3600));
  EXPECT_EQ(lease.due_in(), milliseconds(0));
  EXPECT_TRUE(lease.acquire().granted);
  EXPECT_GT(lease.due_in(), seconds(600));
  EXPECT_LE(lease.due_in(), seconds(1200));
}

TEST(Lease, TellsWhenAnotherHasIt) {
  FakeStore store;
  store.owner = "other";
  Lease lease(store, "me", seconds(0));
  EXPECT_FALSE(lease.acquire().granted);
  try {
    lease.renew_if_due();
    FAIL();
  } catch (const daemon::Failure& failure) {
    EXPECT_EQ(failure.kind(), daemon::FailureKind::kLeaseLost);
  }
  lease.release();
  EXPECT_EQ(store.owner, "other");
}

// It lapsed, another had it and is gone: whoever goes on as if nothing had been works with what is old.
TEST(Lease, TellsWhenAnotherHasHadIt) {
  FakeStore store;
  Lease lease(store, "me", seconds(0));
  EXPECT_TRUE(lease.acquire().granted);
  lease.renew_if_due();
  store.term = 3;
  EXPECT_THROW(lease.renew_if_due(), daemon::Failure);
  EXPECT_EQ(lease.term(), 3);
}

TEST(Holder, TwoOfOneProcessDiffer) {
  EXPECT_NE(make_holder(), make_holder());
  EXPECT_EQ(
      make_holder().find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"),
      std::string::npos);
}

}  // namespace
}  // namespace command_center::relay::leases
