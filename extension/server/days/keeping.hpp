// What maintain() of an extension does.
#pragma once

#include "extension/server/days/retiring.hpp"
#include "extension/server/installation.hpp"

namespace command_center::server {

// Makes the days to come of the tables that setup() has made so far, retires the old ones where `may_retire`
// does not object (null: it does not), and gives the catalogue its triggers. Answers how many days it made
// and says in a notice what it retired. One at a time for each extension. Postgres regime, in no session.
[[nodiscard]] int keep_days(const Installation& installation, const KeptTable* tables, int count,
                            int lock_timeout, bool (*may_retire)() = nullptr);

}  // namespace command_center::server
