// Finds members, also those that were misspelt.
#include "extension/core/request/members.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "extension/core/json/member_names.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::request {
namespace {

constexpr std::size_t kLongestTold = 100;  // bytes of a name in an error

// Cut where a character of UTF-8 begins.
std::string told(std::string_view name) {
  if (name.size() <= kLongestTold) return std::string(name);
  std::size_t end = kLongestTold;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return std::string(name.substr(0, end)) + "...";
}

std::string location_of(std::size_t index, std::string_view member) {
  std::string location = "/" + std::to_string(index);
  if (member.data() != nullptr) json::append_token(location, told(member));
  return location;
}

std::string all_members() {
  std::string names;
  for (const Member& member : kMembers) names.append(names.empty() ? "" : ", ").append(member.name);
  return names;
}

std::string hint_at(const Mistake& mistake) {
  if (mistake.error != kUnknown) return {};
  const std::string_view meant = member_meant_by(mistake.member);
  if (!meant.empty()) return "It is called \"" + std::string(meant) + "\".";
  return "The members of a command are " + all_members() + ".";
}

}  // namespace

std::optional<std::size_t> find_member(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kMembers); ++i) {
    if (kMembers[i].name == name) return i;
  }
  return std::nullopt;
}

std::string_view member_meant_by(std::string_view name) {
  std::array<std::string_view, std::size(kMembers)> names;
  std::transform(std::begin(kMembers), std::end(kMembers), names.begin(),
                 [](const Member& member) { return member.name; });
  return json::name_meant_by(name, names.data(), names.size());
}

Error refusal_of(std::size_t index, const Mistake* mistakes, std::size_t count) {
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (std::size_t i = 0; i < count; ++i) {
    writer.begin_object();
    writer.member("location", location_of(index, mistakes[i].member));
    writer.member("error", mistakes[i].error);
    writer.end_object();
  }
  writer.end_array();
  const Mistake& first = mistakes[0];
  const std::string subject =
      first.member.data() == nullptr ? "command " : "member \"" + told(first.member) + "\" of the command ";
  return {sqlstate::kDefinitionInvalid, subject + std::string(first.error), detail, hint_at(first)};
}

}  // namespace command_center::request
