// The routes. Statements run with search_path = pg_catalog and answer one row: the body, and the ETag where
// the route has one.
#include <utility>

#include "api/routes/route.hpp"
#include "api/routes/rows/rows.hpp"

namespace command_center::api::routes {
namespace {

// Of "/a/{b}"; "/" has none.
std::vector<std::string> split(const std::string& path_text) {
  std::vector<std::string> segments;
  std::size_t begin = 1;
  while (begin <= path_text.size()) {
    const std::size_t end = path_text.find('/', begin);
    segments.push_back(path_text.substr(begin, end - begin));
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return segments;
}

std::string_view type_of(const Route& route, std::string_view name) {
  if (const Binding* binding = find_binding(route, name)) return sql_type_of(binding->kind);
  if (name == "ifMatch" || name == "ifNoneMatch") return "text[]";
  if (name == "ifMatchAny" || name == "ifNoneMatchAny") return "boolean";
  return "integer";  // ifMatchVersion
}

// Puts $n::type in the place of {name}. Braces of SQL's own are never around a letter.
void number_parameters(Route& route) {
  std::string& out = route.statement;
  for (std::size_t at = 0; at < route.sql.size(); ++at) {
    const char next = at + 1 < route.sql.size() ? route.sql[at + 1] : '\0';
    if (route.sql[at] != '{' || next < 'a' || next > 'z') {
      out.push_back(route.sql[at]);
      continue;
    }
    const std::size_t end = route.sql.find('}', at);
    const std::string name = route.sql.substr(at + 1, end - at - 1);
    std::size_t index = 0;
    while (index < route.parameters.size() && route.parameters[index] != name) ++index;
    if (index == route.parameters.size()) route.parameters.push_back(name);
    out += "$" + std::to_string(index + 1) + "::" + std::string(type_of(route, name));
    at = end;
  }
}

std::vector<Route> make_routes() {
  std::vector<Route> routes;
  for (const auto add : {rows::add_commands, rows::add_routing, rows::add_dispatches, rows::add_events,
                         rows::add_catalogue, rows::add_features, rows::add_services, rows::add_consuming,
                         rows::add_parked, rows::add_locks, rows::add_operation, rows::add_documents})
    add(routes);
  for (Route& route : routes) {
    route.segments = split(route.path);
    number_parameters(route);
  }
  return routes;
}

}  // namespace

const std::vector<Route>& all_routes() {
  static const std::vector<Route> routes = make_routes();
  return routes;
}

const Binding* find_binding(const Route& route, std::string_view name) {
  for (const Binding& binding : route.bindings) {
    if (binding.name == name) return &binding;
  }
  return nullptr;
}

std::string_view sql_type_of(Kind kind) {
  switch (kind) {
    case Kind::kText:
    case Kind::kDay:
      return "text";
    case Kind::kDate:
      return "date";
    case Kind::kUuid:
      return "uuid";
    case Kind::kInteger:
      return "integer";
    case Kind::kLong:
      return "bigint";
    case Kind::kNumber:
      return "numeric";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kTime:
      return "timestamptz";
    case Kind::kInterval:
      return "interval";
    case Kind::kObject:
    case Kind::kObjectOrNull:
    case Kind::kArray:
    case Kind::kSchema:
    case Kind::kAny:
      return "jsonb";
    case Kind::kTexts:
      return "text[]";
    case Kind::kUuids:
      return "uuid[]";
  }
  return "text";
}

std::string_view name_of(identity::Scopes scope) {
  switch (scope) {
    case identity::kExecute:
      return "commands:execute";
    case identity::kRead:
      return "commands:read";
    case identity::kAcknowledge:
      return "commands:acknowledge";
    case identity::kControl:
      return "control:write";
    case identity::kAdmin:
      return "admin";
    default:
      return "";
  }
}

}  // namespace command_center::api::routes
