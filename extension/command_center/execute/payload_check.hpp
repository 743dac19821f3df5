// Checks a payload against the limits of size and the schema of its template.
#pragma once

#include <string_view>

#include "extension/command_center/server_types.hpp"
#include "extension/core/json_schema/program.hpp"

namespace command_center::extension {

// Throws KC014 when the text of a document of a command (`name` tells which) would be too large or is nested
// too deeply; nothing large is built to find out. Postgres regime.
void check_size(Datum document, const char* name);

// KC001 with the located errors in DETAIL. C++ regime.
void check_payload(std::string_view command_name, const json_schema::Program& program, Datum payload);

}  // namespace command_center::extension
