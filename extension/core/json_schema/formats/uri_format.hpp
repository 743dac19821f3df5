// URIs (RFC 3986), IRIs (RFC 3987) and URI templates (RFC 6570).
#pragma once

#include <string_view>

namespace command_center::json_schema::formats {

[[nodiscard]] bool is_uri(std::string_view text) noexcept;
[[nodiscard]] bool is_uri_reference(std::string_view text) noexcept;
[[nodiscard]] bool is_iri(std::string_view text) noexcept;
[[nodiscard]] bool is_iri_reference(std::string_view text) noexcept;
[[nodiscard]] bool is_uri_template(std::string_view text) noexcept;

}  // namespace command_center::json_schema::formats
