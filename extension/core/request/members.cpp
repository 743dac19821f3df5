// Finds members, also those that were misspelt.
#include "extension/core/request/members.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "extension/core/json/pointer.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::request {
namespace {

constexpr std::size_t kLongestTold = 100;     // bytes of a name in an error
constexpr std::size_t kLongestCompared = 32;  // letters
constexpr std::size_t kMostWrongLetters = 2;

// Letters and digits alone, in lower case.
std::string squeezed(std::string_view name) {
  std::string letters;
  for (const char character : name.substr(0, kLongestCompared + 1)) {
    const bool upper = character >= 'A' && character <= 'Z';
    if (character == '_' || character == '-' || character == ' ') continue;
    letters.push_back(upper ? static_cast<char>(character + ('a' - 'A')) : character);
  }
  return letters;
}

// How many letters to change, add, leave out or swap with the next one (optimal string alignment).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::vector<std::size_t> row(to.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

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
  if (name.size() > kLongestCompared) return {};
  const std::string written = squeezed(name);
  std::string_view closest;
  std::size_t least = kMostWrongLetters + 1;
  for (const Member& member : kMembers) {
    const std::size_t wrong = distance(written, squeezed(member.name));
    if (wrong >= least) continue;
    closest = member.name;
    least = wrong;
  }
  return closest;
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
