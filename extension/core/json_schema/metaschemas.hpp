// The metaschemas of the drafts and their vocabularies, as published by json-schema.org.
#pragma once

#include <memory>
#include <string_view>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// The parsed metaschema published under an absolute URI without fragment, or null. Parsed when first asked
// for and kept.
[[nodiscard]] std::shared_ptr<const values::Document> find_metaschema(std::string_view uri);

}  // namespace command_center::json_schema
