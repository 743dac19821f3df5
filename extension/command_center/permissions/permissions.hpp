// Decides who may send which command, and for which tenant.
#pragma once

#include <string_view>

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// All functions are Postgres regime and judge the current user: call them before open_session(kInstallation).
// They throw KC003 as an Error, with no session open.

// For a decision, after begin_decision(): may the caller act for the tenant. Comes before all that would tell
// something of the tenant.
void check_caller(const identifiers::Uuid& tenant_id);

// The same: has the tenant every module that the command requires, and is the initiator's role among those it
// requires.
void check_requirements(const Template& definition, const Request& request);

// The same: does the caller act for every tenant, being a superuser, an operator, the owner of the tables or
// bound so. Throws nothing.
[[nodiscard]] bool caller_acts_for_every_tenant();

// Outside a decision (it begins one of its own, so hold nothing of the catalogue): may the caller act for the
// tenant. The error does not tell whether there is such a tenant.
void check_tenant(const identifiers::Uuid& tenant_id);

// The same for what concerns every tenant, or no certain one.
void check_every_tenant();

// The one or the other, by the argument that names the tenant: NULL is every tenant.
void check_scope(FunctionCallInfoBaseData* fcinfo, int tenant_id);

// caller_acts_for_every_tenant() outside a decision; begins one.
[[nodiscard]] bool acts_for_every_tenant();

// KC002 for a database role that does not exist; inside open_session(kInstallation) or not. Postgres regime.
void check_role_exists(std::string_view name);

}  // namespace command_center::extension
