// Parses JSON text into a Document without recursion and with exact numbers. (RapidJSON, asked for numbers as
// text, still refuses every number above 1.8e308, which jsonb holds.)
#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema::values {

// Hands out memory of the document and freezes finished values into it.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(Document& document) : document_(document) {}

  void set_root(const Value& value) { document_.root_ = value; }

  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (text.empty()) return "";
    char* place = allocate(text.size(), 1);
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  template <class T>
  [[nodiscard]] T* keep_array(const T* items, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    char* place = allocate(count * sizeof(T), alignof(T));
    if (count != 0) std::memcpy(place, static_cast<const void*>(items), count * sizeof(T));
    return reinterpret_cast<T*>(place);
  }

 private:
  [[nodiscard]] char* allocate(std::size_t bytes, std::size_t alignment) {
    constexpr std::size_t kBlockBytes = 4096;
    const std::size_t padding = (alignment - used_ % alignment) % alignment;
    if (block_ == nullptr || size_ - used_ < bytes + padding) {
      size_ = std::max(kBlockBytes, bytes);
      document_.blocks_.push_back(std::make_unique<char[]>(size_));
      document_.memory_bytes_ += size_;
      block_ = document_.blocks_.back().get();
      used_ = 0;
    } else {
      used_ += padding;
    }
    char* place = block_ + used_;
    used_ += bytes;
    return place;
  }

  Document& document_;
  char* block_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

namespace {

constexpr std::string_view kInvalidJsonText = "22032";

class Parser {
 public:
  Parser(std::string_view text, const ParseLimits& limits, DocumentBuilder& builder)
      : text_(text), limits_(limits), builder_(builder) {}

  // Of no use once error() answers one.
  [[nodiscard]] Value parse() {
    skip_space();
    Value value;
    bool complete = start_value(value);
    while (!open_.empty() && !error_) {
      if (complete) add_to_container(value);
      complete = continue_container(value);
    }
    skip_space();
    if (position_ != text_.size()) refuse("text behind the JSON value");
    return value;
  }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  // An array or object whose end has not been read; its finished children wait from `first` on.
  struct Open {
    Kind kind;
    std::size_t first;
    bool empty;
  };

  // Keeps the first error and moves to the end of the text, where every loop stops.
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
    position_ = text_.size();
  }

  void refuse(std::string_view why) {
    fail(Error(kInvalidJsonText,
               "JSON text is malformed at byte " + std::to_string(position_) + ": " + std::string(why)));
  }

  void skip_space() noexcept {
    while (position_ < text_.size() && std::strchr(" \t\n\r", text_[position_]) != nullptr &&
           text_[position_] != '\0') {
      ++position_;
    }
  }

  [[nodiscard]] char peek() const noexcept { return position_ < text_.size() ? text_[position_] : '\0'; }

  [[nodiscard]] bool take(char wanted) noexcept {
    if (peek() != wanted || position_ >= text_.size()) return false;
    ++position_;
    return true;
  }

  // Reads a scalar and returns true, or opens a container and returns false.
  bool start_value(Value& value) {
    value = Value{};
    switch (peek()) {
      case '{':
        return open(Kind::kObject);
      case '[':
        return open(Kind::kArray);
      case '"': {
        const std::string_view string = read_string();
        value.kind = Kind::kString;
        value.text = string.data();
        value.size = static_cast<std::uint32_t>(string.size());
        return true;
      }
      case 't':
        value.boolean = true;
        return read_word("true", Kind::kBoolean, value);
      case 'f':
        return read_word("false", Kind::kBoolean, value);
      case 'n':
        return read_word("null", Kind::kNull, value);
      default:
        read_number(value);
        return true;
    }
  }

  bool open(Kind kind) {
    ++position_;
    if (open_.size() >= limits_.max_depth) {
      fail(Error(sqlstate::kTooLarge,
                 "JSON is nested deeper than " + std::to_string(limits_.max_depth) + " levels"));
      return false;
    }
    open_.push_back({kind, kind == Kind::kObject ? members_.size() : elements_.size(), true});
    return false;
  }

  bool read_word(std::string_view word, Kind kind, Value& value) {
    if (text_.substr(position_, word.size()) != word) {
      refuse("no JSON value");
      return true;
    }
    position_ += word.size();
    value.kind = kind;
    return true;
  }

  // Advances the innermost container by a separator, a key, a child or its end. True when `value` is a
  // finished child, or the finished container itself.
  bool continue_container(Value& value) {
    skip_space();
    Open& container = open_.back();
    const bool is_object = container.kind == Kind::kObject;
    if (take(is_object ? '}' : ']')) {
      value = is_object ? close_object() : close_array();
      return true;
    }
    if (!container.empty && !take(',')) refuse("no comma or end of container");
    container.empty = false;
    skip_space();
    if (is_object) {
      if (peek() != '"') {
        refuse("no object key");
        return true;
      }
      keys_.push_back(read_string());
      skip_space();
      if (!take(':')) refuse("no colon behind an object key");
      skip_space();
    }
    return start_value(value);
  }

  void add_to_container(const Value& value) {
    if (open_.back().kind == Kind::kArray) {
      elements_.push_back(value);
      return;
    }
    members_.push_back({keys_.back(), value});
    keys_.pop_back();
  }

  [[nodiscard]] Value close_array() {
    const std::size_t first = open_.back().first;
    Value array;
    array.kind = Kind::kArray;
    array.size = static_cast<std::uint32_t>(elements_.size() - first);
    array.elements = builder_.keep_array(elements_.data() + first, array.size);
    elements_.resize(first);
    open_.pop_back();
    return array;
  }

  [[nodiscard]] Value close_object() {
    const auto first = members_.begin() + static_cast<std::ptrdiff_t>(open_.back().first);
    std::stable_sort(first, members_.end(),
                     [](const Member& a, const Member& b) { return compare_keys(a.key, b.key) < 0; });
    // Of equal keys the one written last stays.
    auto kept = first;
    for (auto member = first; member != members_.end(); ++member) {
      if (kept != first && std::prev(kept)->key == member->key) --kept;
      *kept++ = *member;
    }
    Value object;
    object.kind = Kind::kObject;
    object.size = static_cast<std::uint32_t>(kept - first);
    object.members = builder_.keep_array(members_.data() + open_.back().first, object.size);
    members_.resize(open_.back().first);
    open_.pop_back();
    return object;
  }

  void read_number(Value& value) {
    const std::size_t start = position_;
    while (position_ < text_.size() && std::strchr("+-.0123456789Ee", text_[position_]) != nullptr &&
           text_[position_] != '\0') {
      ++position_;
    }
    if (position_ == start) return refuse("no JSON value");
    digits_.clear();
    Decimal number;
    const NumberSyntax syntax = parse_decimal(text_.substr(start, position_ - start), digits_, number);
    if (syntax == NumberSyntax::kMalformed) return refuse("malformed number");
    if (syntax == NumberSyntax::kOutOfRange) {
      return fail(
          Error(sqlstate::kTooLarge, "a number at byte " + std::to_string(start) + " is out of range"));
    }
    number.digits = reinterpret_cast<const char*>(builder_.keep_array(digits_.data(), digits_.size()));
    value.kind = Kind::kNumber;
    value.number = builder_.keep_array(&number, 1);
  }

  [[nodiscard]] std::string_view read_string() {
    ++position_;
    const std::size_t start = position_;
    while (position_ < text_.size() && text_[position_] != '"' && text_[position_] != '\\')
      check_plain_character();
    if (peek() == '"') {
      const std::string_view plain = text_.substr(start, position_ - start);
      ++position_;
      return builder_.keep(plain);
    }
    unescaped_.assign(text_, start, position_ - start);
    while (position_ < text_.size() && text_[position_] != '"') {
      if (text_[position_] == '\\') {
        read_escape();
        continue;
      }
      const std::size_t before = position_;
      check_plain_character();
      unescaped_.append(text_, before, position_ - before);
    }
    if (!take('"')) refuse("string without end");
    return builder_.keep(unescaped_);
  }

  // Moves behind one character that stands for itself.
  void check_plain_character() {
    if (static_cast<unsigned char>(text_[position_]) < 0x20) return refuse("control character in a string");
    std::size_t next = position_;
    if (next_code_point(text_, next) == kNotACodePoint) return refuse("ill-formed UTF-8");
    position_ = next;
  }

  void read_escape() {
    ++position_;
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = peek();
    if (const std::size_t index = kLetters.find(letter); letter != '\0' && index != std::string_view::npos) {
      ++position_;
      unescaped_.push_back(kMeanings[index]);
      return;
    }
    if (!take('u')) return refuse("unknown escape");
    char32_t unit = read_hex_unit();
    if (unit >= 0xd800 && unit < 0xdc00) {
      if (text_.substr(position_, 2) != "\\u") return refuse("lone surrogate");
      position_ += 2;
      const char32_t low = read_hex_unit();
      if (low < 0xdc00 || low > 0xdfff) return refuse("lone surrogate");
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    } else if (unit >= 0xdc00 && unit <= 0xdfff) {
      return refuse("lone surrogate");
    }
    append_utf8(unescaped_, unit);
  }

  [[nodiscard]] char32_t read_hex_unit() {
    char32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        unit = unit * 16 + static_cast<char32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        unit = unit * 16 + static_cast<char32_t>(lower - 'a' + 10);
      } else {
        refuse("malformed \\u escape");
        return 0;
      }
      ++position_;
    }
    return unit;
  }

  std::string_view text_;
  ParseLimits limits_;
  DocumentBuilder& builder_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
  std::vector<Open> open_;
  std::vector<Value> elements_;
  std::vector<Member> members_;
  std::vector<std::string_view> keys_;
  std::vector<std::int16_t> digits_;
  std::string unescaped_;
};

}  // namespace

std::shared_ptr<const Document> Document::parse(std::string_view text, const ParseLimits& limits) {
  std::optional<Error> error;
  auto document = try_parse(text, limits, error);
  if (error) throw Error(*error);
  return document;
}

bool Document::is_json(std::string_view text) {
  std::optional<Error> error;
  return try_parse(text, {}, error) != nullptr;
}

std::shared_ptr<const Document> Document::try_parse(std::string_view text, const ParseLimits& limits,
                                                    std::optional<Error>& error) {
  if (text.size() > limits.max_bytes) {
    error.emplace(sqlstate::kTooLarge, "JSON text of " + std::to_string(text.size()) +
                                           " bytes is larger than " + std::to_string(limits.max_bytes));
    return nullptr;
  }
  auto document = std::make_shared<Document>();
  DocumentBuilder builder(*document);
  Parser parser(text, limits, builder);
  builder.set_root(parser.parse());
  error = parser.error();
  return error ? nullptr : document;
}

}  // namespace command_center::json_schema::values
