// What is due first is sent first. A receiver that asks for a pause gets it for all that is meant for it.
#include "relay/notifier/courier.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/spans/span.hpp"

namespace command_center::relay::notifier {
namespace {

using runtime::Clock;

// The clock of deadlines is not the one that a condition can wait for.
constexpr std::chrono::milliseconds kLookEvery{100};

spans::Span span_of(const Errand& errand) {
  if (!errand.trace) return {};
  spans::Span span =
      spans::begin("notify " + std::string(inventory::name_of(errand.channel)), spans::Kind::kClient,
                   spans::Parent{errand.trace->context, spans::Parent::Place::kRemote, errand.trace->state});
  span.set("http.request.method", "POST");
  return span;
}

void end(spans::Span& span, const Call& call) {
  if (call.status > 0) span.set("http.response.status_code", std::int64_t{call.status});
  if (call.end != Call::End::kTaken) span.fail(call.status > 0 ? std::to_string(call.status) : "no_answer");
  span.end();
}

}  // namespace

Courier::Courier(Post post) : post_(std::move(post)), thread_([this] { work(); }) {}

Courier::~Courier() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    broken_off_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Courier::send(Errand errand) {
  const std::lock_guard<std::mutex> lock(mutex_);
  waiting_.push_back(std::move(errand));
  changed_.notify_all();
}

void Courier::forget_waiting() noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  waiting_.clear();
}

void Courier::break_off() noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  waiting_.clear();
  broken_off_ = calling_;
}

bool Courier::is_calling() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calling_;
}

std::vector<Done> Courier::take_done() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(done_, {});
}

void Courier::work() noexcept {
  Errand errand;
  while (take_next(errand)) {
    Call call;
    try {
      spans::Span span = span_of(errand);
      call = post_(errand.webhook_id, errand.body, [this] {
        const std::lock_guard<std::mutex> lock(mutex_);
        return broken_off_;
      });
      end(span, call);
    } catch (const std::exception& problem) {
      call.reason = problem.what();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (call.retry_after)
      open_at_ = Clock::now() + std::min<std::chrono::seconds>(*call.retry_after, kLongestRetryAfter);
    done_.push_back({std::move(errand), std::move(call)});
    calling_ = false;
    broken_off_ = ending_;
  }
}

bool Courier::take_next(Errand& errand) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    const auto next = std::min_element(
        waiting_.begin(), waiting_.end(),
        [](const Errand& one, const Errand& other) { return one.not_before < other.not_before; });
    const auto now = Clock::now();
    if (next != waiting_.end() && next->not_before <= now && open_at_ <= now) {
      errand = std::move(*next);
      waiting_.erase(next);
      calling_ = true;
      return true;
    }
    if (next == waiting_.end()) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock, kLookEvery);
    }
  }
  return false;
}

}  // namespace command_center::relay::notifier
