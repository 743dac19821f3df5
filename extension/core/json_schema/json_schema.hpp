// The JSON Schema engine: compile a schema once, then ask whether values satisfy it, or why they do not.
#pragma once

#include <string>
#include <string_view>

#include "extension/core/json_schema/compiler.hpp"
#include "extension/core/json_schema/finding.hpp"
#include "extension/core/json_schema/options.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/core/json_schema/registry.hpp"
#include "extension/core/json_schema/stop_predicate.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/jsonb_view.hpp"

namespace command_center::json_schema {

// Compiles JSON text. Nothing that is not supported is accepted: it becomes a finding with severity error,
// and there is no program. Throws Error 22032 for text that is not JSON, KC014 for one beyond the limits.
[[nodiscard]] CompileOutcome compile(std::string_view schema_json_text, const SchemaRegistry& registry,
                                     const CompileOptions& options = {});

// Whether the value satisfies the schema. Allocates nothing, except for long arrays under `uniqueItems`,
// large containers under `unevaluated…` and what RE2 caches of its automata. Throws Stopped when the
// predicate answers true, Error KC014 when the value is too deep, too long for a pattern, or too costly.
// Strings must be well-formed UTF-8.
[[nodiscard]] bool is_valid(const Program& program, values::JsonbView root, const StopPredicate& stop = {});
[[nodiscard]] bool is_valid(const Program& program, values::DocumentView root,
                            const StopPredicate& stop = {});

// The errors as a JSON array in the standard "basic" form, at most 100, empty exactly when is_valid answers
// true. Each has instanceLocation, keywordLocation, absoluteKeywordLocation, error, keyword and params.
// Throws as is_valid does.
[[nodiscard]] std::string list_errors(const Program& program, values::JsonbView root,
                                      const StopPredicate& stop = {});
[[nodiscard]] std::string list_errors(const Program& program, values::DocumentView root,
                                      const StopPredicate& stop = {});

// Whether one schema of the program accepts a value; for lint.
[[nodiscard]] bool accepts_at(const Program& program, const Node& start, values::DocumentView value);

}  // namespace command_center::json_schema
