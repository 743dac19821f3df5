// What --check prints: one line for each look.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

namespace command_center::daemon::program {

class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  // `look` answers what it found, or throws Failure; false then. The line says `ok` or `FAILS`, what was
  // looked at, and what was found.
  bool look(const std::string& at, const std::function<std::string()>& look);

  [[nodiscard]] bool all_good() const { return all_good_; }

 private:
  std::ostream& out_;
  bool all_good_ = true;
};

}  // namespace command_center::daemon::program
