// Caches the catalogue in the backend. An entry is read with the newest snapshot, never the transaction's
// own: a REPEATABLE READ caller would keep an old answer for the rest of the session. When the catalogue's
// generation moves, the entries go at the start of the next decision, so that no reader loses one in its
// hands.
#include "extension/command_center/catalogue.hpp"

#include <cstring>

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/catalogue_generation.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/cache/lru_cache.hpp"
#include "extension/core/json/pointer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kRouteEntries = 4096;
constexpr std::size_t kServiceEntries = 4096;

struct Entries {
  cache::LruCache<Template> templates;
  cache::LruCache<std::vector<routing::Route>> routes;
  cache::LruCache<std::optional<Service>> services;
};

Entries* entries = nullptr;
std::uint64_t generation_loaded = 0;  // what `entries` belong to

// Runs a catalogue query until no change arrived while it ran.
std::uint64_t read_stable(Statement& statement, const Parameters& parameters) {
  for (;;) {
    const std::uint64_t before = catalogue_generation();
    const std::uint64_t rows = run_with_latest_snapshot(statement, parameters);
    if (catalogue_generation() == before) return rows;
    CHECK_FOR_INTERRUPTS();
  }
}

std::string_view or_empty(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

identifiers::Uuid uuid_of(Datum datum) {
  identifiers::Uuid uuid;
  std::memcpy(uuid.bytes.data(), DatumGetUUIDP(datum)->data, uuid.bytes.size());
  return uuid;
}

// --- templates ---

struct TemplateRow {
  int version;
  const char* payload_schema;
  const char* default_target;
  const char* topic;
  const char* partition_key;
  bool ordered;
};

Statement select_template = {
    "SELECT version, payload_schema::text, default_target, topic, partition_key, ordered"
    " FROM command_center.command_templates WHERE command_name = $1 AND status = 'active'",
    1,
    {TEXTOID}};

// C++ regime: compiles the schema and keeps the result.
const Template* keep_template(std::string_view command_name, const TemplateRow& row) {
  Template made;
  made.version = row.version;
  made.default_target = or_empty(row.default_target);
  made.topic = or_empty(row.topic);
  made.ordered = row.ordered;
  if (row.partition_key != nullptr) {
    made.has_partition_key = true;
    made.partition_key = json::parse_pointer(row.partition_key).value_or(std::vector<std::string>{});
  }
  made.program = compile_stored_schema(row.payload_schema);
  return entries->templates.put(command_name, std::move(made),
                                static_cast<std::size_t>(settings().schema_cache_entries));
}

const Template* load_template(std::string_view command_name) {
  const OwnerSession session = open_session();
  Parameters parameters;
  parameters.add_text(command_name);
  if (read_stable(select_template, parameters) == 0) {
    refuse("KC002",
           psprintf("command \"%.*s\" does not exist", static_cast<int>(command_name.size()),
                    command_name.data()),
           nullptr,
           "Register it with command_center.register_command(), or load a catalogue with "
           "command_center.load_catalog().");
  }
  const TemplateRow row = {int_value(0, 0),  text_value(0, 1), text_value(0, 2),
                           text_value(0, 3), text_value(0, 4), bool_value(0, 5)};
  const Template* kept = keep_template(command_name, row);
  close_session(session);
  return kept;
}

// --- routes ---

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
  made.route_id = uuid_of(value(row, 0));
  made.version = int_value(row, 1);
  made.has_tenant = !is_null(row, 2);
  if (made.has_tenant) made.tenant_id = uuid_of(value(row, 2));
  made.has_property = !is_null(row, 3);
  if (made.has_property) made.property_id = uuid_of(value(row, 3));
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
  return entries->routes.put(key, std::move(made), kRouteEntries);
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

// --- services ---

Statement select_service = {
    "SELECT topic, status = 'healthy' FROM command_center.services WHERE service_id = $1", 1, {TEXTOID}};

// C++ regime. `takes_commands` is null for a service that does not exist.
const std::optional<Service>* keep_service(std::string_view service_id, const char* topic,
                                           const bool* takes_commands) {
  std::optional<Service> made;
  if (takes_commands != nullptr) made = Service{std::string(or_empty(topic)), *takes_commands};
  return entries->services.put(service_id, std::move(made), kServiceEntries);
}

const std::optional<Service>* load_service(std::string_view service_id) {
  const OwnerSession session = open_session();
  Parameters parameters;
  parameters.add_text(service_id);
  const bool found = read_stable(select_service, parameters) > 0;
  const bool takes_commands = found && bool_value(0, 1);
  const auto* kept =
      keep_service(service_id, found ? text_value(0, 0) : nullptr, found ? &takes_commands : nullptr);
  close_session(session);
  return kept;
}

// C++ regime.
void forget_everything() {
  entries->templates.clear();
  entries->routes.clear();
  entries->services.clear();
}

}  // namespace

void begin_decision() {
  check_engine();
  if (entries == nullptr) entries = &boundary::make_in_context<Entries>(TopMemoryContext);
  const std::uint64_t current = take_catalogue_changes();
  if (current == generation_loaded) return;
  forget_everything();
  generation_loaded = current;
}

const Template& find_template(std::string_view command_name) {
  const Template* found = entries->templates.find(command_name);
  return found != nullptr ? *found : *load_template(command_name);
}

const std::vector<routing::Route>& find_routes(std::string_view command_name,
                                               const identifiers::Uuid& tenant_id) {
  // The id has a fixed size, so the two parts of the key cannot be mistaken for others.
  const std::size_t size = tenant_id.bytes.size() + command_name.size();
  auto* key = static_cast<char*>(palloc(size));
  std::memcpy(key, tenant_id.bytes.data(), tenant_id.bytes.size());
  std::memcpy(key + tenant_id.bytes.size(), command_name.data(), command_name.size());
  const auto* found = entries->routes.find({key, size});
  return found != nullptr ? *found : *load_routes(command_name, tenant_id, {key, size});
}

const Service* find_service(std::string_view service_id) {
  const auto* found = entries->services.find(service_id);
  if (found == nullptr) found = load_service(service_id);
  return found->has_value() ? &**found : nullptr;
}

const Service* known_service(std::string_view service_id) noexcept {
  const auto* found = entries->services.find(service_id);
  return found != nullptr && found->has_value() ? &**found : nullptr;
}

}  // namespace command_center::extension
