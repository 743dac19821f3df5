// Whose rights a call has in the database, and how long it may take.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::api::routes {

struct Settings {
  std::map<std::string, std::string> tenant_roles;  // by tenant, lower-case
  std::string operator_role;                        // of who may act for all tenants; empty: the login role
  std::chrono::seconds request_limit{20};
};

void declare(CLI::App& app, Settings& settings);

[[nodiscard]] std::optional<std::string> find_mistake(const Settings& settings);

}  // namespace command_center::api::routes
