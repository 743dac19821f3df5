// No request is ever sent to a second database because the first one is away: its tenant's rows are there.
#include "api/database/databases.hpp"

#include <chrono>
#include <cstdint>

namespace command_center::api::database {
namespace {

constexpr std::chrono::seconds kLookAtFile{5};

using problems::Problem;

std::unique_ptr<identity::KeptFresh<Tenants>> keep_tenants(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [name, conninfo] : settings.databases) names.push_back(name);
  return std::make_unique<identity::KeptFresh<Tenants>>(
      "the tenants file",
      [file = settings.tenants_file](const std::atomic<bool>&) {
        return identity::read_file(file, kMostTenantsBytes);
      },
      [names](const std::string& text) { return std::make_shared<const Tenants>(text, names); },
      identity::Pace{kLookAtFile}, identity::FirstRead::kNow);
}

}  // namespace

Databases::Databases(const std::string& conninfo, const Settings& settings, const runtime::StopSignal& stop) {
  if (!settings.tenants_file.empty()) tenants_ = keep_tenants(settings);
  if (settings.databases.empty()) pools_[kOnlyDatabase] = std::make_unique<Pool>(conninfo, settings, stop);
  for (const auto& [name, its_conninfo] : settings.databases)
    pools_[name] = std::make_unique<Pool>(its_conninfo, settings, stop);
}

Databases::~Databases() {
  for (const auto& [name, pool] : pools_) pool->close();
}

std::variant<Pool*, Problem> Databases::find(const std::optional<std::string>& tenant,
                                             std::optional<std::string_view> named) const {
  Pool* by_name = nullptr;
  if (named) {
    const auto found = pools_.find(*named);
    if (found == pools_.end()) return problems::make(400, "x-database names no database");
    by_name = found->second.get();
  }
  Pool* by_tenant = nullptr;
  if (tenant && tenants_) {
    const auto tenants = tenants_->get();
    const std::string* name = tenants->find(*tenant);
    if (name == nullptr)
      return problems::make_coded("KC002", "no database has the tenant",
                                  "The operator's file of tenants says where each one is.");
    by_tenant = pools_.find(*name)->second.get();
  }
  if (by_name != nullptr && by_tenant != nullptr && by_name != by_tenant)
    return problems::make(400, "the tenant is not in the database that x-database names");
  if (by_tenant != nullptr) return by_tenant;
  if (by_name != nullptr) return by_name;
  if (pools_.size() == 1) return pools_.begin()->second.get();
  return problems::make(400, "the request names no tenant, and there are several databases",
                        "Send the UUID of a tenant as x-tenant-id, or the name of a database as x-database.");
}

bool Databases::is_ready() const noexcept {
  for (const auto& [name, pool] : pools_) {
    if (pool->is_connected()) return true;
  }
  return false;
}

std::vector<std::string> Databases::unavailable() const {
  std::vector<std::string> names;
  for (const auto& [name, pool] : pools_) {
    if (!pool->is_connected()) names.push_back(name);
  }
  return names;
}

std::vector<prometheus::MetricFamily> Databases::collect() const {
  std::vector<prometheus::MetricFamily> families;
  const auto add = [&](const char* name, const char* help, prometheus::MetricType type, auto value_of) {
    prometheus::MetricFamily family{name, help, type, {}};
    for (const auto& [database, pool] : pools_) {
      prometheus::ClientMetric metric;
      metric.label = {{"database", database}};
      const auto value = static_cast<double>(value_of(*pool));
      if (type == prometheus::MetricType::Gauge) metric.gauge.value = value;
      if (type == prometheus::MetricType::Counter) metric.counter.value = value;
      family.metric.push_back(std::move(metric));
    }
    families.push_back(std::move(family));
  };
  const auto gauge = prometheus::MetricType::Gauge;
  const auto counter = prometheus::MetricType::Counter;
  add("command_center_api_database_up", "1 while the database can be reached.", gauge,
      [](const Pool& pool) { return pool.is_connected() ? 1 : 0; });
  add("command_center_api_database_connections", "Connections to the database.", gauge,
      [](const Pool& pool) { return pool.connections(); });
  add("command_center_api_database_requests_under_way", "Requests that wait for the database or are with it.",
      gauge, [](const Pool& pool) { return pool.in_flight(); });
  add("command_center_api_database_batches_total", "Statements that executed commands together.", counter,
      [](const Pool& pool) { return pool.counters().batches.load(); });
  add("command_center_api_database_commands_total",
      "Commands of statements, one that was sent again counted again.", counter,
      [](const Pool& pool) { return pool.counters().commands.load(); });
  add("command_center_api_database_calls_total", "Calls of other functions.", counter,
      [](const Pool& pool) { return pool.counters().calls.load(); });
  add("command_center_api_database_refused_total", "Requests that found the queue or their share of it full.",
      counter, [](const Pool& pool) { return pool.counters().refused_full.load(); });
  add("command_center_api_database_requeued_total",
      "Commands that had to wait for a key in progress or for another transaction.", counter,
      [](const Pool& pool) { return pool.counters().requeued.load(); });
  add("command_center_api_database_one_by_one_total", "Batches that failed and were done one by one.",
      counter, [](const Pool& pool) { return pool.counters().one_by_one.load(); });
  add("command_center_api_database_abandoned_total",
      "Requests that were left out, or cancelled while they read, since their client was gone.", counter,
      [](const Pool& pool) { return pool.counters().abandoned.load(); });
  add("command_center_api_database_lost_connections_total",
      "Connections that broke while a request was with them.", counter,
      [](const Pool& pool) { return pool.counters().lost_connections.load(); });
  add("command_center_api_database_unconfirmed_total",
      "Commits that a synchronous standby did not confirm: the wait for it was cancelled.", counter,
      [](const Pool& pool) { return pool.counters().unconfirmed.load(); });
  return families;
}

}  // namespace command_center::api::database
