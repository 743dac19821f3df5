// Compares what setup() made besides tables with the statements that make it: functions, policies, views.
#pragma once

#include "extension/server/doctor/check.hpp"

namespace command_center::server {

// What is missing, or is another: each answers rows of severity, finding, remedy.
[[nodiscard]] Checks checks_of_what_was_made() noexcept;

// Where two texts must mean the same: `sql` answers rows of severity, the query that setup() writes, the
// query that stands, finding, remedy.
[[nodiscard]] Checks comparisons_of_what_was_made() noexcept;

// Whether two queries mean the same: the server analyses both and prints them alike. Postgres regime, in a
// session; what a query names must be there.
[[nodiscard]] bool mean_the_same(const char* query, const char* other);

}  // namespace command_center::server
