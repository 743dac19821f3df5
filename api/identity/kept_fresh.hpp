// A value that is read from a file or a host, again and again, on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "api/api.hpp"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::api::identity {

enum class FirstRead { kNow, kLater };  // in the constructor, which then throws what fails; on the thread

struct Pace {
  std::chrono::milliseconds each;           // how often it is read
  std::chrono::milliseconds asked{30'000};  // how soon after a reading it may be read because somebody asked
};

// What fails is logged, and the value stays as it was. Other threads may call everything but the constructor.
template <class Value>
class KeptFresh {
 public:
  // Ends early when the flag is set; throws Failure.
  using Read = std::function<std::string(const std::atomic<bool>& stopping)>;
  using Parse = std::function<std::shared_ptr<const Value>(const std::string& text)>;

  KeptFresh(std::string name, Read read, Parse parse, Pace pace, FirstRead first)
      : name_(std::move(name)), read_(std::move(read)), parse_(std::move(parse)), pace_(pace) {
    if (first == FirstRead::kNow) take(read_(stopping_));
    thread_ = std::thread([this, first] { run(first); });
  }
  ~KeptFresh() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  KeptFresh(const KeptFresh&) = delete;
  KeptFresh& operator=(const KeptFresh&) = delete;

  // Null until it was read once. The same pointer as long as the text is the same.
  [[nodiscard]] std::shared_ptr<const Value> get() const { return std::atomic_load(&value_); }

  // It may be out of date. Costs nothing when somebody asked already.
  void ask() {
    if (asked_.exchange(true)) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    wake_.notify_all();
  }

  [[nodiscard]] std::int64_t readings() const noexcept { return readings_.load(); }

 private:
  void take(std::string text) {
    if (value_ == nullptr || text != text_) {
      std::atomic_store(&value_, parse_(text));
      text_ = std::move(text);
      logging::info("read " + name_);
    }
    ++readings_;
  }

  void read_again() noexcept {
    try {
      take(read_(stopping_));
      complaint_.clear();
    } catch (const Error& failure) {
      complain(failure.message());
    } catch (const std::exception& failure) {
      complain(failure.what());
    }
  }

  // Once for as long as it is the same.
  void complain(const std::string& reason) {
    ++readings_;
    if (stopping_ || reason == complaint_) return;
    complaint_ = reason;
    logging::warning("could not read " + name_, {{"reason", reason}});
  }

  void run(FirstRead first) {
    bool due = first == FirstRead::kLater;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopping_) {
      if (due) {
        asked_ = false;
        lock.unlock();
        read_again();
        lock.lock();
      }
      due = true;
      // What failed is tried again as soon as somebody may ask.
      const auto pause = get() == nullptr ? std::min(pace_.asked, pace_.each) : pace_.each;
      const auto soonest = std::chrono::steady_clock::now() + pace_.asked;
      const auto latest = std::chrono::steady_clock::now() + pause;
      wake_.wait_until(lock, std::min(soonest, latest), [this] { return stopping_.load(); });
      wake_.wait_until(lock, latest, [this] { return stopping_ || asked_; });
    }
  }

  const std::string name_;
  const Read read_;
  const Parse parse_;
  const Pace pace_;
  std::string text_;  // the thread's, after the constructor
  std::string complaint_;
  std::shared_ptr<const Value> value_;
  std::atomic<std::int64_t> readings_{0};
  std::atomic<bool> asked_{false};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

// The whole of a file, which may not be larger than this. Throws Failure(kRefused).
inline constexpr std::size_t kMostFileBytes = std::size_t{1} << 20U;
[[nodiscard]] std::string read_file(const std::string& name, std::size_t most_bytes = kMostFileBytes);

}  // namespace command_center::api::identity
