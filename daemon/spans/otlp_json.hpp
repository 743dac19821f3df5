// Spans in OTLP's JSON: ids in hexadecimal, enums as numbers, 64-bit integers as texts.
#pragma once

#include <deque>
#include <string>

#include "daemon/spans/record.hpp"
#include "daemon/spans/settings.hpp"

namespace command_center::daemon::spans {

// The body of a request for the first spans of `records`: all, or as many as fit into `most_bytes`, and one
// at least. `count`: how many they are.
[[nodiscard]] std::string otlp_json(const Settings& settings, const std::deque<Record>& records,
                                    std::size_t most_bytes, std::size_t& count);

}  // namespace command_center::daemon::spans
