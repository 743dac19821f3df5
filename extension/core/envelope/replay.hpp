// The headers of a message that is sent once more.
#pragma once

#include <string>
#include <string_view>

namespace command_center::envelope {

// Appends the headers of the original message, a JSON object of texts, with another ce_id and the header
// x-command-replay, which names the original message. Everything else stays, in its order.
void append_replay_headers(std::string& out, std::string_view original_headers, std::string_view message_id,
                           std::string_view original_message_id);

}  // namespace command_center::envelope
