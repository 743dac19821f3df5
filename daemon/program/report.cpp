// A look that fails does not end the others: an operator wants the whole list.
#include "daemon/program/report.hpp"

#include <ostream>

#include "daemon/failure.hpp"

namespace command_center::daemon::program {

bool Report::look(const std::string& at, const std::function<std::string()>& look) {
  try {
    const std::string found = look();
    out_ << "ok     " << at << ": " << found << '\n';
    return true;
  } catch (const Failure& failure) {
    out_ << "FAILS  " << at << ": " << failure.message();
    if (!failure.detail().empty()) out_ << "; " << failure.detail();
    if (!failure.hint().empty()) out_ << "; " << failure.hint();
    out_ << '\n';
  }
  all_good_ = false;
  return false;
}

}  // namespace command_center::daemon::program
