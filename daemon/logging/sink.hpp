// Where log lines go: standard error or a file, and never a place that the daemon waits for.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace command_center::daemon::logging {

// A line that cannot be written at once is dropped and counted, and the count is written with the next one:
// whoever does not read our pipe must not stop us. Reopens its file after SIGHUP.
class Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // What is logged of lines that were dropped, as a message of the format in use.
  using Note = std::string (*)(std::uint64_t lines);

  // Standard error where `file` is empty. Throws Failure(kRefused) when the file cannot be opened.
  Sink(std::string file, Note note);
  ~Sink() override;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  void reopen();
  [[nodiscard]] bool put(const spdlog::details::log_msg& message);
  [[nodiscard]] bool put(const char* bytes, std::size_t size) const;

  std::string file_;
  Note note_;
  int fd_;
  std::uint64_t dropped_ = 0;
};

// From now on SIGHUP has the log file opened anew, and never ends the process.
void reopen_on_hangup();

}  // namespace command_center::daemon::logging
