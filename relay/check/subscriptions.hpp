// What a relay that consumes needs, besides a connection to both sides.
#pragma once

#include "daemon/program/report.hpp"
#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::check {

enum class Kafka { kAnswers, kDoesNot };

// Of every active subscription: whether its handler can be called, whether its topics are there or can be
// made, whether its group may be read, and whether Kafka still has what comes next. Joins no group and writes
// nothing.
void check_subscriptions(program::Report& report, const settings::Settings& settings, runtime::Waiter& waiter,
                         Kafka reach);

}  // namespace command_center::relay::check
