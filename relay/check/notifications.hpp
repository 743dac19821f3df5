// What a relay that tells people of manual releases needs, besides a connection to both sides.
#pragma once

#include "daemon/program/report.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/check/subscriptions.hpp"
#include "relay/daemon.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::check {

// Whether it may write down who was told, whether the topic may be read, and whether each webhook's host has
// an address that may be called. Calls none, joins no group and writes nothing. `has_postgres`: it answers.
void check_notifications(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter,
                         bool has_postgres, Kafka reach);

}  // namespace command_center::relay::check
