// Follows a JSON pointer through the stored bytes.
#include "extension/command_center/execute/partition_key.hpp"
#include "extension/command_center/installation.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "extension/core/json/canonical.hpp"
#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// The child that one token of a JSON pointer names, or null.
JsonbValue* child(JsonbValue* value, const std::string& token) {
  if (value->type != jbvBinary) return nullptr;
  JsonbContainer* container = value->val.binary.data;
  if (JsonContainerIsObject(container)) {
    return getKeyJsonValueFromContainer(container, token.data(), static_cast<int>(token.size()), nullptr);
  }
  if (JsonContainerIsScalar(container)) return nullptr;
  std::uint32_t index = 0;
  const char* end = token.data() + token.size();
  const auto parsed = std::from_chars(token.data(), end, index);
  const bool leading_zero = token.size() > 1 && token.front() == '0';
  if (parsed.ec != std::errc() || parsed.ptr != end || leading_zero) return nullptr;
  return getIthJsonbValueFromContainer(container, index);
}

}  // namespace

std::string_view pointed_text(Datum payload, const std::vector<std::string>& pointer) {
  JsonbValue root;
  root.type = jbvBinary;
  root.val.binary.data = jsonb_root(payload);
  root.val.binary.len = static_cast<int>(VARSIZE(DatumGetPointer(payload)) - VARHDRSZ);
  JsonbValue* value = &root;
  for (const std::string& token : pointer) {
    value = child(value, token);
    if (value == nullptr) return {};
  }
  switch (value->type) {
    case jbvString:
      return {value->val.string.val, static_cast<std::size_t>(value->val.string.len)};
    case jbvNumeric:
      return json::canonical_number(
          DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))));
    case jbvBool:
      return value->val.boolean ? "true" : "false";
    default:
      return {};
  }
}

}  // namespace command_center::extension
