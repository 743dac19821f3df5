// Checks a payload against the limits of size and the schema of its template.
#pragma once

#include <cstddef>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Throws KC014 when the text of a document of a command (`name` tells which) would be too large or is nested
// too deeply; nothing large is built to find out. Postgres regime.
void check_size(Datum document, const char* name);

// KC014 when a message, with its headers and key, would be larger than max_message_bytes. C++ regime.
void check_message_size(std::size_t bytes);

// KC001 with the located errors in DETAIL. C++ regime.
void check_payload(std::string_view command_name, const json_schema::Program& program, Datum payload);

}  // namespace command_center::extension
