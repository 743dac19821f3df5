#include "api/routes/condition.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/postgres/texts.hpp"

namespace command_center::api::routes {
namespace {

constexpr std::string_view kBlank = " \t";

bool is_tag_character(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// Takes the tag that `text` begins with; false: it begins with none.
bool take_tag(std::string_view& text, Tags& tags) {
  const bool is_weak = text.substr(0, 2) == "W/";
  if (is_weak) text.remove_prefix(2);
  if (text.empty() || text.front() != '"') return false;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return false;
  const std::string_view tag = text.substr(0, end + 1);
  if (!std::all_of(tag.begin() + 1, tag.end() - 1, is_tag_character)) return false;
  tags.all.emplace_back(tag);
  if (!is_weak) tags.strong.emplace_back(tag);
  text = without_blanks(text.substr(end + 1));
  return true;
}

// Of one line of the header; false: it is no list of tags. Empty members of a list are nothing.
bool take_line(std::string_view line, Tags& tags) {
  std::string_view rest = without_blanks(line);
  if (rest.substr(0, 1) == "*") {
    tags.any = true;
    return without_blanks(rest.substr(1)).empty();
  }
  while (!rest.empty()) {
    if (rest.front() != ',') {
      if (!take_tag(rest, tags)) return false;
      if (!rest.empty() && rest.front() != ',') return false;
    }
    if (!rest.empty()) rest = without_blanks(rest.substr(1));
  }
  return true;
}

// False: malformed. Of several lines all count.
bool read_tags(const http::Request& request, std::string_view name, std::optional<Tags>& tags) {
  for (const auto& [header, value] : request.headers) {
    if (header != name) continue;
    if (!tags) tags.emplace();
    if (!take_line(value, *tags)) return false;
  }
  return !tags || (tags->any ? tags->all.empty() : !tags->all.empty());
}

bool has(const std::vector<std::string>& tags, std::string_view tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

database::Parameter version_of(const std::vector<std::string>& tags) {
  if (tags.empty()) return std::nullopt;
  std::string_view version = tags.front();
  version = version.substr(1, version.size() - 2);
  version = version.substr(version.rfind('.') + 1);
  int number = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
  if (error != std::errc() || end != version.data() + version.size() || number < 1) return std::nullopt;
  return std::to_string(number);
}

}  // namespace

std::variant<Condition, problems::Problem> read_condition(const http::Request& request) {
  Condition condition;
  if (!read_tags(request, "if-match", condition.match) ||
      !read_tags(request, "if-none-match", condition.none_match))
    return problems::make(400,
                          "If-Match and If-None-Match take * or a list of ETags such as \"<id>.<version>\"");
  return condition;
}

Precondition judge(const Condition& condition, std::string_view etag) {
  const bool is_there = !etag.empty();
  if (condition.match && !(condition.match->any ? is_there : has(condition.match->strong, etag)))
    return Precondition::kFails;
  if (condition.none_match && (condition.none_match->any ? is_there : has(condition.none_match->all, etag)))
    return Precondition::kNotModified;
  return Precondition::kHolds;
}

database::Parameter parameter_of(const Condition& condition, std::string_view name) {
  const bool is_match = name.substr(0, 7) == "ifMatch";
  const std::optional<Tags>& tags = is_match ? condition.match : condition.none_match;
  if (!tags) return std::nullopt;
  if (name == "ifMatchAny" || name == "ifNoneMatchAny")
    return tags->any ? database::Parameter("true") : std::nullopt;
  if (tags->any) return std::nullopt;
  if (name == "ifMatchVersion") return version_of(tags->strong);
  return postgres::array_text(is_match ? tags->strong : tags->all);
}

}  // namespace command_center::api::routes
