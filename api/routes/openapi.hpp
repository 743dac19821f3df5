// The route table as OpenAPI 3.1 and as the pages of docs/api.md.
#pragma once

#include <string>

namespace command_center::api::routes {

[[nodiscard]] std::string openapi_document();

// The tables of docs/api.md, between its generated marks.
[[nodiscard]] std::string route_tables();

}  // namespace command_center::api::routes
