// Reads the JSON of an answer.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "api/bodies/json_document.hpp"

namespace command_center::api::bodies {

// An object of an answer, with its members by name. Borrows the text.
class Object {
 public:
  explicit Object(std::string_view text) : parsed_(parse_json(text)) {}
  explicit Object(std::string&& text) = delete;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  [[nodiscard]] bool is_there() const {
    const auto* document = std::get_if<JsonDocument>(&parsed_);
    return document != nullptr && document->root.type == Type::kObject;
  }
  [[nodiscard]] const Value* find(std::string_view name) const {
    const auto* document = std::get_if<JsonDocument>(&parsed_);
    if (document == nullptr) return nullptr;
    const auto found = std::find_if(document->members.begin(), document->members.end(),
                                    [&](const Member& member) { return member.name == name; });
    return found == document->members.end() ? nullptr : &found->value;
  }
  // Empty where it is not there or is no string.
  [[nodiscard]] std::string text(std::string_view name) const {
    const Value* value = find(name);
    return value != nullptr && value->type == Type::kString ? value->string : std::string();
  }
  // As it stands in the text; empty where it is not there or null.
  [[nodiscard]] std::string_view raw(std::string_view name) const {
    const Value* value = find(name);
    return value != nullptr && value->type != Type::kNull ? value->raw : std::string_view();
  }

 private:
  std::variant<JsonDocument, Mistake> parsed_;
};

}  // namespace command_center::api::bodies
