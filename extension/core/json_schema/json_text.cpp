// Writes JSON text from values of a document, whose depth the parser has bounded.
#include "extension/core/json_schema/json_text.hpp"

namespace command_center::json_schema {

using values::Kind;
using values::Value;

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 0xf]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

bool append_json_value(std::string& out, const Value& value, std::size_t max_bytes) {
  if (out.size() > max_bytes) return false;
  switch (value.kind) {
    case Kind::kNull:
      out.append("null");
      break;
    case Kind::kBoolean:
      out.append(value.boolean ? "true" : "false");
      break;
    case Kind::kNumber:
      out.append(to_text(*value.number));
      break;
    case Kind::kString:
      append_json_string(out, value.string());
      break;
    case Kind::kArray:
      out.push_back('[');
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (i != 0) out.push_back(',');
        if (!append_json_value(out, value.elements[i], max_bytes)) return false;
      }
      out.push_back(']');
      break;
    case Kind::kObject:
      out.push_back('{');
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (i != 0) out.push_back(',');
        append_json_string(out, value.members[i].key);
        out.push_back(':');
        if (!append_json_value(out, value.members[i].value, max_bytes)) return false;
      }
      out.push_back('}');
      break;
  }
  return out.size() <= max_bytes;
}

}  // namespace command_center::json_schema
