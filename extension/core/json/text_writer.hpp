// Appends JSON to a string: what the envelope and the headers are written with.
#pragma once

#include <rapidjson/writer.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace command_center::json {

// A RapidJSON output stream over a std::string that somebody else owns.
class StringSink {
 public:
  using Ch = char;
  explicit StringSink(std::string& out) : out_(out) {}
  void Put(char character) { out_.push_back(character); }
  void Flush() {}

 private:
  std::string& out_;
};

// Writes one JSON value; the caller opens and closes objects and arrays in order.
class TextWriter {
 public:
  explicit TextWriter(std::string& out) : sink_(out), writer_(sink_) {}

  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void key(std::string_view name) { text(name); }
  void text(std::string_view value) { writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())); }
  void number(std::int64_t value) { writer_.Int64(value); }

  // `json` is written as it is; it must be a whole JSON value.
  void raw(std::string_view json) { writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType); }

  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }

 private:
  StringSink sink_;
  rapidjson::Writer<StringSink> writer_;
};

}  // namespace command_center::json
