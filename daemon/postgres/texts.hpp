// What PostgreSQL reads as a text, and arrays as it reads them from one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::daemon::postgres {

// Whether bytes can be a value of type text: UTF-8 without a zero character.
[[nodiscard]] inline bool is_text(std::string_view bytes) noexcept {
  return bytes.find('\0') == std::string_view::npos && json_schema::values::is_well_formed_utf8(bytes);
}

class ArrayText {
 public:
  void add_null() { next() += "NULL"; }
  void add(std::int64_t number) { next() += std::to_string(number); }
  void add(std::string_view text) {
    std::string& out = next();
    out += '"';
    for (const char byte : text) {
      if (byte == '"' || byte == '\\') out += '\\';
      out += byte;
    }
    out += '"';
  }
  // Of a bytea.
  void add_bytes(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string& out = next();
    out += "\"\\\\x";
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      out += kDigits[value >> 4U];
      out += kDigits[value & 15U];
    }
    out += '"';
  }
  [[nodiscard]] std::string text() const { return "{" + elements_ + "}"; }

 private:
  std::string& next() {
    if (any_) elements_ += ',';
    any_ = true;
    return elements_;
  }

  std::string elements_;
  bool any_ = false;
};

[[nodiscard]] inline std::string array_text(const std::vector<std::string>& elements) {
  ArrayText array;
  for (const std::string& element : elements) array.add(std::string_view(element));
  return array.text();
}

}  // namespace command_center::daemon::postgres
