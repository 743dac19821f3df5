// Reads a message's headers, a JSON object of strings, into Kafka's form.
#pragma once

#include <optional>
#include <string_view>

#include "relay/kafka/handles.hpp"

namespace command_center::relay::kafka {

// In the order of the text; nothing when it is anything but one object whose values are all strings. Null or
// empty text is no headers.
[[nodiscard]] std::optional<Headers> parse_headers(std::string_view json);

}  // namespace command_center::relay::kafka
