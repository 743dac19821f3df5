// Arrays as PostgreSQL reads them from text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace command_center::relay::consumer {

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

}  // namespace command_center::relay::consumer
