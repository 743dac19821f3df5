// Tells long loops in the core whether the server wants this statement to end.
#pragma once

namespace command_center::boundary {

// The stop predicate to hand to core functions. Reads one flag (InterruptPending) unless an interrupt is
// pending; then lets the server serve it. A harmless one (a request to log memory use, a barrier) is done
// with and the loop goes on: false. One that ends the statement leaves as PostgresError, with the server's
// own message; so whoever calls a predicate must be ready for an exception. Never returns true: a predicate
// of another kind that does makes the core throw Stopped, which `enter` understands too.
[[nodiscard]] bool stop_requested();

}  // namespace command_center::boundary
