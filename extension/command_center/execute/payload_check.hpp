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

// How many bytes a message, with its headers and key, may have: the setting command_center.max_message_bytes,
// and nine tenths of what the topic is declared to take (0: it is not), since Kafka counts some of its own.
[[nodiscard]] std::size_t largest_message(int max_message_bytes_of_topic) noexcept;

// KC014 when it would be larger. C++ regime.
void check_message_size(std::size_t bytes, std::string_view topic, int max_message_bytes_of_topic);

// KC001 with the located errors in DETAIL. `what` is "command" or "event". C++ regime.
void check_payload_of(const char* what, std::string_view name, const json_schema::Program& program,
                      Datum payload);
void check_payload(std::string_view command_name, const json_schema::Program& program, Datum payload);

}  // namespace command_center::extension
