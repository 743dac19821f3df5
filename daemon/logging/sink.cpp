// A pipe that poll() calls writable has room for PIPE_BUF bytes, so a write of no more than that does not
// wait.
#include "daemon/logging/sink.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/failure.hpp"

namespace command_center::daemon::logging {
namespace {

std::atomic<bool> g_reopen{false};

extern "C" void command_center_on_hangup(int /*signal_number*/) {
  g_reopen.store(true);
}

int open_log(const std::string& file) {
  constexpr mode_t kMode = 0640;
  return open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, kMode);
}

bool is_writable(int fd) {
  pollfd watched{fd, POLLOUT, 0};
  return poll(&watched, 1, 0) == 1 && (watched.revents & POLLOUT) != 0;
}

}  // namespace

Sink::Sink(std::string file, Note note)
    : file_(std::move(file)), note_(note), fd_(file_.empty() ? STDERR_FILENO : open_log(file_)) {
  if (fd_ < 0) {
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter,
                  "could not open the log file \"" + file_ + "\"", std::strerror(errno));
  }
}

Sink::~Sink() {
  if (!file_.empty()) close(fd_);
}

void Sink::sink_it_(const spdlog::details::log_msg& message) {
  if (g_reopen.exchange(false)) reopen();
  if (dropped_ > 0) {
    const std::string text = note_(dropped_);
    if (put({message.logger_name, spdlog::level::warn, text})) dropped_ = 0;
  }
  if (dropped_ > 0 || !put(message)) ++dropped_;
}

bool Sink::put(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  return put(line.data(), line.size());
}

// Without the new file the old one goes on.
void Sink::reopen() {
  if (file_.empty()) return;
  const int fresh = open_log(file_);
  if (fresh < 0) return;
  close(std::exchange(fd_, fresh));
}

// What does not fit into a pipe at once may end in the middle of a line; a line that long is rare.
bool Sink::put(const char* bytes, std::size_t size) const {
  while (size > 0) {
    if (!is_writable(fd_)) return false;
    const ssize_t written = write(fd_, bytes, std::min<std::size_t>(size, PIPE_BUF));
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) {
      bytes += written;
      size -= static_cast<std::size_t>(written);
    }
  }
  return true;
}

void reopen_on_hangup() {
  struct sigaction action {};
  action.sa_handler = command_center_on_hangup;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGHUP, &action, nullptr);
}

}  // namespace command_center::daemon::logging
