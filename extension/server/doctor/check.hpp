// What doctor() asks.
#pragma once

namespace command_center::server {

// One question; `sql` answers rows of severity, finding, remedy. {schema} in it stands for the extension's
// schema, {owner_table} for the table whose owner acts. Not asked where `applies` says no.
struct Check {
  const char* name;
  const char* sql;
  bool (*applies)() = nullptr;
};

struct Checks {
  const Check* check;
  int count;
};

}  // namespace command_center::server
