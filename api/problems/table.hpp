// What each SQLSTATE is to a client of the API; docs/errors.md shows the same table.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace command_center::api::problems {

enum class Words : std::uint8_t {
  kPassedOn,  // the message and the hint are ours, or say what is wrong with the client's own value
  kReplaced,  // they may name what is none of the client's business: the title stands for them
};

struct Entry {
  std::string_view code;  // a whole SQLSTATE, or the two characters of its class
  int status;
  int grpc_code;            // grpc::StatusCode
  int retry_after_seconds;  // 0: no Retry-After
  Words words;
  std::string_view title;
};

// All of them, in the order of docs/errors.md.
[[nodiscard]] const std::vector<Entry>& entries();

// The entry of the code, else of its class, else that of what nobody expected (500).
[[nodiscard]] const Entry& entry_of(std::string_view sqlstate) noexcept;

}  // namespace command_center::api::problems
