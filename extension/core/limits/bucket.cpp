// The arithmetic of one bucket.
//
// Why the promise holds. Let f be the first processed of the n kept admissions in a span [s, s + W). Each
// admission moves full_at by at least the interval T, and the last one leaves it at most burst × T after its
// own time, so without give-backs s + n × T <= full_at < s + W + burst × T. Giving back a token that was
// taken after f undoes at most what that token added. Of the tokens taken before f and given back afterwards,
// let k be the oldest: full_at was then at least k.full_at, less what older tokens had given back meanwhile,
// plus T for each newer one of them. give_back() bounds what k gets by exactly that, less a time that is not
// before f's; so together they cannot lower full_at below s + n × T. Without the subtraction of `given_back`,
// two groups of tokens that are given back one after the other would both be paid for the same debt.
#include "extension/core/limits/bucket.hpp"

#include <algorithm>

namespace command_center::limits {
namespace {

// Sessions read the clock before they get to the bucket, so times are somewhat out of order.
constexpr std::int64_t kClockTolerance = 60'000'000;

std::int64_t empty_until(const Rate& rate, std::int64_t now) noexcept {
  return now + rate.interval * rate.burst;
}

}  // namespace

void open(Bucket& bucket, std::int64_t full_at, std::int32_t version) noexcept {
  bucket = {full_at, full_at, 0, 0, 0, bucket.incarnation + 1, version};
}

bool is_idle(const Bucket& bucket, std::int64_t now) noexcept {
  return bucket.full_at <= now && bucket.refused_until <= now;
}

void follow(Bucket& bucket, const Rate& rate, std::int32_t version, std::int64_t now) noexcept {
  // A version that was rolled back leaves its cooldown behind, and its number.
  bucket.refused_until = std::min(bucket.refused_until, now + rate.cooldown);
  const bool clock_set_back = bucket.latest > now + kClockTolerance;
  if (version <= bucket.version && !clock_set_back) return;
  bucket.full_at = std::min(bucket.full_at, empty_until(rate, now));
  bucket.latest = std::min(bucket.latest, now);
  bucket.version = std::max(bucket.version, version);
  ++bucket.incarnation;
}

Answer look(const Bucket& bucket, const Rate& rate, std::int64_t now) noexcept {
  const std::int64_t token_at = bucket.full_at + rate.interval - rate.interval * rate.burst;
  const bool cooling = bucket.refused_until > now;
  if (token_at <= now && !cooling) return {true, 0};
  const std::int64_t cool_at = cooling ? bucket.refused_until : now + rate.cooldown;
  return {false, std::max(token_at, cool_at) - now};
}

Token admit(Bucket& bucket, const Rate& rate, std::int64_t now) noexcept {
  bucket.full_at = std::max(bucket.full_at, now) + rate.interval;
  bucket.latest = std::max(bucket.latest, now);
  ++bucket.newest;
  return {rate.interval, bucket.full_at, bucket.given_back, bucket.newest, bucket.incarnation};
}

void refuse(Bucket& bucket, const Rate& rate, std::int64_t now) noexcept {
  if (bucket.refused_until <= now) bucket.refused_until = now + rate.cooldown;
}

void give_back(Bucket& bucket, const Token& token, std::int64_t now) noexcept {
  if (token.incarnation != bucket.incarnation) return;
  const bool newest = is_newest(bucket, token);
  const auto meanwhile = static_cast<std::int64_t>(bucket.given_back - token.given_back);
  const std::int64_t not_grown_back = token.full_at - meanwhile - std::max(now, bucket.latest);
  const std::int64_t amount = std::clamp<std::int64_t>(not_grown_back, 0, token.interval);
  bucket.full_at -= amount;
  if (newest) {
    --bucket.newest;
  } else {
    bucket.given_back += static_cast<std::uint64_t>(amount);
  }
}

bool is_newest(const Bucket& bucket, const Token& token) noexcept {
  return token.incarnation == bucket.incarnation && token.number == bucket.newest;
}

}  // namespace command_center::limits
