// Parses ECMA-262 patterns by recursive descent, with a limit on the depth of groups.
#include "extension/core/json_schema/patterns/pattern_parser.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "extension/core/json_schema/patterns/character_classes.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema::patterns {

namespace {

using Node = std::unique_ptr<Expression>;

constexpr int kMaxDepth = 100;

Node make(Expression::Kind kind) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  return node;
}

Node make_set(std::vector<CodePointRange> ranges) {
  Node node = make(Expression::Kind::kSet);
  node->set.ranges = std::move(ranges);
  return node;
}

bool is_digit(char32_t c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char32_t c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char32_t c) noexcept {
  return is_digit(c) || is_letter(c) || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, Syntax syntax, ParsedPattern& result)
      : text_(text), syntax_(syntax), result_(result) {}

  [[nodiscard]] Node parse() {
    Node whole = parse_alternatives();
    if (!at_end()) refuse("unmatched closing parenthesis");
    for (const std::string& name : referred_names_) {
      if (names_.count(name) == 0) refuse("reference to a group that does not exist");
    }
    if (highest_reference_ > groups_) refuse("reference to a group that does not exist");
    return whole;
  }

 private:
  // Keeps the first reason and moves to the end of the text, where every loop stops; what is made afterwards
  // is dropped.
  void refuse(std::string_view reason) {
    if (result_.error.empty()) result_.error = reason;
    position_ = text_.size();
  }

  [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  [[nodiscard]] bool take(std::string_view wanted) noexcept {
    if (text_.substr(position_, wanted.size()) != wanted) return false;
    position_ += wanted.size();
    return true;
  }
  [[nodiscard]] char32_t take_code_point() {
    const char32_t c = values::next_code_point(text_, position_);
    if (c != values::kNotACodePoint) return c;
    refuse(at_end() ? "unexpected end" : "ill-formed UTF-8");
    return 0;
  }

  Node parse_alternatives() {
    if (++depth_ > kMaxDepth) refuse("groups are nested too deep");
    std::vector<Node> branches;
    do {
      branches.push_back(parse_sequence());
    } while (take("|"));
    --depth_;
    if (branches.size() == 1) return std::move(branches.front());
    Node node = make(Expression::Kind::kAlternatives);
    node->children = std::move(branches);
    return node;
  }

  Node parse_sequence() {
    Node sequence = make(Expression::Kind::kSequence);
    while (!at_end() && peek() != '|' && peek() != ')') {
      Node term = parse_term();
      sequence->children.push_back(parse_quantifier(std::move(term)));
    }
    return sequence;
  }

  Node parse_term() {
    switch (peek()) {
      case '^':
        ++position_;
        return make(Expression::Kind::kTextStart);
      case '$':
        ++position_;
        return make(Expression::Kind::kTextEnd);
      case '(':
        ++position_;
        return parse_group();
      case '[':
        ++position_;
        return parse_class();
      case '.':
        ++position_;
        return make_set(dot_ranges());
      case '\\':
        ++position_;
        return parse_escape();
      case '*':
      case '+':
      case '?':
        refuse("nothing to repeat");
        return make(Expression::Kind::kSequence);
      case '{':
      case '}':
      case ']':
        return parse_lone_bracket();
      default:
        break;
    }
    const char32_t c = take_code_point();
    return make_set({{c, c}});
  }

  Node parse_lone_bracket() {
    std::uint32_t least = 0;
    std::uint32_t most = 0;
    if (syntax_ == Syntax::kStandard) refuse("bracket without a partner");
    if (peek() == '{' && read_braces(least, most)) refuse("nothing to repeat");
    if (at_end()) return make(Expression::Kind::kSequence);
    const auto c = static_cast<char32_t>(text_[position_++]);
    return make_set({{c, c}});
  }

  Node parse_group() {
    if (take("?:")) return finish_group(parse_alternatives());
    if (take("?=") || take("?!") || take("?<=") || take("?<!")) {
      result_.has_look_around = true;
      Node node = make(Expression::Kind::kLookAround);
      node->children.push_back(finish_group(parse_alternatives()));
      return node;
    }
    ++groups_;
    if (take("?<")) {
      if (!names_.insert(read_group_name()).second) refuse("two groups have one name");
    } else if (peek() == '?') {
      refuse("unknown kind of group");
    }
    return finish_group(parse_alternatives());
  }

  Node finish_group(Node inside) {
    if (!take(")")) refuse("group without end");
    return inside;
  }

  std::string read_group_name() {
    std::string name;
    while (!at_end() && peek() != '>') {
      const std::size_t before = position_;
      const char32_t c = take_code_point();
      const bool belongs =
          is_letter(c) || c == '_' || c == '$' || c >= 0x80 || (is_digit(c) && !name.empty());
      if (!belongs) refuse("malformed group name");
      name.append(text_.substr(before, position_ - before));
    }
    if (name.empty() || !take(">")) refuse("malformed group name");
    return name;
  }

  Node parse_quantifier(Node term) {
    std::uint32_t least = 0;
    std::uint32_t most = kWithoutEnd;
    if (take("*")) {
      least = 0;
    } else if (take("+")) {
      least = 1;
    } else if (take("?")) {
      most = 1;
    } else if (peek() != '{' || !read_braces(least, most)) {
      return term;
    }
    if (least > most) refuse("repeat whose bounds are out of order");
    if (term->kind == Expression::Kind::kTextStart || term->kind == Expression::Kind::kTextEnd ||
        term->kind == Expression::Kind::kWordBoundary || term->kind == Expression::Kind::kNotWordBoundary ||
        (term->kind == Expression::Kind::kLookAround && syntax_ == Syntax::kStandard)) {
      refuse("nothing to repeat");
    }
    // Which match is preferred does not matter: only whether there is one.
    static_cast<void>(take("?"));
    Node repeat = make(Expression::Kind::kRepeat);
    repeat->least = least;
    repeat->most = most;
    repeat->children.push_back(std::move(term));
    return repeat;
  }

  // Reads {n}, {n,} or {n,m}; leaves the position alone when the braces are something else.
  bool read_braces(std::uint32_t& least, std::uint32_t& most) {
    const std::size_t start = position_;
    ++position_;
    const bool has_least = read_count(least);
    most = least;
    if (has_least && take(",")) {
      if (!read_count(most)) most = kWithoutEnd;
    }
    if (has_least && take("}")) return true;
    position_ = start;
    return false;
  }

  bool read_count(std::uint32_t& count) noexcept {
    constexpr std::uint64_t kSaturated = kWithoutEnd - 1;
    std::uint64_t value = 0;
    const std::size_t start = position_;
    for (; is_digit(static_cast<char32_t>(peek())); ++position_) {
      value = std::min(value * 10 + static_cast<std::uint64_t>(peek() - '0'), kSaturated);
    }
    count = static_cast<std::uint32_t>(value);
    return position_ != start;
  }

  Node parse_escape() {
    const char letter = peek();
    if (letter == 'b' || letter == 'B') {
      ++position_;
      return make(letter == 'b' ? Expression::Kind::kWordBoundary : Expression::Kind::kNotWordBoundary);
    }
    if (letter == 'k' || (letter >= '1' && letter <= '9')) return parse_back_reference();
    Node node = make(Expression::Kind::kSet);
    read_class_escape(node->set);
    return node;
  }

  Node parse_back_reference() {
    result_.has_back_reference = true;
    if (take("k")) {
      if (!take("<")) refuse("malformed group name");
      referred_names_.insert(read_group_name());
    } else {
      std::uint32_t number = 0;
      static_cast<void>(read_count(number));
      highest_reference_ = std::max(highest_reference_, number);
    }
    return make(Expression::Kind::kBackReference);
  }

  // Reads what follows a backslash and adds its characters to the set. True when it is exactly one character.
  bool read_class_escape(CharacterSet& set) {
    const char letter = peek();
    if (letter != '\0' && std::string_view("dDwWsS").find(letter) != std::string_view::npos) {
      ++position_;
      for (const CodePointRange& range : class_ranges(letter)) set.ranges.push_back(range);
      return false;
    }
    if (letter == 'p' || letter == 'P') {
      ++position_;
      set.properties.push_back(read_property(letter == 'P'));
      return false;
    }
    const char32_t c = read_character_escape();
    set.ranges.push_back({c, c});
    return true;
  }

  UnicodeProperty read_property(bool negated) {
    if (!take("{")) refuse("malformed property");
    UnicodeProperty property;
    property.negated = negated;
    const auto read_word = [&] {
      std::string word;
      while (is_word(static_cast<char32_t>(peek()))) word.push_back(text_[position_++]);
      if (word.empty()) refuse("malformed property");
      return word;
    };
    property.name = read_word();
    if (take("=")) property.value = read_word();
    if (!take("}")) refuse("malformed property");
    return property;
  }

  char32_t read_character_escape() {
    if (at_end()) refuse("pattern ends in a backslash");
    constexpr std::string_view kControls = "tnvfr";
    constexpr std::string_view kMeanings = "\t\n\v\f\r";
    const char letter = peek();
    if (const std::size_t index = kControls.find(letter); index != std::string_view::npos) {
      ++position_;
      return static_cast<char32_t>(kMeanings[index]);
    }
    switch (letter) {
      case '0':
        ++position_;
        if (is_digit(static_cast<char32_t>(peek()))) refuse("octal escape");
        return 0;
      case 'c':
        ++position_;
        if (is_letter(static_cast<char32_t>(peek()))) return static_cast<char32_t>(text_[position_++]) % 32;
        refuse("malformed control escape");
        return 0;
      case 'x':
        ++position_;
        return read_hex(2);
      case 'u':
        ++position_;
        return read_unicode_escape();
      default:
        break;
    }
    const char32_t c = take_code_point();
    if (is_digit(c) || is_letter(c) || (c == '_' && syntax_ == Syntax::kStandard)) refuse("unknown escape");
    return c;
  }

  char32_t read_unicode_escape() {
    if (take("{")) {
      char32_t value = 0;
      std::size_t digits = 0;
      for (; !at_end() && peek() != '}'; ++digits) {
        value = value * 16 + read_hex(1);
        if (value > kMaxCodePoint) refuse("malformed unicode escape");
      }
      if (digits == 0 || !take("}")) refuse("malformed unicode escape");
      return value;
    }
    const char32_t unit = read_hex(4);
    if (unit < 0xd800 || unit > 0xdbff || text_.substr(position_, 2) != "\\u") return unit;
    const std::size_t before = position_;
    position_ += 2;
    if (peek() != '{') {
      const char32_t low = read_hex(4);
      if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    position_ = before;
    return unit;
  }

  char32_t read_hex(int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = peek();
      const char lower = static_cast<char>(c | 0x20);
      if (is_digit(static_cast<char32_t>(c))) {
        value = value * 16 + static_cast<char32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        value = value * 16 + static_cast<char32_t>(lower - 'a' + 10);
      } else {
        refuse("malformed hexadecimal escape");
        return 0;
      }
      ++position_;
    }
    return value;
  }

  Node parse_class() {
    Node node = make(Expression::Kind::kSet);
    node->set.negated = take("^");
    while (!take("]")) {
      if (at_end()) {
        refuse("character class without end");
        return node;
      }
      const bool single = read_class_atom(node->set);
      if (peek() != '-' || peek(1) == ']' || peek(1) == '\0') continue;
      ++position_;
      const bool single_end = read_class_atom(node->set);
      if (!single || !single_end) {
        if (syntax_ == Syntax::kStandard) refuse("range with a class as its end");
        node->set.ranges.push_back({'-', '-'});
        continue;
      }
      const char32_t last = node->set.ranges.back().last;
      node->set.ranges.pop_back();
      if (node->set.ranges.back().first > last) refuse("range whose ends are out of order");
      node->set.ranges.back().last = last;
    }
    return node;
  }

  // True when the atom is exactly one character, which is then the last range of the set.
  bool read_class_atom(CharacterSet& set) {
    if (take("\\")) {
      if (take("b")) {
        set.ranges.push_back({'\b', '\b'});
        return true;
      }
      return read_class_escape(set);
    }
    const char32_t c = take_code_point();
    set.ranges.push_back({c, c});
    return true;
  }

  std::string_view text_;
  Syntax syntax_;
  ParsedPattern& result_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::uint32_t groups_ = 0;
  std::uint32_t highest_reference_ = 0;
  std::set<std::string> names_;
  std::set<std::string> referred_names_;
};

}  // namespace

ParsedPattern parse_pattern(std::string_view text, Syntax syntax) {
  ParsedPattern result;
  result.expression = Parser(text, syntax, result).parse();
  if (!result.error.empty()) result.expression = nullptr;
  return result;
}

}  // namespace command_center::json_schema::patterns
