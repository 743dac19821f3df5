// Promises of where log lines go.
#include "daemon/logging/sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/logger.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "daemon/failure.hpp"

namespace command_center::daemon::logging {
namespace {

std::string note(std::uint64_t lines) {
  return "dropped " + std::to_string(lines);
}

std::string content_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Standard error is a pipe that nobody reads, until it is asked for.
class UnreadPipe {
 public:
  UnreadPipe() : before_(dup(STDERR_FILENO)) {
    if (pipe2(ends_.data(), O_CLOEXEC) == 0) dup2(ends_[1], STDERR_FILENO);
  }
  ~UnreadPipe() {
    dup2(before_, STDERR_FILENO);
    for (const int fd : {before_, ends_[0], ends_[1]}) close(fd);
  }
  UnreadPipe(const UnreadPipe&) = delete;
  UnreadPipe& operator=(const UnreadPipe&) = delete;

  [[nodiscard]] std::string read_all() const {
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = read(ends_[0], buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
  }

 private:
  int before_;
  std::array<int, 2> ends_{};
};

TEST(Sink, WhoeverDoesNotReadItsPipeDoesNotStopTheDaemon) {
  const UnreadPipe pipe;
  spdlog::logger logger("test", std::make_shared<Sink>(std::string(), note));
  for (int i = 0; i < 5000; ++i) logger.info("a line of some length that fills the pipe before long: {}", i);
  EXPECT_NE(pipe.read_all().find("length"), std::string::npos);
  logger.info("the next one");
  const std::string text = pipe.read_all();
  EXPECT_NE(text.find("dropped "), std::string::npos) << text;
  EXPECT_NE(text.find("the next one"), std::string::npos) << text;
}

TEST(Sink, HangupOpensTheFileAnew) {
  std::string directory = testing::TempDir() + "sinkXXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string file = directory + "/log";
  reopen_on_hangup();
  spdlog::logger logger("test", std::make_shared<Sink>(file, note));
  logger.info("first");
  ASSERT_EQ(rename(file.c_str(), (file + ".1").c_str()), 0);
  logger.info("second");
  raise(SIGHUP);
  logger.info("third");
  EXPECT_NE(content_of(file + ".1").find("second"), std::string::npos);
  EXPECT_EQ(content_of(file).find("second"), std::string::npos);
  EXPECT_NE(content_of(file).find("third"), std::string::npos);
}

TEST(Sink, FileThatCannotBeOpenedIsRefused) {
  EXPECT_THROW(Sink("/no/such/directory/log", note), Failure);
}

}  // namespace
}  // namespace command_center::daemon::logging
