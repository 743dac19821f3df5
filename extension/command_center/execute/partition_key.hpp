// Finds the partition key of a command in its payload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extension/command_center/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// The text of the scalar that a JSON pointer finds in a jsonb; empty where there is none. Equal numbers have
// one text, 12.0 that of 12, which is also the text of the string "12". Postgres regime; the view is into the
// document or the calling context.
[[nodiscard]] std::string_view pointed_text(Datum payload, const std::vector<std::string>& pointer);

}  // namespace command_center::extension
