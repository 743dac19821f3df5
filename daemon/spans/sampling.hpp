// Which spans are recorded and sent.
#pragma once

#include "daemon/spans/context.hpp"
#include "daemon/spans/settings.hpp"

namespace command_center::daemon::spans {

// `parent`: null where the trace begins here.
[[nodiscard]] bool is_sampled(const Settings& settings, const TraceId& trace, const Context* parent) noexcept;

}  // namespace command_center::daemon::spans
