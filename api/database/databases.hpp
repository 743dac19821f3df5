// The databases that the API has in front of it, and which of them a request is for.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/database/pool.hpp"
#include "api/database/settings.hpp"
#include "api/database/tenants.hpp"
#include "api/identity/kept_fresh.hpp"

namespace command_center::api::database {

// Each has connections and a queue of its own: one that is down, slow or full costs nothing but its own
// tenants. Safe to use from several threads.
class Databases {
 public:
  // Reads the file of tenants at once, and throws Failure(kRefused) where it is wrong; later it is looked at
  // every few seconds. `conninfo`: of the one database where the settings name none.
  Databases(const std::string& conninfo, const Settings& settings, const runtime::StopSignal& stop);
  // Drains all of them.
  ~Databases();
  Databases(const Databases&) = delete;
  Databases& operator=(const Databases&) = delete;

  // The database of a tenant; without a tenant the one that is `named`, or the only one. A problem: 404 for a
  // tenant that is in none, 400 where nothing says which, or both say something else.
  [[nodiscard]] std::variant<Pool*, problems::Problem> find(const std::optional<std::string>& tenant,
                                                            std::optional<std::string_view> named) const;

  [[nodiscard]] bool are_several() const noexcept { return pools_.size() > 1; }

  // Some database can be reached.
  [[nodiscard]] bool is_ready() const noexcept;
  // The names of those that cannot.
  [[nodiscard]] std::vector<std::string> unavailable() const;

  // command_center_api_database_…{database}.
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;

 private:
  std::map<std::string, std::unique_ptr<Pool>, std::less<>> pools_;
  std::unique_ptr<identity::KeptFresh<Tenants>> tenants_;  // null: every tenant is in the only database
};

}  // namespace command_center::api::database
