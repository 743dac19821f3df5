// Resolves URI references as RFC 3986 section 5.2 says, and takes fragments apart.
#pragma once

#include <string>
#include <string_view>

namespace command_center::json_schema {

// The target URI of a reference met under a base URI. An empty base leaves the reference as it is.
[[nodiscard]] std::string resolve_uri(std::string_view base, std::string_view reference);

struct UriParts {
  std::string_view without_fragment;
  std::string_view fragment;  // without '#', still percent-encoded
};
[[nodiscard]] UriParts split_fragment(std::string_view uri) noexcept;

// Decodes %XX; a malformed escape stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

}  // namespace command_center::json_schema
