// What --check asks each database.
#pragma once

#include "api/settings/settings.hpp"
#include "daemon/program/report.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::api::check {

void check_databases(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter);

}  // namespace command_center::api::check
