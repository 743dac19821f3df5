// Whose rights a call has in the database, and how long it may take.
#pragma once

#include <chrono>
#include <map>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::api::routes {

// kBelieved: by --auth none; the others bring a token.
enum class Callers { kWithToken, kBelieved };

struct Settings {
  Callers callers = Callers::kWithToken;
  std::map<std::string, std::string> tenant_roles;  // by tenant, lower-case
  std::string operator_role;                        // of who may act for all tenants; empty: the login role
  std::chrono::seconds request_limit{20};
};

void declare(CLI::App& app, Settings& settings);

}  // namespace command_center::api::routes
