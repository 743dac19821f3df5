// Reads UTF-8: counts code points, decodes them one by one, encodes them, and checks that text is
// well-formed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace command_center::json_schema::values {

inline constexpr char32_t kNotACodePoint = 0xffffffff;

// Code points in well-formed UTF-8 (bytes that do not continue a sequence).
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

// Decodes the code point at `position` and moves `position` behind it. Ill-formed bytes and the end of the
// text give kNotACodePoint; the position then moves by one byte, or stays at the end.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& position) noexcept;

[[nodiscard]] bool is_well_formed_utf8(std::string_view text) noexcept;

// Appends a code point; surrogates and values above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// The longest prefix of at most `max_bytes` bytes that does not cut a sequence in two.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace command_center::json_schema::values
