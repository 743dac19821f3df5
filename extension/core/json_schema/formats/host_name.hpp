// Host names (RFC 1123) and internationalised ones (RFC 5890 to 5893).
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

// Letters, digits and hyphens; labels that begin with "xn--" must be valid A-labels. Those allocate.
[[nodiscard]] bool is_host_name(std::string_view text);

// The same with U-labels allowed. Allocates.
[[nodiscard]] bool is_international_host_name(std::string_view text);

// One label of letters, digits and inner hyphens, 63 at most.
[[nodiscard]] bool is_plain_label(std::string_view label) noexcept;

}  // namespace command_center::json_schema::formats
