// Answers requests: finds the route, asks who calls, binds, and hands over to the database.
#pragma once

#include "api/database/databases.hpp"
#include "api/http/reply.hpp"
#include "api/identity/authenticator.hpp"
#include "api/identity/limiter.hpp"
#include "api/routes/settings.hpp"

namespace command_center::api::routes {

// What is borrowed must outlive the handler and every answer.
[[nodiscard]] http::Handler make_handler(database::Databases& databases,
                                         identity::Authenticator& authenticator, identity::Limiter& limiter,
                                         const Settings& settings);

}  // namespace command_center::api::routes
