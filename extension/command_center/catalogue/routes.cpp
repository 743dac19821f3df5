// Loads routes, by command and tenant.
#include "extension/command_center/catalogue/routes.hpp"

#include <cstring>

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/arguments.hpp"
#include "extension/command_center/catalogue/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kEntries = 4096;

CatalogueCache<std::vector<routing::Route>>* routes = nullptr;

struct RouteRow {
  identifiers::Uuid route_id;
  int version;
  bool has_tenant;
  bool has_property;
  identifiers::Uuid tenant_id;
  identifiers::Uuid property_id;
  const char* environment;
  const char* policy;
};

Statement select_routes = {
    "SELECT route_id, version, tenant_id, property_id, environment, policy::text"
    " FROM command_center.command_routes"
    " WHERE command_name = $1 AND status = 'active' AND (tenant_id = $2 OR tenant_id IS NULL)"
    " ORDER BY route_id",
    2,
    {TEXTOID, UUIDOID}};

RouteRow route_row(std::uint64_t row) {
  RouteRow made = {};
  made.route_id = uuid_value(value(row, 0));
  made.version = int_value(row, 1);
  made.has_tenant = !is_null(row, 2);
  if (made.has_tenant) made.tenant_id = uuid_value(value(row, 2));
  made.has_property = !is_null(row, 3);
  if (made.has_property) made.property_id = uuid_value(value(row, 3));
  made.environment = text_value(row, 4);
  made.policy = text_value(row, 5);
  return made;
}

// C++ regime.
const std::vector<routing::Route>* keep_routes(std::string_view key, const RouteRow* rows,
                                               std::size_t count) {
  std::vector<routing::Route> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    routing::Route route;
    route.route_id = rows[i].route_id;
    route.version = rows[i].version;
    if (rows[i].has_tenant) route.tenant_id = rows[i].tenant_id;
    if (rows[i].has_property) route.property_id = rows[i].property_id;
    if (rows[i].environment != nullptr) route.environment = rows[i].environment;
    route.policy = routing::parse_policy(rows[i].policy).policy;
    made.push_back(std::move(route));
  }
  return routes->put(key, std::move(made), kEntries);
}

const std::vector<routing::Route>* load_routes(std::string_view command_name,
                                               const identifiers::Uuid& tenant_id, std::string_view key) {
  const OwnerSession session = open_session();
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add(UUIDPGetDatum(reinterpret_cast<const pg_uuid_t*>(tenant_id.bytes.data())));
  const std::uint64_t count = read_stable(select_routes, parameters);
  auto* rows = static_cast<RouteRow*>(palloc(sizeof(RouteRow) * (count + 1)));
  for (std::uint64_t i = 0; i < count; ++i) rows[i] = route_row(i);
  const auto* kept = keep_routes(key, rows, count);
  close_session(session);
  return kept;
}

}  // namespace

const std::vector<routing::Route>& find_routes(std::string_view command_name,
                                               const identifiers::Uuid& tenant_id) {
  if (routes == nullptr) {
    routes = &boundary::make_in_context<CatalogueCache<std::vector<routing::Route>>>(TopMemoryContext);
  }
  // The id has a fixed size, so the two parts of the key cannot be mistaken for others.
  const std::size_t size = tenant_id.bytes.size() + command_name.size();
  auto* key = static_cast<char*>(palloc(size));
  std::memcpy(key, tenant_id.bytes.data(), tenant_id.bytes.size());
  std::memcpy(key + tenant_id.bytes.size(), command_name.data(), command_name.size());
  const auto* found = routes->find({key, size});
  return found != nullptr ? *found : *load_routes(command_name, tenant_id, {key, size});
}

}  // namespace command_center::extension
