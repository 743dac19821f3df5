// Lets the maintain() and tidy() of one extension do the work of all.
#pragma once

#include "extension/server/family.hpp"

namespace command_center::server {

// Takes the maintenance locks of all extensions of ours that are in use. Called before any of them is
// maintained: what that locks besides comes after all of these. Postgres regime.
void lock_family();

// Maintains every other extension of ours that is in use, each in a subtransaction, and answers how many days
// they made. What fails is a warning, and not the end of the others. Postgres regime, in no session.
[[nodiscard]] int maintain_others(const Extension& extension);

// Tidies every extension of ours that is in use, in the same way, and answers how much they ended: `most` at
// most.
[[nodiscard]] int tidy_all(int most);

}  // namespace command_center::server
