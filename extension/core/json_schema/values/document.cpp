// Finds members of a parsed object by binary search.
#include "extension/core/json_schema/values/document.hpp"

#include <algorithm>

namespace command_center::json_schema::values {

const Member* find_entry(const Value& object, std::string_view key) noexcept {
  if (object.kind != Kind::kObject) return nullptr;
  const Member* end = object.members + object.size;
  const Member* found = std::lower_bound(
      object.members, end, key,
      [](const Member& member, std::string_view wanted) { return compare_keys(member.key, wanted) < 0; });
  return found != end && found->key == key ? found : nullptr;
}

const Value* find_member(const Value& object, std::string_view key) noexcept {
  const Member* entry = find_entry(object, key);
  return entry != nullptr ? &entry->value : nullptr;
}

}  // namespace command_center::json_schema::values
