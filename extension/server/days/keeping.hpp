// What maintain() of an extension does.
#pragma once

#include "extension/server/days/retiring.hpp"
#include "extension/server/installation.hpp"

namespace command_center::server {

// What an extension adds; null: nothing.
struct Keeping {
  void (*settle)();      // puts right what it keeps besides days, in the catalogue
  bool (*may_retire)();  // whether old days may be retired now
  void (*carry)();       // takes over to a new day what would keep an old one
};

// Gives the catalogue its triggers, makes the days to come of the tables that setup() has made so far, and
// retires the old ones. Answers how many days it made and says in a notice what it retired. One at a time for
// each extension. Postgres regime, in no session.
[[nodiscard]] int keep_days(const Installation& installation, const KeptTable* tables, int count,
                            int lock_timeout, const Keeping& keeping = {nullptr, nullptr, nullptr});

}  // namespace command_center::server
