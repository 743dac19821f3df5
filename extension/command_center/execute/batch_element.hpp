// A command of a batch that comes as JSON.
#pragma once

#include "extension/command_center/execute/request.hpp"
#include "extension/server/family.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Reads the command at `index`, counted from 0, of a jsonb array. Throws KC013 for what is no command:
// another thing than an object, members that are unknown, missing or of another type. `arguments` then has
// those that could be read; the others are null. Postgres regime.
void read_element(JsonbContainer* batch, int index, RequestArguments& arguments);

// What the element at `index` is about, if it tells and is ours; false otherwise. Nothing is refused, and no
// payload of others is copied. Postgres regime.
[[nodiscard]] bool peek_element(JsonbContainer* batch, int index, server::IsOurs is_ours,
                                ComingCommand& command);

}  // namespace command_center::extension
