// The secret of the database behind the keys of locks, which pg_locks shows to everybody.
#pragma once

#include <cstdint>
#include <string_view>

#include "extension/core/hash/sip_hash.hpp"

namespace command_center::extension {

// Null until setup() has made it: what 0.2.0 does goes on until then. Valid until the next call. Postgres
// regime.
[[nodiscard]] const hash::SipKey* lock_secret();

}  // namespace command_center::extension
