// A tenant that is nowhere is refused rather than guessed: its rows would be in two databases then.
#include "api/database/tenants.hpp"

#include <algorithm>
#include <variant>

#include "api/bodies/json_document.hpp"
#include "daemon/failure.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::api::database {
namespace {

constexpr std::string_view kOthers = "*";

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter, "the tenants file " + why, {},
                R"(It is a JSON object such as {"<uuid of a tenant>": "<name of a --database>", "*": …}.)");
}

}  // namespace

Tenants::Tenants(std::string_view json, const std::vector<std::string>& databases) {
  const auto parsed = bodies::parse_json(json);
  const auto* document = std::get_if<bodies::JsonDocument>(&parsed);
  if (document == nullptr || document->root.type != bodies::Type::kObject) refuse("is no JSON object");
  for (const bodies::Member& member : document->members) {
    const std::string& database = member.value.string;
    if (std::find(databases.begin(), databases.end(), database) == databases.end())
      refuse("gives \"" + member.name + "\" a database that no --database names");
    if (member.name == kOthers) {
      if (!others_.empty()) refuse("has \"*\" twice");
      others_ = database;
      continue;
    }
    const auto uuid = identifiers::parse_uuid(member.name);
    if (!uuid) refuse("has \"" + member.name + "\" as a tenant, which is no uuid");
    if (!databases_.emplace(identifiers::to_text(*uuid), database).second)
      refuse("has the tenant " + member.name + " twice");
  }
}

const std::string* Tenants::find(const std::string& tenant) const {
  const auto found = databases_.find(tenant);
  if (found != databases_.end()) return &found->second;
  return others_.empty() ? nullptr : &others_;
}

std::vector<std::string> Tenants::tenants_of(std::string_view database) const {
  std::vector<std::string> tenants;
  for (const auto& [tenant, where] : databases_) {
    if (where == database) tenants.push_back(tenant);
  }
  return tenants;
}

}  // namespace command_center::api::database
