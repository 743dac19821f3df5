// The database decides again, by row security or by the role's bindings; this only saves it the question.
#include "api/identity/tenant.hpp"

#include "extension/core/error/error.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::api::identity {

std::variant<std::optional<std::string>, problems::Problem> tenant_of(const Identity& identity,
                                                                      std::optional<std::string_view> asked) {
  // An empty one is a variable that was not set, and not a wish for every tenant.
  if (!asked) return identity.tenant;
  const std::optional<identifiers::Uuid> uuid = identifiers::parse_uuid(*asked);
  if (!uuid) return problems::make(400, "the tenant is no uuid");
  std::string tenant = identifiers::to_text(*uuid);
  if (identity.tenant && *identity.tenant != tenant) {
    // As the database says it: neither tenant is named.
    problems::Problem problem = problems::make(403, "the caller may not act for the tenant");
    problem.code = sqlstate::kNotAllowed;
    return problem;
  }
  return std::optional<std::string>(std::move(tenant));
}

}  // namespace command_center::api::identity
