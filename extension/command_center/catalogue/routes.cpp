// Loads routes, by command and tenant.
#include "extension/command_center/catalogue/routes.hpp"
#include "extension/command_center/installation.hpp"

#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>

#include "extension/boundary/make_in_context.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/allocated_bytes.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using Routes = std::vector<routing::Route>;

// Up to so many routes of a command are loaded at once.
constexpr int kFew = 1000;
// Each tenant's have those of everyone with them: so many in all.
constexpr std::size_t kMostCopies = 20'000;
// Of each of the two caches.
constexpr std::size_t kMostBytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kBytesOfAnEntry = 512;

// The routes of a command, when they are few: most tenants have none of their own, and cost no look then.
struct RoutesOfCommand {
  bool few = false;
  Routes of_everyone;
  std::unordered_map<std::string, Routes> of_tenant;  // by the bytes of its id; with those of everyone
};

struct Entries {
  CatalogueCache<RoutesOfCommand> by_command{kInstallation};
  CatalogueCache<Routes> by_command_and_tenant{kInstallation};  // where they are many
};

Entries& entries() {
  static Entries* made = nullptr;
  if (made == nullptr) made = &boundary::make_in_context<Entries>(TopMemoryContext);
  return *made;
}

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

#define ROUTES_OF_COMMAND                                                       \
  "SELECT route_id, version, tenant_id, property_id, environment, policy::text" \
  " FROM command_center.command_routes WHERE command_name = $1 AND status = 'active'"

Statement select_routes_of_command = {kInstallation,
                                      ROUTES_OF_COMMAND " ORDER BY tenant_id NULLS FIRST, route_id LIMIT $2",
                                      2,
                                      {TEXTOID, INT4OID}};

Statement select_routes_of_tenant = {kInstallation,
                                     ROUTES_OF_COMMAND
                                     " AND (tenant_id = $2 OR tenant_id IS NULL) ORDER BY route_id",
                                     2,
                                     {TEXTOID, UUIDOID}};

RouteRow route_row(std::uint64_t row) {
  RouteRow made = {};
  made.route_id = uuid_value(value(row, 0, UUIDOID));
  made.version = int_value(row, 1);
  made.has_tenant = !is_null(row, 2);
  if (made.has_tenant) made.tenant_id = uuid_value(value(row, 2, UUIDOID));
  made.has_property = !is_null(row, 3);
  if (made.has_property) made.property_id = uuid_value(value(row, 3, UUIDOID));
  made.environment = text_value_or_null(row, 4);
  made.policy = text_value(row, 5);
  return made;
}

// Plain data in the open session's memory.
struct Rows {
  const RouteRow* rows;
  std::size_t count;
};

Rows read_rows(Statement& statement, const Parameters& parameters) {
  const std::uint64_t count = read_stable(statement, parameters);
  auto* rows = static_cast<RouteRow*>(palloc(sizeof(RouteRow) * (count + 1)));
  for (std::uint64_t i = 0; i < count; ++i) rows[i] = route_row(i);
  return {rows, count};
}

// C++ regime.
routing::Route route_from(const RouteRow& row) {
  routing::Route route;
  route.route_id = row.route_id;
  route.version = row.version;
  if (row.has_tenant) route.tenant_id = row.tenant_id;
  if (row.has_property) route.property_id = row.property_id;
  if (row.environment != nullptr) route.environment = row.environment;
  route.policy = routing::parse_policy(row.policy).policy;
  return route;
}

std::string_view bytes_of(const identifiers::Uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

// The rows of everyone come first.
bool are_few(const Rows& read) noexcept {
  if (read.count > kFew) return false;
  std::size_t of_everyone = 0;
  while (of_everyone < read.count && !read.rows[of_everyone].has_tenant) ++of_everyone;
  return of_everyone * (read.count - of_everyone) <= kMostCopies;
}

// C++ regime.
const RoutesOfCommand* keep_routes_of_command(std::string_view command_name, const Rows& read) {
  const std::size_t before = allocated_bytes();
  RoutesOfCommand made;
  made.few = are_few(read);
  for (std::size_t i = 0; made.few && i < read.count; ++i) {
    const RouteRow& row = read.rows[i];
    if (!row.has_tenant) {
      made.of_everyone.push_back(route_from(row));
      continue;
    }
    const auto added = made.of_tenant.try_emplace(std::string(bytes_of(row.tenant_id)), made.of_everyone);
    added.first->second.push_back(route_from(row));
  }
  return entries().by_command.put(command_name, std::move(made), kMostBytes,
                                  kBytesOfAnEntry + command_name.size() + allocated_since(before));
}

const RoutesOfCommand* load_routes_of_command(std::string_view command_name) {
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add_int(kFew + 1);
  const auto* kept = keep_routes_of_command(command_name, read_rows(select_routes_of_command, parameters));
  close_session(session);
  return kept;
}

// C++ regime.
const Routes* keep_routes_of_tenant(std::string_view key, const Rows& read) {
  const std::size_t before = allocated_bytes();
  Routes made;
  for (std::size_t i = 0; i < read.count; ++i) made.push_back(route_from(read.rows[i]));
  return entries().by_command_and_tenant.put(key, std::move(made), kMostBytes,
                                             kBytesOfAnEntry + key.size() + allocated_since(before));
}

const Routes* load_routes_of_tenant(std::string_view command_name, const identifiers::Uuid& tenant_id,
                                    std::string_view key) {
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(command_name);
  parameters.add(uuid_datum(tenant_id));
  const auto* kept = keep_routes_of_tenant(key, read_rows(select_routes_of_tenant, parameters));
  close_session(session);
  return kept;
}

// Where a command has many routes.
const Routes& find_routes_of_tenant(std::string_view command_name, const identifiers::Uuid& tenant_id) {
  // The id has a fixed size, so the two parts of the key cannot be mistaken for others.
  const std::size_t size = tenant_id.bytes.size() + command_name.size();
  auto* key = static_cast<char*>(palloc(size));
  std::memcpy(key, tenant_id.bytes.data(), tenant_id.bytes.size());
  std::memcpy(key + tenant_id.bytes.size(), command_name.data(), command_name.size());
  const auto* found = entries().by_command_and_tenant.find({key, size});
  return found != nullptr ? *found : *load_routes_of_tenant(command_name, tenant_id, {key, size});
}

// C++ regime.
const Routes& routes_of(const RoutesOfCommand& known, const identifiers::Uuid& tenant_id) {
  if (known.of_tenant.empty()) return known.of_everyone;
  const auto found = known.of_tenant.find(std::string(bytes_of(tenant_id)));
  return found != known.of_tenant.end() ? found->second : known.of_everyone;
}

}  // namespace

const std::vector<routing::Route>& find_routes(std::string_view command_name,
                                               const identifiers::Uuid& tenant_id) {
  const auto* known = entries().by_command.find(command_name);
  if (known == nullptr) known = load_routes_of_command(command_name);
  return known->few ? routes_of(*known, tenant_id) : find_routes_of_tenant(command_name, tenant_id);
}

}  // namespace command_center::extension
