// RapidJSON's iterative parser, with its values on its own heap.
#include "api/identity/token_json.hpp"

#include <algorithm>
#include <set>

namespace command_center::api::identity {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kParse = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

}  // namespace

bool parse_object(std::string_view text, rapidjson::Document& document) {
  // Behind a NUL the parser would see no more.
  if (text.find('\0') != std::string_view::npos) return false;
  document.Parse<kParse>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) return false;
  std::set<std::string_view> names;
  return std::all_of(document.MemberBegin(), document.MemberEnd(),
                     [&](const auto& member) { return names.insert(view_of(member.name)).second; });
}

const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    if (view_of(member->name) == name) return &member->value;
  }
  return nullptr;
}

bool is_base64url(std::string_view text) noexcept {
  return !text.empty() && text.size() % 4 != 1 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace command_center::api::identity
