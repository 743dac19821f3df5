// The route table as OpenAPI 3.1 and as the pages of docs/api.md.
#pragma once

#include <string>

#include "api/routes/settings.hpp"

namespace command_center::api::routes {

enum class Databases { kOne, kSeveral };

// As the API that answers it is set up.
[[nodiscard]] std::string openapi_document(Callers callers, Databases databases = Databases::kOne);

// The tables of docs/api.md, between its generated marks.
[[nodiscard]] std::string route_tables();

}  // namespace command_center::api::routes
