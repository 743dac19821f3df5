// Checks a mailbox: local part, at sign, domain or address literal.
#include "extension/core/json_schema/formats/email.hpp"

#include <algorithm>
#include <cstddef>

#include "extension/core/json_schema/formats/characters.hpp"
#include "extension/core/json_schema/formats/host_name.hpp"
#include "extension/core/json_schema/formats/ip_address.hpp"

namespace command_center::json_schema::formats {

namespace {

enum class Letters { kAscii, kUnicode };

constexpr std::size_t kMaxLocalBytes = 64;
constexpr std::size_t kMaxDomainBytes = 255;

bool is_atom_character(char c, Letters letters) noexcept {
  if (!is_ascii(c)) return letters == Letters::kUnicode;
  return is_letter_or_digit(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

bool is_dot_string(std::string_view text, Letters letters) noexcept {
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !is_atom_character(c, letters)) return false;
    before = c;
  }
  return before != '.';
}

// The text between the quotes.
bool is_quoted_content(std::string_view text, Letters letters) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return false;
    } else if (text[i] == '"') {
      return false;
    }
    const bool printable = text[i] >= ' ' && text[i] <= '~';
    if (!printable && (is_ascii(text[i]) || letters == Letters::kAscii)) return false;
  }
  return true;
}

bool is_local_part(std::string_view text, Letters letters) noexcept {
  if (text.empty() || text.size() > kMaxLocalBytes) return false;
  if (text.front() != '"') return is_dot_string(text, letters);
  return text.size() >= 2 && text.back() == '"' &&
         is_quoted_content(text.substr(1, text.size() - 2), letters);
}

// Unicode labels are taken as they are: mail servers normalise them.
bool is_label(std::string_view label, Letters letters) noexcept {
  if (letters == Letters::kAscii) return is_plain_label(label);
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return !is_ascii(c) || is_letter_or_digit(c) || c == '-'; });
}

bool is_domain(std::string_view text, Letters letters) noexcept {
  if (text.size() > kMaxDomainBytes) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot), letters)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_address_literal(std::string_view text) noexcept {
  constexpr std::string_view kTag = "IPv6:";
  if (text.substr(0, kTag.size()) == kTag) return is_ipv6(text.substr(kTag.size()));
  return is_ipv4(text);
}

bool is_mailbox(std::string_view text, Letters letters) noexcept {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at), letters)) return false;
  const std::string_view domain = text.substr(at + 1);
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    return is_address_literal(domain.substr(1, domain.size() - 2));
  }
  return is_domain(domain, letters);
}

}  // namespace

bool is_email(std::string_view text) noexcept {
  return is_mailbox(text, Letters::kAscii);
}

bool is_international_email(std::string_view text) noexcept {
  return is_mailbox(text, Letters::kUnicode);
}

}  // namespace command_center::json_schema::formats
