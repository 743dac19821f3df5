// Counts from before the question was sent, so that the holder never believes in its lease longer than the
// store.
#include "relay/leases/lease.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <random>

#include "daemon/failure.hpp"

namespace command_center::relay::leases {

using daemon::runtime::Clock;

Answer Lease::acquire() {
  const auto asked = Clock::now();
  const Answer answer = store_.acquire(holder_, ttl_);
  if (answer.granted) {
    renewed_ = asked;
    term_ = answer.term;
  }
  return answer;
}

void Lease::renew_if_due() {
  if (due_in().count() > 0) return;
  const std::int64_t term = term_;
  const bool granted = acquire().granted;
  if (!granted || (term != 0 && term_ != term)) {
    throw daemon::Failure(daemon::FailureKind::kLeaseLost, sqlstate::kConflict,
                          "another relay has the lease, or has had it");
  }
}

std::chrono::milliseconds Lease::due_in() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(renewed_ + ttl_ / 3.0 - Clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

void Lease::require_live() const {
  if (daemon::runtime::Clock::now() - renewed_ < ttl_) return;
  throw daemon::Failure(daemon::FailureKind::kLeaseLost, sqlstate::kConflict, "the lease has lapsed");
}

void Lease::release() {
  store_.release(holder_);
}

std::string make_holder() {
  constexpr std::size_t kHostSize = 128;
  constexpr std::uint64_t kRandomPart = 1'000'000'000;
  std::array<char, kHostSize> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  std::string holder = host.data();
  std::replace_if(
      holder.begin(), holder.end(),
      [](unsigned char byte) { return std::isalnum(byte) == 0 && byte != '.' && byte != '-'; }, '_');
  return holder + "-" + std::to_string(getpid()) + "-" + std::to_string(std::random_device()() % kRandomPart);
}

}  // namespace command_center::relay::leases
