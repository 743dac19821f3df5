// Compares names by their letters and digits alone.
#include "extension/core/json/member_names.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace command_center::json {
namespace {

constexpr std::size_t kLongestCompared = 32;  // bytes
constexpr std::size_t kMostWrongLetters = 2;

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char character : name) {
    if (character == '_' || character == '-' || character == ' ') continue;
    const bool upper = character >= 'A' && character <= 'Z';
    letters.push_back(upper ? static_cast<char>(character - 'A' + 'a') : character);
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

}  // namespace

std::string_view name_meant_by(std::string_view name, const std::string_view* known,
                               std::size_t known_count) {
  if (name.size() > kLongestCompared) return {};
  const std::string written = letters_of(name);
  std::string_view closest;
  std::size_t least = kMostWrongLetters + 1;
  for (std::size_t i = 0; i < known_count; ++i) {
    const std::string letters = letters_of(known[i]);
    const std::size_t wrong = distance(written, letters);
    if (wrong >= least || wrong > letters.size() / 3) continue;
    closest = known[i];
    least = wrong;
  }
  return closest;
}

std::string unknown_member(std::string_view name, const std::string_view* known, std::size_t known_count,
                           std::string_view whole) {
  const std::string_view meant = name_meant_by(name, known, known_count);
  if (!meant.empty()) return "is spelt \"" + std::string(meant) + "\"";
  return "is not a member of " + std::string(whole);
}

}  // namespace command_center::json
