// SHA-256 by OpenSSL. The server's own sha256() has OpenSSL look the algorithm up at each call, which takes
// longer than hashing a payload does.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "extension/server/server_types.hpp"

namespace command_center::server {

using Sha256 = std::array<std::uint8_t, 32>;

// Postgres regime, both.
[[nodiscard]] Sha256 sha256(std::string_view bytes);
[[nodiscard]] Datum sha256_datum(std::string_view bytes);  // a bytea, in the calling context

}  // namespace command_center::server
