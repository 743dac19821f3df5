// Finds shared schemas and metaschemas by URI.
#include "extension/core/json_schema/registry.hpp"

#include "extension/core/json_schema/metaschemas.hpp"
#include "extension/core/json_schema/uri.hpp"

namespace command_center::json_schema {

void SchemaRegistry::add(std::string_view uri, std::string_view schema_json_text) {
  documents_.emplace(std::string(split_fragment(uri).without_fragment),
                     values::Document::parse(schema_json_text));
}

std::shared_ptr<const values::Document> SchemaRegistry::find(std::string_view uri) const {
  const auto found = documents_.find(uri);
  return found != documents_.end() ? found->second : find_metaschema(uri);
}

}  // namespace command_center::json_schema
