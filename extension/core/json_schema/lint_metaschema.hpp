// Checks a schema document against the metaschema of its dialect.
#pragma once

#include "extension/core/json_schema/registry.hpp"
#include "extension/core/json_schema/schema_index.hpp"

namespace command_center::json_schema {

// Adds an error for each place of the first document that violates its metaschema and has no finding yet.
void lint_against_metaschema(SchemaIndex& index, const SchemaRegistry& registry);

}  // namespace command_center::json_schema
