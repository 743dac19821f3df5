// Keeps partitions ahead of the clock, since a day without one would refuse rows.
#pragma once

#include "extension/server/days/daily_table.hpp"
#include "extension/server/installation.hpp"

namespace command_center::server {

// Makes the partitions that a table lacks, from yesterday to 30 days ahead, and answers how many. Each is
// created by itself and then attached, which blocks nobody; one that was detached is attached again. Those
// that cannot be made are a WARNING with the cause and the others are made. Postgres regime, in an open
// session, under the maintenance lock.
[[nodiscard]] int make_days(const Installation& installation, const DailyTable& table);

}  // namespace command_center::server
