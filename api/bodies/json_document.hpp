// Takes a JSON text apart, one level deep, after a check that all of it is what the type jsonb takes: one
// that the database refuses would fail the whole statement it is part of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace command_center::api::bodies {

// Deeper than any payload may be (command_center.max_payload_depth is at most this).
inline constexpr std::size_t kMaxDepth = 512;

enum class Type : std::uint8_t { kNull, kBoolean, kNumber, kString, kObject, kArray };

struct Value {
  Type type = Type::kNull;
  std::string_view raw;  // as it stands in the text
  std::string string;    // of a string: decoded
};

struct Member {
  std::string name;
  Value value;
};

// Borrows the text.
struct JsonDocument {
  Value root;
  std::vector<Member> members;  // of an object, in their order, repeated names kept
  std::vector<Value> elements;  // of an array
};

// Why PostgreSQL would refuse it, with its SQLSTATE: 22P02 not JSON or a lone surrogate, 22P05 a zero
// character, 22003 a number that numeric cannot hold; KC014 deeper than kMaxDepth.
struct Mistake {
  std::string_view sqlstate;
  std::string message;
};

[[nodiscard]] std::variant<JsonDocument, Mistake> parse_json(std::string_view text);

// Whether numeric holds a number that JSON's grammar allows.
[[nodiscard]] bool fits_numeric(std::string_view number) noexcept;

}  // namespace command_center::api::bodies
