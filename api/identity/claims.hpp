// What the claims of a token say: whether it holds now and here, and who calls.
#pragma once

#include "api/identity/jwt.hpp"

namespace command_center::api::identity {

// `text`: JSON, of a token whose signature is right.
[[nodiscard]] Verdict read_claims(std::string_view text, const JwtSettings& settings, std::int64_t now);

// What may become part of a command: UTF-8 without control characters, 1 to 255 bytes.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

inline constexpr std::size_t kMostRoles = 64;

}  // namespace command_center::api::identity
