// RapidJSON reads; what it takes and jsonb does not is looked at here.
#include "api/bodies/json_document.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "extension/core/json/rapidjson.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

namespace command_center::api::bodies {
namespace {

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// The length of the number at the beginning of a text; 0: it begins with none.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto take_digits = [&] {
    const std::size_t from = at;
    while (is_digit(peek())) ++at;
    return at > from;
  };
  if (peek() == '-') ++at;
  if (peek() == '0') {
    ++at;
  } else if (!take_digits()) {
    return 0;
  }
  if (peek() == '.') {
    ++at;
    if (!take_digits()) return 0;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at;
    if (peek() == '+' || peek() == '-') ++at;
    if (!take_digits()) return 0;
  }
  return at;
}

// Tells where it is at every event: RapidJSON's own streams are copied while a token is read. Of a number it
// shows a zero only, and keeps what stands there: RapidJSON, asked for numbers as text, still refuses every
// number above 1.8e308, which jsonb holds.
class TextStream {
 public:
  using Ch = char;
  explicit TextStream(std::string_view text) : text_(text) {}
  // NOLINTBEGIN(readability-identifier-naming): RapidJSON calls them so.
  [[nodiscard]] Ch Peek() const {
    const Ch next = here();
    if (is_in_string_ || !begins_number(next)) return next;
    return number_length(text_.substr(at_)) > 0 ? '0' : next == '-' ? '?' : '.';
  }
  Ch Take() {
    const Ch next = here();
    if (at_ >= text_.size()) return next;
    if (is_in_string_) {
      const bool was_escaped = is_escaped_;
      is_escaped_ = !was_escaped && next == '\\';
      if (next == '"' && !was_escaped) is_in_string_ = false;
    } else if (begins_number(next)) {
      number_ = text_.substr(at_, number_length(text_.substr(at_)));
      at_ += std::max<std::size_t>(number_.size(), 1);
      return '0';
    } else if (next == '"') {
      is_in_string_ = true;
    }
    ++at_;
    return next;
  }
  [[nodiscard]] std::size_t Tell() const { return at_; }
  static Ch* PutBegin() { return nullptr; }
  static void Put(Ch /*character*/) {}
  static void Flush() {}
  static std::size_t PutEnd(Ch* /*begin*/) { return 0; }
  // NOLINTEND(readability-identifier-naming)

  // That was taken last.
  [[nodiscard]] std::string_view number() const { return number_; }

 private:
  [[nodiscard]] Ch here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  static bool begins_number(Ch character) { return character == '-' || is_digit(character); }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  std::string_view number_;
};

// A surrogate that RapidJSON took for a character: UTF-8 has no such bytes.
bool has_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

class Handler {
 public:
  Handler(std::string_view text, const TextStream& stream) : text_(text), stream_(stream) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON calls them so.
  bool Null() { return scalar(Type::kNull); }
  bool Bool(bool /*value*/) { return scalar(Type::kBoolean); }
  // Numbers come as text (RawNumber).
  static bool Int(int /*value*/) { return false; }
  static bool Uint(unsigned /*value*/) { return false; }
  static bool Int64(std::int64_t /*value*/) { return false; }
  static bool Uint64(std::uint64_t /*value*/) { return false; }
  static bool Double(double /*value*/) { return false; }
  bool RawNumber(const char* /*digits*/, rapidjson::SizeType /*length*/, bool /*copy*/) {
    if (!fits_numeric(stream_.number()))
      return refuse("22003", "a number is too large or has too many digits");
    return scalar(Type::kNumber);
  }
  bool String(const char* data, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view string(data, length);
    return fits(string) && scalar(Type::kString, string);
  }
  bool Key(const char* data, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view name(data, length);
    if (!fits(name)) return false;
    if (depth_ == 1) name_ = name;
    end_ = stream_.Tell();
    return true;
  }
  bool StartObject() { return open(Type::kObject); }
  bool EndObject(rapidjson::SizeType /*members*/) { return close(); }
  bool StartArray() { return open(Type::kArray); }
  bool EndArray(rapidjson::SizeType /*elements*/) { return close(); }
  // NOLINTEND(readability-identifier-naming)

  [[nodiscard]] std::optional<Mistake> take_mistake() { return std::move(mistake_); }
  [[nodiscard]] JsonDocument take_document() { return std::move(document_); }

 private:
  bool refuse(std::string_view sqlstate, std::string message) {
    mistake_ = Mistake{sqlstate, std::move(message)};
    return false;
  }

  bool fits(std::string_view string) {
    if (string.find('\0') != std::string_view::npos)
      return refuse("22P05", "\\u0000 cannot be converted to text");
    if (has_surrogate(string)) return refuse("22P02", "a surrogate stands alone in a string");
    return true;
  }

  // Where the value begins whose first token has just been read or is about to end.
  [[nodiscard]] std::size_t begin() const { return text_.find_first_not_of(" \t\r\n:,", end_); }

  bool scalar(Type type, std::string_view string = {}) {
    const std::size_t from = begin();
    end_ = stream_.Tell();
    if (depth_ <= 1) keep({type, text_.substr(from, end_ - from), std::string(string)});
    return true;
  }

  bool open(Type type) {
    if (depth_ == kMaxDepth)
      return refuse("KC014", "JSON is nested deeper than " + std::to_string(kMaxDepth) + " levels");
    if (depth_ <= 1) {
      from_[depth_] = begin();
      type_[depth_] = type;
    }
    ++depth_;
    end_ = stream_.Tell();
    return true;
  }

  bool close() {
    --depth_;
    end_ = stream_.Tell();
    if (depth_ <= 1) keep({type_[depth_], text_.substr(from_[depth_], end_ - from_[depth_]), {}});
    return true;
  }

  void keep(Value&& value) {
    if (depth_ == 0) {
      document_.root = std::move(value);
    } else if (type_[0] == Type::kObject) {
      document_.members.push_back({name_, std::move(value)});
    } else {
      document_.elements.push_back(std::move(value));
    }
  }

  std::string_view text_;
  const TextStream& stream_;
  JsonDocument document_;
  std::optional<Mistake> mistake_;
  std::size_t depth_ = 0;
  std::size_t end_ = 0;  // of the last token
  // Of the containers that are open, down to the second.
  std::size_t from_[2] = {0, 0};
  Type type_[2] = {Type::kNull, Type::kNull};
  std::string name_;  // of the member that is read
};

}  // namespace

std::variant<JsonDocument, Mistake> parse_json(std::string_view text) {
  // The stream ends with a zero character; one within the text would end it early.
  if (text.find('\0') != std::string_view::npos) return Mistake{"22P02", "not JSON: it has a zero byte"};
  constexpr unsigned kFlags =
      rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;  // bounded by open()
  TextStream stream(text);
  Handler handler(text, stream);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (auto mistake = handler.take_mistake()) return std::move(*mistake);
  if (result.IsError()) {
    return Mistake{"22P02", std::string("not JSON: ") + rapidjson::GetParseError_En(result.Code()) +
                                " (at byte " + std::to_string(result.Offset()) + ")"};
  }
  return handler.take_document();
}

// numeric has at most 131,072 digits before the point (weight 32,767 of base 10,000) and 16,383 behind it,
// written zeros among them; an exponent of half of INT_MAX and more is refused whatever the digits are.
bool fits_numeric(std::string_view number) noexcept {
  constexpr std::int64_t kMostScale = 16'383;
  constexpr std::int64_t kMostExponent = 131'071;
  constexpr std::int64_t kExponentLimit = 2'147'483'647 / 2;
  if (!number.empty() && number.front() == '-') number.remove_prefix(1);
  std::int64_t exponent = 0;
  const std::size_t mark = number.find_first_of("eE");
  if (mark != std::string_view::npos) {
    std::string_view digits = number.substr(mark + 1);
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || exponent >= kExponentLimit || exponent <= -kExponentLimit) return false;
    number = number.substr(0, mark);
  }
  const std::size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  if (static_cast<std::int64_t>(fraction.size()) - exponent > kMostScale) return false;
  // The power of ten of the first digit that is none of zero.
  if (const std::size_t first = whole.find_first_not_of('0'); first != std::string_view::npos)
    return static_cast<std::int64_t>(whole.size() - first) - 1 + exponent <= kMostExponent;
  if (const std::size_t first = fraction.find_first_not_of('0'); first != std::string_view::npos)
    return exponent - static_cast<std::int64_t>(first) - 1 <= kMostExponent;
  return true;
}

}  // namespace command_center::api::bodies
