// A batch is tried until its time is over; what comes meanwhile waits in the queue, and is dropped where that
// is full: the newest, so that a slow collector gets traces that are whole.
#include "daemon/spans/exporter.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <utility>

#include "daemon/logging/log.hpp"
#include "daemon/runtime/backoff.hpp"
#include "daemon/spans/otlp_json.hpp"

namespace command_center::daemon::spans {
namespace {

using runtime::Clock;

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;  // of a request
constexpr std::chrono::milliseconds kFirstPause{200};
constexpr std::chrono::milliseconds kLongestPause{5'000};

void drop(prometheus::Counter& reason, std::size_t spans) noexcept {
  reason.Increment(static_cast<double>(spans));
}

}  // namespace

Exporter::Exporter(const Settings& settings, Post post, prometheus::Registry& registry)
    : settings_(settings),
      post_(std::move(post)),
      exported_(prometheus::BuildCounter()
                    .Name("command_center_spans_exported_total")
                    .Help("Spans that the collector took.")
                    .Register(registry)
                    .Add({})),
      dropped_(prometheus::BuildCounter()
                   .Name("command_center_spans_dropped_total")
                   .Help("Spans that were given up, by reason.")
                   .Register(registry)),
      dropped_queue_full_(dropped_.Add({{"reason", "queue_full"}})),
      dropped_not_taken_(dropped_.Add({{"reason", "not_taken"}})),
      dropped_refused_(dropped_.Add({{"reason", "refused"}})),
      dropped_stopped_(dropped_.Add({{"reason", "stopped"}})),
      over_at_(std::numeric_limits<Clock::rep>::max()),
      thread_([this] { work(); }) {}

Exporter::~Exporter() {
  close(std::chrono::milliseconds(0));
}

void Exporter::add(Record&& record) noexcept {
  try {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closing_) return drop(dropped_stopped_, 1);
    if (queue_.size() >= settings_.most_queued) return drop(dropped_queue_full_, 1);
    queue_.push_back(std::move(record));
    if (queue_.size() == 1 || queue_.size() == settings_.most_together) wake_.notify_one();
  } catch (...) {
    drop(dropped_queue_full_, 1);
  }
}

void Exporter::close(std::chrono::milliseconds limit) noexcept {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closing_) return;
    closing_ = true;
    over_at_ = (Clock::now() + limit).time_since_epoch().count();
  }
  wake_.notify_one();
  thread_.join();
}

bool Exporter::is_over() const noexcept {
  return Clock::now().time_since_epoch().count() >= over_at_.load();
}

void Exporter::work() noexcept {
  std::deque<Record> batch;
  while (true) {
    try {
      if (!await_spans(batch)) return;
      send(batch);
    } catch (...) {
      // No memory for the text of them.
      drop(dropped_not_taken_, batch.size());
    }
    batch.clear();
  }
}

// Until there are enough for a request, or the first has waited long enough.
bool Exporter::await_spans(std::deque<Record>& batch) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
  wake_.wait_for(lock, settings_.schedule_delay,
                 [this] { return closing_ || queue_.size() >= settings_.most_together; });
  if (queue_.empty()) return false;
  const std::size_t count = std::min(queue_.size(), settings_.most_together);
  for (std::size_t taken = 0; taken < count; ++taken) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return true;
}

void Exporter::send(std::deque<Record>& batch) {
  while (!batch.empty()) {
    if (is_over()) return drop(dropped_stopped_, batch.size());
    std::size_t count = 0;
    const std::string body = otlp_json(settings_, batch, kMostBytes, count);
    const Delivery delivery = try_to_send(body);
    switch (delivery.end) {
      case Delivery::End::kTaken: {
        const auto rejected = std::min(static_cast<std::size_t>(delivery.rejected), count);
        exported_.Increment(static_cast<double>(count - rejected));
        if (rejected > 0) drop(dropped_refused_, rejected);
        break;
      }
      case Delivery::End::kRefused:
        drop(dropped_refused_, count);
        break;
      case Delivery::End::kNotTaken:
        drop(is_over() ? dropped_stopped_ : dropped_not_taken_, count);
        break;
    }
    batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Delivery Exporter::try_to_send(const std::string& body) {
  const auto end = Clock::now() + settings_.export_limit;
  runtime::Backoff<std::minstd_rand> backoff(kFirstPause, kLongestPause,
                                             std::minstd_rand(std::random_device{}()));
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    Delivery delivery =
        post_(body, std::max(left, std::chrono::milliseconds(1)), [this] { return is_over(); });
    note(delivery);
    if (delivery.end != Delivery::End::kNotTaken) return delivery;
    std::chrono::milliseconds wait = backoff.next();
    if (delivery.retry_after) wait = std::max<std::chrono::milliseconds>(wait, *delivery.retry_after);
    if (is_over() || Clock::now() + wait >= end) return delivery;
    pause(wait);
    if (is_over()) return delivery;
  }
}

// A stop ends it: what waits is tried at once, and then again and again while there is time.
void Exporter::pause(std::chrono::milliseconds time) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (closing_) {
    lock.unlock();
    const auto until_over = Clock::time_point(Clock::duration(over_at_.load())) - Clock::now();
    std::this_thread::sleep_for(
        std::min<Clock::duration>(time, std::max<Clock::duration>(until_over, Clock::duration(0))));
    return;
  }
  wake_.wait_for(lock, time, [this] { return closing_; });
}

// One line when it begins and one when it is over, not one for each batch.
void Exporter::note(const Delivery& delivery) {
  const bool is_taken = delivery.end == Delivery::End::kTaken && delivery.rejected == 0;
  if (is_taken == was_taken_) return;
  was_taken_ = is_taken;
  if (is_taken) return logging::info("the collector takes spans again");
  const std::string reason = delivery.end == Delivery::End::kTaken
                                 ? std::to_string(delivery.rejected) + " of a request were rejected"
                                 : delivery.reason;
  logging::warning("the collector does not take spans", {{"reason", reason}});
}

}  // namespace command_center::daemon::spans
