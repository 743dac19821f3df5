// Appends JSON to a string: what the envelope and the headers are written with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extension/core/json/rapidjson.hpp"

namespace command_center::json {

// A RapidJSON output stream over a std::string that somebody else owns.
class StringSink {
 public:
  using Ch = char;
  explicit StringSink(std::string& out) : out_(out) {}
  // NOLINTBEGIN(readability-identifier-naming): RapidJSON calls them so.
  void Put(char character) { out_.push_back(character); }
  void Flush() {}
  // NOLINTEND(readability-identifier-naming)

 private:
  std::string& out_;
};

// Writes one JSON value; the caller opens and closes objects and arrays in order.
class TextWriter {
 public:
  explicit TextWriter(std::string& out) : out_(out), sink_(out), writer_(sink_) {}

  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void key(std::string_view name) { text(name); }
  void number(std::int64_t value) { writer_.Int64(value); }

  // Most texts need no escape, and are appended whole: the writer takes them character by character.
  void text(std::string_view value) {
    if (needs_escape(value)) {
      writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
      return;
    }
    separate(rapidjson::kStringType);
    out_.push_back('"');
    out_.append(value);
    out_.push_back('"');
  }

  // `json` is written as it is; it must be a whole JSON value.
  void raw(std::string_view json) {
    separate(rapidjson::kObjectType);
    out_.append(json);
  }

  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }

 private:
  static bool needs_escape(std::string_view value) noexcept {
    bool found = false;
    for (const char character : value) {
      found |= static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
    }
    return found;
  }

  // Has the writer put what stands before a value (a comma, a colon) and count it; the sink holds nothing
  // back.
  void separate(rapidjson::Type type) { writer_.RawValue("", 0, type); }

  std::string& out_;
  StringSink sink_;
  rapidjson::Writer<StringSink> writer_;
};

}  // namespace command_center::json
