// Loads services.
#include "extension/command_center/catalogue/services.hpp"
#include "extension/command_center/installation.hpp"

#include <optional>

#include "extension/boundary/make_in_context.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kEntries = 4096;

CatalogueCache<std::optional<Service>>* services = nullptr;

Statement select_service = {
    kInstallation,
    "SELECT topic, handler, status = 'healthy' FROM command_center.services WHERE service_id = $1",
    1,
    {TEXTOID}};

// Plain data; all null when there is no such service.
struct ServiceRow {
  bool exists;
  const char* topic;
  const char* handler;
  bool takes_commands;
};

// C++ regime.
const std::optional<Service>* keep_service(std::string_view service_id, const ServiceRow& row) {
  std::optional<Service> made;
  if (row.exists) {
    made.emplace();
    if (row.topic != nullptr) made->topic = row.topic;
    if (row.handler != nullptr) made->handler = row.handler;
    made->takes_commands = row.takes_commands;
  }
  return services->put(service_id, std::move(made), kEntries);
}

const std::optional<Service>* load_service(std::string_view service_id) {
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(service_id);
  ServiceRow row = {};
  row.exists = read_stable(select_service, parameters) > 0;
  if (row.exists) {
    row.topic = text_value_or_null(0, 0);
    row.handler = text_value_or_null(0, 1);
    row.takes_commands = bool_value(0, 2);
  }
  const auto* kept = keep_service(service_id, row);
  close_session(session);
  return kept;
}

const Service* known(const std::optional<Service>* entry) noexcept {
  return entry != nullptr && entry->has_value() ? &**entry : nullptr;
}

}  // namespace

const Service* find_service(std::string_view service_id) {
  if (services == nullptr) {
    services =
        &boundary::make_in_context<CatalogueCache<std::optional<Service>>>(TopMemoryContext, kInstallation);
  }
  const auto* found = services->find(service_id);
  return known(found != nullptr ? found : load_service(service_id));
}

const Service* known_service(std::string_view service_id) noexcept {
  return known(services->find(service_id));
}

void learn_services(const routing::Policy& policy) {
  for (const auto& target : policy.targets) (void)find_service(target.service_id);
  for (const auto& service_id : policy.also) (void)find_service(service_id);
  if (policy.fallback) (void)find_service(*policy.fallback);
}

bool KnownAvailability::takes_commands(std::string_view service_id) const {
  const Service* service = known_service(service_id);
  return service != nullptr && service->takes_commands;
}

}  // namespace command_center::extension
