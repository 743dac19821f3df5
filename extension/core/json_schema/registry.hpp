// Holds the shared schemas that references may name: those the caller adds, and the metaschemas of every
// draft.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// Documents by absolute URI without fragment. The caller loads what an earlier CompileOutcome listed as
// missing.
class SchemaRegistry {
 public:
  // Parses and adds a schema; throws as Document::parse does. A URI added twice keeps the first.
  void add(std::string_view uri, std::string_view schema_json_text);

  // Null when nobody registered the URI.
  [[nodiscard]] std::shared_ptr<const values::Document> find(std::string_view uri) const;

 private:
  std::map<std::string, std::shared_ptr<const values::Document>, std::less<>> documents_;
};

}  // namespace command_center::json_schema
