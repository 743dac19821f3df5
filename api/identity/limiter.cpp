// Each subject has one instant: when it would have all its tokens again (GCRA). Subjects are kept as keyed
// hashes, so that long ones cost no more than short ones and nobody can choose two that collide.
#include "api/identity/limiter.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include "api/identity/addresses.hpp"
#include "extension/core/hash/sip_hash.hpp"

namespace command_center::api::identity {
namespace {

using runtime::Clock;

constexpr std::size_t kMostSubjects = 65'536;
constexpr std::chrono::nanoseconds kMinute = std::chrono::minutes(1);

[[nodiscard]] std::chrono::seconds rounded_up(std::chrono::nanoseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(std::max(time, std::chrono::nanoseconds{0}));
}

[[nodiscard]] hash::SipKey random_key() {
  std::random_device device;
  const auto draw = [&] { return (std::uint64_t{device()} << 32U) | device(); };
  return {draw(), draw()};
}

class Unlimited : public Limiter {
 public:
  [[nodiscard]] Allowance take(std::string_view, Clock::time_point) override { return {}; }
};

class PerMinute : public Limiter {
 public:
  PerMinute(std::int64_t limit, const std::vector<std::string>& unlimited)
      : limit_(limit), interval_(kMinute / limit), key_(random_key()) {
    for (const std::string& subject : unlimited) {
      Identity identity;
      identity.subject = subject;
      unlimited_.insert(limited_subject(identity));
    }
  }

  [[nodiscard]] Allowance take(std::string_view subject, Clock::time_point now) override {
    if (unlimited_.count(std::string(subject)) > 0) return {};
    const std::lock_guard<std::mutex> lock(mutex_);
    Clock::time_point& full_at = bucket_of(hash::sip_hash(key_, subject), now);
    const std::chrono::nanoseconds used = std::max(full_at - now, std::chrono::nanoseconds{0});
    const std::chrono::nanoseconds room = interval_ * limit_ - used;
    if (room < interval_) return {false, limit_, 0, rounded_up(interval_ - room)};
    full_at = now + used + interval_;
    return {true, limit_, (room - interval_) / interval_, rounded_up(used + interval_)};
  }

 private:
  struct Bucket {
    std::uint64_t subject;
    Clock::time_point full_at;
  };

  // Of a subject that was not seen for a minute nothing need be remembered.
  Clock::time_point& bucket_of(std::uint64_t subject, Clock::time_point now) {
    if (const auto found = index_.find(subject); found != index_.end()) {
      buckets_.splice(buckets_.begin(), buckets_, found->second);
      return found->second->full_at;
    }
    if (buckets_.size() >= kMostSubjects) {
      if (buckets_.back().full_at > now) return everybody_else_;
      index_.erase(buckets_.back().subject);
      buckets_.pop_back();
    }
    buckets_.push_front({subject, now});
    index_[subject] = buckets_.begin();
    return buckets_.front().full_at;
  }

  const std::int64_t limit_;
  const std::chrono::nanoseconds interval_;
  const hash::SipKey key_;
  std::unordered_set<std::string> unlimited_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // the last seen first
  std::unordered_map<std::uint64_t, std::list<Bucket>::iterator> index_;
  Clock::time_point everybody_else_{};
};

}  // namespace

std::string limited_subject(const Identity& identity) {
  return "subject " + identity.subject;
}

std::string limited_subject(std::string_view peer) {
  return "address " + address_group(peer);
}

std::unique_ptr<Limiter> make_limiter(const Settings& settings) {
  const std::int64_t limit = limit_of(settings);
  if (limit == 0) return std::make_unique<Unlimited>();
  return std::make_unique<PerMinute>(limit, settings.unlimited_subjects);
}

void append_headers(http::Fields& headers, const Allowance& allowance) {
  if (allowance.limit == 0) return;
  headers.emplace_back("RateLimit-Limit", std::to_string(allowance.limit));
  headers.emplace_back("RateLimit-Remaining", std::to_string(allowance.remaining));
  headers.emplace_back("RateLimit-Reset", std::to_string(allowance.reset.count()));
}

}  // namespace command_center::api::identity
