// Parses metaschemas when they are asked for and keeps them for the life of the process (they are few and
// small).
#include "extension/core/json_schema/metaschemas.hpp"

#include <map>
#include <mutex>

#include "extension/core/json_schema/metaschema_texts.hpp"

namespace command_center::json_schema {

std::shared_ptr<const values::Document> find_metaschema(std::string_view uri) {
  const MetaschemaText* text = find_metaschema_text(uri);
  if (text == nullptr) return nullptr;
  static std::mutex mutex;
  static std::map<std::string_view, std::shared_ptr<const values::Document>> parsed;
  const std::lock_guard<std::mutex> lock(mutex);
  auto& document = parsed[text->uri];
  if (document == nullptr) document = values::Document::parse(text->text);
  return document;
}

}  // namespace command_center::json_schema
