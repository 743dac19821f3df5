#include "tests/api/support/answers.hpp"

#include "extension/core/json/rapidjson.hpp"

// Behind the other, which says what its assertions do.
#include <rapidjson/pointer.h>

namespace command_center::api_tests {
namespace {

std::string text_of(const rapidjson::Value& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  if (value.IsNull()) return {};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

}  // namespace

std::string member(const HttpAnswer& answer, const std::string& pointer) {
  rapidjson::Document document;
  document.Parse(answer.body.data(), answer.body.size());
  if (document.HasParseError()) return {};
  const rapidjson::Value* value = rapidjson::Pointer(("/" + pointer).c_str()).Get(document);
  return value == nullptr ? std::string() : text_of(*value);
}

std::string verdict(const HttpAnswer& answer) {
  const std::string code = member(answer, "code");
  return std::to_string(answer.status) + (code.empty() ? "" : " " + code);
}

std::vector<std::string> items(const HttpAnswer& answer, const std::string& name) {
  std::vector<std::string> texts;
  rapidjson::Document document;
  document.Parse(answer.body.data(), answer.body.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("items")) return texts;
  for (const auto& item : document["items"].GetArray()) {
    const auto found = item.FindMember(name.c_str());
    texts.push_back(found == item.MemberEnd() ? std::string() : text_of(found->value));
  }
  return texts;
}

}  // namespace command_center::api_tests
