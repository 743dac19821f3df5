// One table, read both ways.
#include "api/identity/scopes.hpp"

namespace command_center::api::identity {
namespace {

struct Name {
  std::string_view text;
  Scope scope;
  Scopes means;
};

constexpr Scopes kAll = kExecute | kRead | kAcknowledge | kControl | kAdmin;

constexpr Name kNames[] = {
    {"commands:execute", kExecute, kExecute},
    {"commands:read", kRead, kRead},
    {"commands:acknowledge", kAcknowledge, kAcknowledge},
    {"control:write", kControl, kControl},
    {"admin", kAdmin, kAll},
};

}  // namespace

std::optional<Scopes> parse_scope(std::string_view name) noexcept {
  for (const Name& one : kNames) {
    if (one.text == name) return one.means;
  }
  return std::nullopt;
}

std::string_view name_of(Scope scope) noexcept {
  for (const Name& one : kNames) {
    if (one.scope == scope) return one.text;
  }
  return {};
}

}  // namespace command_center::api::identity
