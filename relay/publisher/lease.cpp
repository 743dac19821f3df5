// Counts from before the question was sent, so that the relay never believes in its lease longer than the
// database.
#include "relay/publisher/lease.hpp"

#include "relay/failure.hpp"

namespace command_center::relay::publisher {

postgres::LeaseAnswer Lease::acquire() {
  const auto asked = runtime::Clock::now();
  const postgres::LeaseAnswer answer = outbox_.acquire_lease(holder_, ttl_);
  if (answer.granted) renewed_ = asked;
  return answer;
}

void Lease::renew_if_due() {
  if (runtime::Clock::now() - renewed_ < ttl_ / 3.0) return;
  if (!acquire().granted)
    throw Failure(FailureKind::kLeaseLost, sqlstate::kConflict, "another relay has the lease");
}

void Lease::release() {
  outbox_.release_lease(holder_);
}

}  // namespace command_center::relay::publisher
