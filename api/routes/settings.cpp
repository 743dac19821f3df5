// The defaults are those of the struct.
#include "api/routes/settings.hpp"

#include <vector>

#include "api/api.hpp"
#include "daemon/settings/options.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::api::routes {
namespace {

// "TENANT=ROLE"; nothing for what is none.
std::optional<std::pair<std::string, std::string>> parse_role(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) return std::nullopt;
  const auto tenant = identifiers::parse_uuid(text.substr(0, equals));
  if (!tenant) return std::nullopt;
  return std::pair(identifiers::to_text(*tenant), text.substr(equals + 1));
}

}  // namespace

void declare(CLI::App& app, Settings& settings) {
  app.add_option_function<std::vector<std::string>>(
         "--tenant-role",
         [&settings](const std::vector<std::string>& all) {
           for (const std::string& text : all) settings.tenant_roles.insert(*parse_role(text));
         },
         "TENANT=ROLE: the database role of calls for a tenant; may be given more than once")
      ->envname("COMMAND_CENTER_TENANT_ROLE")
      ->delimiter(',')
      ->check([](const std::string& text) {
        return parse_role(text) ? std::string() : "a role is given as <uuid>=role";
      });
  daemon::settings::add(app, "--operator-role", settings.operator_role, "COMMAND_CENTER_OPERATOR_ROLE",
                        "The database role of calls of who may act for all tenants; empty: the login role");
  daemon::settings::add_duration(app, "--request-seconds", settings.request_limit, {1, 600},
                                 "COMMAND_CENTER_REQUEST_SECONDS",
                                 "How long a request may take; what is not finished then is cancelled");
}

}  // namespace command_center::api::routes
