// Checks URIs component by component against the characters each may hold.
#include "extension/core/json_schema/formats/uri_format.hpp"

#include <cstddef>

#include "extension/core/json_schema/formats/characters.hpp"
#include "extension/core/json_schema/formats/ip_address.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema::formats {

namespace {

enum class Letters { kAscii, kUnicode };

constexpr std::string_view kUnreserved = "-._~";
constexpr std::string_view kSubDelimiters = "!$&'()*+,;=";

bool is_private_use(char32_t c) noexcept {
  return (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0xffffd) || (c >= 0x100000 && c <= 0x10fffd);
}

// ucschar of RFC 3987.
bool is_unicode_letter(char32_t c) noexcept {
  if (c < 0xa0 || is_private_use(c)) return false;
  if (c < 0x10000) return c <= 0xd7ff || (c >= 0xf900 && c <= 0xfdcf) || (c >= 0xfdf0 && c <= 0xffef);
  return (c & 0xffff) <= 0xfffd && c <= 0xefffd && c != 0xe0000 && (c < 0xe0000 || c >= 0xe1000);
}

bool is_percent_encoded(std::string_view text, std::size_t at) noexcept {
  return at + 2 < text.size() && is_hex_digit(text[at + 1]) && is_hex_digit(text[at + 2]);
}

enum class Private { kRefuse, kAllow };

// Whether the text holds only unreserved characters, percent-encodings, sub-delimiters and `also`.
bool holds_only(std::string_view text, std::string_view also, Letters letters,
                Private private_use = Private::kRefuse) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '%') {
      if (!is_percent_encoded(text, i)) return false;
      i += 3;
    } else if (is_ascii(c)) {
      if (!is_letter_or_digit(c) && !is_one_of(c, kUnreserved) && !is_one_of(c, kSubDelimiters) &&
          !is_one_of(c, also))
        return false;
      ++i;
    } else {
      if (letters == Letters::kAscii) return false;
      const char32_t wide = values::next_code_point(text, i);
      if (wide == values::kNotACodePoint) return false;
      if (!is_unicode_letter(wide) && !(private_use == Private::kAllow && is_private_use(wide))) return false;
    }
  }
  return true;
}

bool is_future_address(std::string_view text) noexcept {
  if (text.empty() || (text[0] != 'v' && text[0] != 'V')) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  for (std::size_t i = 1; i < dot; ++i) {
    if (!is_hex_digit(text[i])) return false;
  }
  const std::string_view rest = text.substr(dot + 1);
  return rest.find('%') == std::string_view::npos && holds_only(rest, ":", Letters::kAscii);
}

bool is_port(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

bool is_authority(std::string_view text, Letters letters) noexcept {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!holds_only(text.substr(0, at), ":", letters)) return false;
    text.remove_prefix(at + 1);
  }
  if (!text.empty() && text[0] == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, end - 1);
    if (!is_ipv6(address) && !is_future_address(address)) return false;
    const std::string_view rest = text.substr(end + 1);
    return rest.empty() || (rest[0] == ':' && is_port(rest.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  return holds_only(text.substr(0, colon), "", letters);
}

// The length of a leading scheme, without its colon; zero when there is none.
std::size_t scheme_length(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text[0])) return 0;
  std::size_t end = 1;
  while (end < text.size() && (is_letter_or_digit(text[end]) || is_one_of(text[end], "+-."))) ++end;
  return end < text.size() && text[end] == ':' ? end : 0;
}

enum class Scheme { kRequired, kOptional };

bool is_reference(std::string_view text, Letters letters, Scheme scheme) noexcept {
  const std::size_t length = scheme_length(text);
  if (length == 0 && scheme == Scheme::kRequired) return false;
  if (length != 0) text.remove_prefix(length + 1);
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    if (!holds_only(text.substr(hash + 1), ":@/?", letters)) return false;
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    if (!holds_only(text.substr(mark + 1), ":@/?", letters, Private::kAllow)) return false;
    text = text.substr(0, mark);
  }
  if (text.substr(0, 2) == "//") {
    const std::size_t end = text.find('/', 2);
    if (!is_authority(text.substr(2, end == std::string_view::npos ? end : end - 2), letters)) return false;
    text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  }
  // Without a scheme, a colon in the first segment would make one.
  if (length == 0 && text.substr(0, text.find('/')).find(':') != std::string_view::npos) return false;
  return holds_only(text, ":@/", letters);
}

bool is_variable_name(std::string_view text) noexcept {
  bool after_dot = true;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '.') {
      if (after_dot) return false;
      after_dot = true;
      ++i;
      continue;
    }
    if (text[i] == '%') {
      if (!is_percent_encoded(text, i)) return false;
      i += 3;
    } else if (is_letter_or_digit(text[i]) || text[i] == '_') {
      ++i;
    } else {
      return false;
    }
    after_dot = false;
  }
  return !after_dot;
}

// A name, perhaps with "*" or ":" and a length below 10000.
bool is_variable(std::string_view text) noexcept {
  constexpr std::size_t kMaxLengthDigits = 4;
  if (!text.empty() && text.back() == '*') return is_variable_name(text.substr(0, text.size() - 1));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_variable_name(text);
  const std::string_view length = text.substr(colon + 1);
  if (length.empty() || length.size() > kMaxLengthDigits || length[0] == '0' || !is_port(length))
    return false;
  return is_variable_name(text.substr(0, colon));
}

bool is_expression(std::string_view text) noexcept {
  if (!text.empty() && is_one_of(text[0], "+#./;?&=,!@|")) text.remove_prefix(1);
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!is_variable(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_template_literal(char32_t c) noexcept {
  if (c < 0x80) return c > 0x20 && c != 0x7f && !is_one_of(static_cast<char>(c), "\"%<>\\^`{|}");
  return is_unicode_letter(c) || is_private_use(c);
}

}  // namespace

bool is_uri(std::string_view text) noexcept {
  return is_reference(text, Letters::kAscii, Scheme::kRequired);
}
bool is_uri_reference(std::string_view text) noexcept {
  return is_reference(text, Letters::kAscii, Scheme::kOptional);
}
bool is_iri(std::string_view text) noexcept {
  return is_reference(text, Letters::kUnicode, Scheme::kRequired);
}
bool is_iri_reference(std::string_view text) noexcept {
  return is_reference(text, Letters::kUnicode, Scheme::kOptional);
}

bool is_uri_template(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos || !is_expression(text.substr(i + 1, end - i - 1))) return false;
      i = end + 1;
    } else if (text[i] == '%') {
      if (!is_percent_encoded(text, i)) return false;
      i += 3;
    } else if (!is_template_literal(values::next_code_point(text, i))) {
      return false;
    }
  }
  return true;
}

}  // namespace command_center::json_schema::formats
