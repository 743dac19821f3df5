// Tells a caller that trace contexts were left out.
#pragma once

namespace command_center::extension {

// One WARNING for the call: `dropped` of its traceparents are none that may be passed on. None for 0. Never
// what they were, which may be anything. Postgres regime.
void warn_of_dropped_traceparents(int dropped);

}  // namespace command_center::extension
