// Gives the JSON text of a published metaschema.
#pragma once

#include <string_view>

namespace command_center::json_schema {

struct MetaschemaText {
  std::string_view uri;  // absolute, without fragment
  std::string_view text;
};

// Null for a URI that names no metaschema.
[[nodiscard]] const MetaschemaText* find_metaschema_text(std::string_view uri) noexcept;

}  // namespace command_center::json_schema
