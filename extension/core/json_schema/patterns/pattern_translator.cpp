// Translates by walking the tree; the parser has bounded its depth.
#include "extension/core/json_schema/patterns/pattern_translator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace command_center::json_schema::patterns {

namespace {

using Kind = Expression::Kind;

constexpr std::uint32_t kMaxRepeat = 1000;

struct PropertyAlias {
  std::string_view name;
  std::string_view re2;
};

// Long names of general categories, and the properties that are plain ranges.
constexpr std::array<PropertyAlias, 50> kAliases{{
    {"Any", "\\x{0}-\\x{10FFFF}"},
    {"ASCII", "\\x{0}-\\x{7F}"},
    {"ASCII_Hex_Digit", "0-9A-Fa-f"},
    {"AHex", "0-9A-Fa-f"},
    {"White_Space",
     "\\x{9}-\\x{D} \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}"},
    {"space",
     "\\x{9}-\\x{D} \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}"},
    {"LC", "\\p{Lu}\\p{Ll}\\p{Lt}"},
    {"Cased_Letter", "\\p{Lu}\\p{Ll}\\p{Lt}"},
    {"Close_Punctuation", "\\p{Pe}"},
    {"Combining_Mark", "\\p{M}"},
    {"Connector_Punctuation", "\\p{Pc}"},
    {"Control", "\\p{Cc}"},
    {"cntrl", "\\p{Cc}"},
    {"Currency_Symbol", "\\p{Sc}"},
    {"Dash_Punctuation", "\\p{Pd}"},
    {"Decimal_Number", "\\p{Nd}"},
    {"digit", "\\p{Nd}"},
    {"Enclosing_Mark", "\\p{Me}"},
    {"Final_Punctuation", "\\p{Pf}"},
    {"Format", "\\p{Cf}"},
    {"Initial_Punctuation", "\\p{Pi}"},
    {"Letter", "\\p{L}"},
    {"Letter_Number", "\\p{Nl}"},
    {"Line_Separator", "\\p{Zl}"},
    {"Lowercase_Letter", "\\p{Ll}"},
    {"Mark", "\\p{M}"},
    {"Math_Symbol", "\\p{Sm}"},
    {"Modifier_Letter", "\\p{Lm}"},
    {"Modifier_Symbol", "\\p{Sk}"},
    {"Nonspacing_Mark", "\\p{Mn}"},
    {"Number", "\\p{N}"},
    {"Open_Punctuation", "\\p{Ps}"},
    {"Other_Letter", "\\p{Lo}"},
    {"Other_Number", "\\p{No}"},
    {"Other_Punctuation", "\\p{Po}"},
    {"Other_Symbol", "\\p{So}"},
    {"Paragraph_Separator", "\\p{Zp}"},
    {"Private_Use", "\\p{Co}"},
    {"Punctuation", "\\p{P}"},
    {"punct", "\\p{P}"},
    {"Separator", "\\p{Z}"},
    {"Space_Separator", "\\p{Zs}"},
    {"Spacing_Mark", "\\p{Mc}"},
    {"Surrogate", "\\p{Cs}"},
    {"Symbol", "\\p{S}"},
    {"Titlecase_Letter", "\\p{Lt}"},
    {"Uppercase_Letter", "\\p{Lu}"},
    {"Hex_Digit", "0-9A-Fa-f\\x{FF10}-\\x{FF19}\\x{FF21}-\\x{FF26}\\x{FF41}-\\x{FF46}"},
    {"Hex", "0-9A-Fa-f\\x{FF10}-\\x{FF19}\\x{FF21}-\\x{FF26}\\x{FF41}-\\x{FF46}"},
    {"Noncharacter_Code_Point", "\\x{FDD0}-\\x{FDEF}"},
}};

constexpr std::array<std::string_view, 36> kCategories{"C",  "Cc", "Cf", "Co", "Cs", "L",  "Ll", "Lm", "Lo",
                                                       "Lt", "Lu", "M",  "Mc", "Me", "Mn", "N",  "Nd", "Nl",
                                                       "No", "P",  "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps",
                                                       "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs"};

// The inside of a character class for a property, or nothing when RE2 does not know it. C and Cs lack what
// RE2 leaves out.
std::optional<std::string> property_class(const UnicodeProperty& property) {
  if (property.name == "Script" || property.name == "sc") return "\\p{" + property.value + "}";
  const bool is_category = property.name == "General_Category" || property.name == "gc";
  if (!property.value.empty() && !is_category) return std::nullopt;
  const std::string_view name =
      is_category ? std::string_view(property.value) : std::string_view(property.name);
  if (name == "C" || name == "Other" || name == "Noncharacter_Code_Point") return std::nullopt;
  if (std::find(kCategories.begin(), kCategories.end(), name) != kCategories.end())
    return "\\p{" + std::string(name) + "}";
  for (const PropertyAlias& alias : kAliases) {
    if (alias.name == name) return std::string(alias.re2);
  }
  return std::nullopt;
}

void append_code_point(std::string& out, char32_t code_point) {
  std::array<char, 8> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::uint32_t>(code_point), 16);
  static_cast<void>(error);
  out.append("\\x{").append(digits.data(), end).append("}");
}

class Translator {
 public:
  explicit Translator(std::size_t max_size) : max_size_(max_size) {}

  // Appends the RE2 text; returns the size after unrolling, saturated.
  std::size_t write(const Expression& expression) {
    if (!result_.refusal.empty()) return 0;
    switch (expression.kind) {
      case Kind::kEmpty:
        return 1;
      case Kind::kSet:
        write_set(expression.set);
        return 1;
      case Kind::kTextStart:
        return write_text("\\A");
      case Kind::kTextEnd:
        return write_text("\\z");
      case Kind::kWordBoundary:
        return write_text("\\b");
      case Kind::kNotWordBoundary:
        return write_text("\\B");
      case Kind::kSequence:
        return write_children(expression, "");
      case Kind::kAlternatives: {
        result_.re2.append("(?:");
        const std::size_t size = write_children(expression, "|");
        result_.re2.append(")");
        return size;
      }
      case Kind::kRepeat:
        return write_repeat(expression);
      case Kind::kBackReference:
        return refuse("a back-reference cannot be matched in linear time");
      case Kind::kLookAround:
        return refuse("look-around cannot be matched in linear time");
    }
    return 0;
  }

  [[nodiscard]] Translation take_result() { return std::move(result_); }

  std::size_t refuse(std::string reason) {
    if (result_.refusal.empty()) result_.refusal = std::move(reason);
    return 0;
  }

  std::size_t bounded(std::size_t size) {
    if (size > max_size_) refuse("the pattern is too large");
    return size;
  }

 private:
  std::size_t write_text(std::string_view text) {
    result_.re2.append(text);
    return 1;
  }

  std::size_t write_children(const Expression& expression, std::string_view separator) {
    std::size_t size = 0;
    for (const auto& child : expression.children) {
      if (&child != &expression.children.front()) result_.re2.append(separator);
      size = bounded(size + write(*child));
    }
    return std::max<std::size_t>(size, 1);
  }

  std::size_t write_repeat(const Expression& repeat) {
    const bool endless = repeat.most == kWithoutEnd;
    if (repeat.least > kMaxRepeat || (!endless && repeat.most > kMaxRepeat)) {
      return refuse("a repeat counts beyond " + std::to_string(kMaxRepeat));
    }
    result_.re2.append("(?:");
    const std::size_t sets_before = result_.property_sets;
    const std::size_t size = write(*repeat.children.front());
    result_.re2.append("){").append(std::to_string(repeat.least)).append(",");
    if (!endless) result_.re2.append(std::to_string(repeat.most));
    result_.re2.append("}");
    const std::size_t times = std::max<std::size_t>(endless ? repeat.least + 1 : repeat.most, 1);
    result_.property_sets = sets_before + (result_.property_sets - sets_before) * times;
    return bounded(size * times);
  }

  void write_set(const CharacterSet& set) {
    const bool single = !set.negated && set.properties.empty() && set.ranges.size() == 1 &&
                        set.ranges[0].first == set.ranges[0].last;
    if (single) {
      append_code_point(result_.re2, set.ranges[0].first);
      return;
    }
    std::string inside;
    for (const CodePointRange& range : set.ranges) {
      append_code_point(inside, range.first);
      if (range.first == range.last) continue;
      inside.push_back('-');
      append_code_point(inside, range.last);
    }
    for (const UnicodeProperty& property : set.properties) write_property(property, inside);
    if (!set.properties.empty()) ++result_.property_sets;
    if (inside.empty()) {
      // The empty class matches nothing, its complement everything.
      result_.re2.append(set.negated ? "[\\x{0}-\\x{10FFFF}]" : "[^\\x{0}-\\x{10FFFF}]");
      return;
    }
    result_.re2.append(set.negated ? "[^" : "[").append(inside).append("]");
  }

  void write_property(const UnicodeProperty& property, std::string& inside) {
    auto text = property_class(property);
    if (text && property.negated) {
      const bool one_class = text->compare(0, 3, "\\p{") == 0 && text->find('}') + 1 == text->size();
      if (one_class) {
        (*text)[1] = 'P';
      } else {
        text.reset();
      }
    }
    if (!text) {
      refuse("property \"" + property.name + (property.value.empty() ? "" : "=") + property.value +
             "\" is not supported");
      return;
    }
    inside.append(*text);
  }

  std::size_t max_size_;
  Translation result_;
};

}  // namespace

Translation translate(const Expression& expression, std::size_t max_size) {
  Translator translator(max_size);
  translator.bounded(translator.write(expression));
  return translator.take_result();
}

}  // namespace command_center::json_schema::patterns
