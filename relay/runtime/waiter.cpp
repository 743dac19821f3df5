// Waits on an eventfd that the signal handler writes, so that no signal is lost between a check and a wait.
#include "relay/runtime/waiter.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace command_center::relay::runtime {
namespace {

constexpr std::chrono::milliseconds kBeatInterval{1000};
constexpr int kSignalExitBase = 128;

// What the handler touches: lock-free, and never destroyed.
std::atomic<int> g_wake_fd{-1};
std::atomic<std::int64_t> g_stop_asked_ns{0};

std::int64_t monotonic_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

extern "C" void command_center_relay_on_stop_signal(int signal_number) {
  const int saved_errno = errno;
  std::int64_t expected = 0;
  if (!g_stop_asked_ns.compare_exchange_strong(expected, monotonic_ns()))
    _exit(kSignalExitBase + signal_number);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(g_wake_fd.load(), &one, sizeof(one));
  errno = saved_errno;
}

[[nodiscard]] bool install(int signal_number, void (*handler)(int)) noexcept {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return sigaction(signal_number, &action, nullptr) == 0;
}

}  // namespace

Waiter::Waiter(std::chrono::milliseconds drain_limit) : drain_limit_(drain_limit) {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "could not create an eventfd");
  g_wake_fd.store(fd);
  if (!install(SIGTERM, command_center_relay_on_stop_signal) ||
      !install(SIGINT, command_center_relay_on_stop_signal) || !install(SIGPIPE, SIG_IGN)) {
    throw std::system_error(errno, std::generic_category(), "could not install a signal handler");
  }
  beat();
}

Waiter::~Waiter() {
  [[maybe_unused]] const bool restored = install(SIGTERM, SIG_DFL) && install(SIGINT, SIG_DFL);
  close(g_wake_fd.exchange(-1));
  g_stop_asked_ns.store(0);
}

bool Waiter::stopping() const noexcept {
  return g_stop_asked_ns.load() != 0;
}

bool Waiter::drain_expired() const noexcept {
  const std::int64_t asked = g_stop_asked_ns.load();
  return asked != 0 && std::chrono::nanoseconds(monotonic_ns() - asked) > drain_limit_;
}

WaitEnd Waiter::wait(std::chrono::milliseconds time) {
  const auto deadline = Clock::now() + time;
  while (true) {
    beat();
    if (stopping()) return WaitEnd::kStopping;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return WaitEnd::kTimeout;
    pollfd wake{g_wake_fd.load(), POLLIN, 0};
    poll(&wake, 1, static_cast<int>(std::min(left, kBeatInterval).count()));
  }
}

WaitEnd Waiter::wait_for_fd(int fd, short events, std::chrono::milliseconds time) {
  const auto deadline = Clock::now() + time;
  while (true) {
    beat();
    if (drain_expired()) return WaitEnd::kStopping;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return WaitEnd::kTimeout;
    // Once a stop is asked for, the wake-up stays readable and would make this loop spin.
    std::array<pollfd, 2> fds{{{fd, events, 0}, {g_wake_fd.load(), POLLIN, 0}}};
    const nfds_t watched = stopping() ? 1 : 2;
    const int ready = poll(fds.data(), watched, static_cast<int>(std::min(left, kBeatInterval).count()));
    if (ready > 0 && fds[0].revents != 0) return WaitEnd::kReady;
  }
}

void Waiter::beat() noexcept {
  last_beat_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
}

Clock::time_point Waiter::last_beat() const noexcept {
  return Clock::time_point(Clock::duration(last_beat_.load(std::memory_order_relaxed)));
}

}  // namespace command_center::relay::runtime
