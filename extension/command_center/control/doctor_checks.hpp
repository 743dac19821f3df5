// What doctor() looks at.
#pragma once

namespace command_center::extension {

// One question; `sql` answers rows of severity, finding, remedy.
struct Check {
  const char* name;
  const char* sql;
};

struct Checks {
  const Check* check;
  int count;
};

[[nodiscard]] Checks doctor_checks() noexcept;

}  // namespace command_center::extension
