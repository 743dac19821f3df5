// Which database each tenant is in: the file that --tenants names.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.hpp"

namespace command_center::api::database {

inline constexpr std::size_t kMostTenantsBytes = std::size_t{16} << 20U;  // some 300,000 tenants

class Tenants {
 public:
  // A JSON object of names of databases by tenant: {"<uuid>": "eu", "*": "us"}. "*" is every other tenant.
  // Throws Failure(kRefused) that names the tenant, for one that is no uuid or is given twice, or whose
  // database is not among `databases`.
  Tenants(std::string_view json, const std::vector<std::string>& databases);

  // Of a lower-case uuid; null where no database has it.
  [[nodiscard]] const std::string* find(const std::string& tenant) const;
  // Those that are named, in order.
  [[nodiscard]] std::vector<std::string> tenants_of(std::string_view database) const;
  [[nodiscard]] std::size_t size() const noexcept { return databases_.size(); }

 private:
  std::map<std::string, std::string> databases_;
  std::string others_;  // empty: none
};

}  // namespace command_center::api::database
