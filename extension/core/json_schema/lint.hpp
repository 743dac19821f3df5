// Says what is wrong or careless in a schema beyond what stops it from compiling.
#pragma once

#include <functional>

#include "extension/core/json_schema/finding.hpp"
#include "extension/core/json_schema/registry.hpp"
#include "extension/core/json_schema/schema_index.hpp"
#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// Whether the schema at a site accepts a value written in the schema itself.
using AcceptsAt = std::function<bool(const Site& site, const values::Value& value)>;

// Adds findings about every schema of the first document of the index. Errors: violations of the metaschema,
// unknown keywords (names beginning with "x-" are allowed), keywords of another draft, unknown formats.
// Warnings: what is ignored or deprecated, strings, arrays and objects without bounds, unanchored patterns,
// bounds that contradict each other, defaults and examples that their own schema refuses (asked through
// `accepts`, which is null when the schema did not compile).
void lint(SchemaIndex& index, const SchemaRegistry& registry, const AcceptsAt& accepts);

}  // namespace command_center::json_schema
