// Reads the JSON of an answer.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/bodies/json_document.hpp"

namespace command_center::api::grpc {

// An object of an answer, with its members by name.
class Object {
 public:
  explicit Object(std::string text) : text_(std::move(text)), parsed_(bodies::parse_json(text_)) {
    if (const auto* document = std::get_if<bodies::JsonDocument>(&parsed_)) members_ = &document->members;
  }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  [[nodiscard]] bool is_there() const {
    const auto* document = std::get_if<bodies::JsonDocument>(&parsed_);
    return document != nullptr && document->root.type == bodies::Type::kObject;
  }
  [[nodiscard]] const bodies::Value* find(std::string_view name) const {
    if (members_ == nullptr) return nullptr;
    const auto found = std::find_if(members_->begin(), members_->end(),
                                    [&](const bodies::Member& member) { return member.name == name; });
    return found == members_->end() ? nullptr : &found->value;
  }
  // Empty where it is not there or is no string.
  [[nodiscard]] std::string text(std::string_view name) const {
    const bodies::Value* value = find(name);
    return value != nullptr && value->type == bodies::Type::kString ? value->string : std::string();
  }
  // Empty where it is not there or null.
  [[nodiscard]] std::string raw(std::string_view name) const {
    const bodies::Value* value = find(name);
    return value != nullptr && value->type != bodies::Type::kNull ? std::string(value->raw) : std::string();
  }

 private:
  std::string text_;  // which the members are views of
  std::variant<bodies::JsonDocument, bodies::Mistake> parsed_;
  const std::vector<bodies::Member>* members_ = nullptr;
};

}  // namespace command_center::api::grpc
