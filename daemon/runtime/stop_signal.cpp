// Keeps an eventfd that the signal handler writes, so that no signal is lost between a check and a wait.
#include "daemon/runtime/stop_signal.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "daemon/runtime/clock.hpp"

namespace command_center::daemon::runtime {
namespace {

constexpr int kSignalExitBase = 128;

// What the handler touches: lock-free, and never destroyed.
std::atomic<int> g_wake_fd{-1};
std::atomic<std::int64_t> g_asked_ns{0};
std::atomic<bool> g_signalled{false};

std::int64_t now_ns() noexcept {
  return Clock::now().time_since_epoch().count();
}

void ask_to_stop() noexcept {
  std::int64_t expected = 0;
  if (!g_asked_ns.compare_exchange_strong(expected, now_ns())) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(g_wake_fd.load(), &one, sizeof(one));
}

extern "C" void command_center_on_stop_signal(int signal_number) {
  const int saved_errno = errno;
  if (g_signalled.exchange(true)) _exit(kSignalExitBase + signal_number);
  ask_to_stop();
  errno = saved_errno;
}

[[nodiscard]] bool install(int signal_number, void (*handler)(int)) noexcept {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return sigaction(signal_number, &action, nullptr) == 0;
}

}  // namespace

StopSignal::StopSignal(std::chrono::milliseconds drain_limit) : drain_limit_(drain_limit) {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "could not create an eventfd");
  g_wake_fd.store(fd);
  if (!install(SIGTERM, command_center_on_stop_signal) || !install(SIGINT, command_center_on_stop_signal) ||
      !install(SIGPIPE, SIG_IGN)) {
    throw std::system_error(errno, std::generic_category(), "could not install a signal handler");
  }
}

StopSignal::~StopSignal() {
  [[maybe_unused]] const bool restored = install(SIGTERM, SIG_DFL) && install(SIGINT, SIG_DFL);
  close(g_wake_fd.exchange(-1));
  g_asked_ns.store(0);
  g_signalled.store(false);
}

void StopSignal::ask() noexcept {
  ask_to_stop();
}

bool StopSignal::asked() const noexcept {
  return g_asked_ns.load() != 0;
}

bool StopSignal::asked_longer_ago_than(std::chrono::milliseconds limit) const noexcept {
  const std::int64_t asked_ns = g_asked_ns.load();
  return asked_ns != 0 && std::chrono::nanoseconds(now_ns() - asked_ns) > limit;
}

int StopSignal::fd() const noexcept {
  return g_wake_fd.load();
}

}  // namespace command_center::daemon::runtime
