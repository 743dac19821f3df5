// The table of formats.
#include "extension/core/json_schema/formats/formats.hpp"

namespace command_center::json_schema::formats {

Check find_format(std::string_view /*name*/, Draft /*draft*/) noexcept {
  return nullptr;
}

}  // namespace command_center::json_schema::formats
