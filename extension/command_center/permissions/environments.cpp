// Keeps what this session has learnt of environments.
#include "extension/command_center/permissions/environments.hpp"

#include <string>

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/error/error.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/cache.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kEntries = 1024;

enum class Standing { kUnknown, kDeclared, kOpen };

CatalogueCache<Standing>* environments = nullptr;

Statement select_environment = {
    kInstallation, "SELECT is_open FROM command_center.environments WHERE environment = $1", 1, {TEXTOID}};

Standing load(std::string_view environment) {
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(environment);
  Standing standing = Standing::kUnknown;
  if (read_stable(select_environment, parameters) > 0)
    standing = bool_value(0, 0) ? Standing::kOpen : Standing::kDeclared;
  close_session(session);
  return standing;
}

// Until setup() has made the table of 0.3.0, every name goes, as before.
Standing standing_of(std::string_view environment) {
  if (environments == nullptr)
    environments = &boundary::make_in_context<CatalogueCache<Standing>>(TopMemoryContext, kInstallation);
  if (const Standing* known = environments->find(environment); known != nullptr) return *known;
  if (!is_installed(kInstallation, "environments")) return Standing::kOpen;  // not kept
  return *environments->put(environment, load(environment), kEntries);
}

// --- C++ regime ---

std::string quoted(std::string_view environment) {
  return "\"" + std::string(environment) + "\"";
}

[[noreturn]] void refuse_undeclared(std::string_view environment) {
  throw Error(sqlstate::kInvalidParameter, "environment " + quoted(environment) + " is not declared", {},
              "command_center.list_environments() has those that are; an operator declares another with "
              "command_center.set_environment().");
}

[[noreturn]] void refuse_closed(std::string_view environment, const char* role) {
  throw Error(sqlstate::kNotAllowed,
              "environment " + quoted(environment) + " is not open to role " + quoted(role), {},
              "Only roles that act for every tenant may name it, until an operator opens it with "
              "command_center.set_environment(environment, is_open => true).");
}

}  // namespace

void check_may_name(std::string_view environment) {
  switch (standing_of(environment)) {
    case Standing::kOpen:
      return;
    case Standing::kDeclared:
      if (!caller_acts_for_every_tenant()) refuse_closed(environment, GetUserNameFromId(GetUserId(), false));
      return;
    case Standing::kUnknown:
      refuse_undeclared(environment);
  }
}

void check_is_declared(FunctionCallInfo fcinfo, int environment) {
  if (PG_ARGISNULL(environment) || !is_installed(kInstallation, "environments")) return;
  Parameters parameters;
  parameters.add_argument(fcinfo, environment);
  if (run_with_latest_snapshot(select_environment, parameters) > 0) return;
  refuse("22023",
         psprintf("environment \"%s\" is not declared", text_to_cstring(PG_GETARG_TEXT_PP(environment))),
         nullptr, "Declare it with command_center.set_environment().");
}

}  // namespace command_center::extension
