// Checks host names label by label; what Unicode says about a label is libidn2's knowledge.
#include "extension/core/json_schema/formats/host_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "extension/core/json_schema/formats/characters.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema::formats {

namespace {

constexpr std::size_t kMaxLabelBytes = 63;
constexpr std::size_t kMaxNameBytes = 253;

const std::uint8_t* bytes(const std::string& text) noexcept {
  return reinterpret_cast<const std::uint8_t*>(text.c_str());
}

// What IDNA 2008 says about one label, given in Unicode or (as `xn--`) in ASCII. The ASCII form goes to
// `ascii`.
bool is_registrable(const std::string& label, std::string& ascii) {
  const bool is_encoded = label.size() >= 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
                          label[2] == '-' && label[3] == '-';
  std::uint8_t* result = nullptr;
  const int status = is_encoded ? idn2_register_u8(nullptr, bytes(label), &result, 0)
                                : idn2_register_u8(bytes(label), nullptr, &result, 0);
  if (result != nullptr) {
    ascii.assign(reinterpret_cast<const char*>(result));
    idn2_free(result);
  }
  return status == IDN2_OK;
}

bool is_encoded_label(std::string_view label) noexcept {
  return label.size() >= 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
         label.substr(2, 2) == "--";
}

bool is_ascii_label(std::string_view label) {
  if (!is_plain_label(label)) return false;
  std::string ascii;
  return !is_encoded_label(label) || is_registrable(std::string(label), ascii);
}

bool is_right_to_left(char32_t c) noexcept {
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) ||
         (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

// What libidn2 leaves of the Bidi rule (RFC 5893): rule 4 inside a label, rule 1 across labels.
struct BidiFacts {
  bool right_to_left = false;
  bool mixes_digits = false;
  bool begins_with_digit = false;
};

BidiFacts bidi_facts(std::string_view label) noexcept {
  BidiFacts facts;
  bool european = false;
  bool arabic = false;
  std::size_t position = 0;
  while (position < label.size()) {
    const char32_t c = values::next_code_point(label, position);
    facts.right_to_left = facts.right_to_left || (c != values::kNotACodePoint && is_right_to_left(c));
    european = european || (c >= '0' && c <= '9') || (c >= 0x6f0 && c <= 0x6f9);
    arabic = arabic || (c >= 0x660 && c <= 0x669);
  }
  facts.mixes_digits = facts.right_to_left && european && arabic;
  facts.begins_with_digit = !label.empty() && is_digit(label[0]);
  return facts;
}

// Splits at the full stop and at the three characters that stand for it in Unicode names.
std::vector<std::string_view> split_labels(std::string_view text) {
  std::vector<std::string_view> labels;
  std::size_t start = 0;
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t before = position;
    const char32_t c = values::next_code_point(text, position);
    if (c != '.' && c != 0x3002 && c != 0xff0e && c != 0xff61) continue;
    labels.push_back(text.substr(start, before - start));
    start = position;
  }
  labels.push_back(text.substr(start));
  return labels;
}

bool is_pure_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_ascii);
}

}  // namespace

bool is_plain_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > kMaxLabelBytes || label.front() == '-' || label.back() == '-')
    return false;
  return std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_host_name(std::string_view text) {
  if (text.size() > kMaxNameBytes) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_ascii_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_international_host_name(std::string_view text) {
  constexpr std::size_t kMaxUnicodeBytes = 4 * kMaxNameBytes;
  if (text.size() > kMaxUnicodeBytes || text.find('\0') != std::string_view::npos) return false;
  bool any_right_to_left = false;
  bool any_begins_with_digit = false;
  std::size_t length = 0;
  for (const std::string_view label : split_labels(text)) {
    std::string ascii(label);
    if (is_pure_ascii(label)) {
      if (!is_ascii_label(label)) return false;
    } else if (label.front() == '-' || label.back() == '-' || !is_registrable(std::string(label), ascii)) {
      return false;
    }
    if (ascii.size() > kMaxLabelBytes) return false;
    length += ascii.size() + (length == 0 ? 0 : 1);
    const BidiFacts facts = bidi_facts(label);
    if (facts.mixes_digits) return false;
    any_right_to_left = any_right_to_left || facts.right_to_left;
    any_begins_with_digit = any_begins_with_digit || (facts.begins_with_digit && !facts.right_to_left);
  }
  return length <= kMaxNameBytes && !(any_right_to_left && any_begins_with_digit);
}

}  // namespace command_center::json_schema::formats
