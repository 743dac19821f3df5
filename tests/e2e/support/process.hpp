// A daemon as an operator starts it: with nothing in its environment but what the outside promises it, and
// its log in a file.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/support/eventually.hpp"

namespace command_center::e2e {

struct ProcessOptions {
  std::string name;                      // of the log
  std::vector<std::string> words;        // the program and its arguments
  std::vector<std::string> environment;  // NAME=value; of two values of a name the first one counts
  int most_files = 0;                    // the limit of descriptors; 0: as inherited
  // When the thread that started it ends first, as when a test is killed.
  enum class Orphaned { kGoesOn, kIsKilled } orphaned = Orphaned::kGoesOn;
};

// Killed with -9 when it goes out of scope, unless it has ended.
class Process {
 public:
  explicit Process(ProcessOptions options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal_number) const;
  void kill_9();
  // The exit status (128 + signal when a signal ended it), or nothing when it does not end in time.
  [[nodiscard]] std::optional<int> exit_status(std::chrono::milliseconds patience = kPatience);

  // The whole log so far, and whether a line with this text appears in time.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] bool logs(const std::string& text, std::chrono::milliseconds patience = kPatience) const;
  // Of the admin port; 0 before it is there.
  [[nodiscard]] int admin_port() const { return logged_number("admin_port"); }

 protected:
  // Of the first line that has it; 0: none.
  [[nodiscard]] int logged_number(const std::string& name) const;
  // "VmRSS", "VmHWM"; 0 when it has ended.
  [[nodiscard]] int kilobytes(const std::string& what) const;
  // Whether it has stopped itself (WUNTRACED); throws when it has ended.
  [[nodiscard]] bool is_stopped();
  [[nodiscard]] bool has_ended();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  std::string log_file_;
};

// A file of this name and a number, below the directory of the tests' servers.
[[nodiscard]] std::string next_log_file(const std::string& name);

// What the environment of every program of ours holds besides: these variables as they are, and the options
// of sanitizers.
void append_inherited(std::vector<std::string>& environment, std::initializer_list<const char*> names);

}  // namespace command_center::e2e
