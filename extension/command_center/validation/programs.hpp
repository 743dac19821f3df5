// Compiled schemas: compiles them with the shared schemas they refer to, and keeps those of the ad-hoc
// functions.
#pragma once

#include <memory>
#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Makes sure, once in a session, that the engine reads this server's jsonb: it must be laid out as the
// library was built for, in UTF-8. Called before the first document is looked at. Postgres regime. KC015 or
// 0A000 otherwise.
void check_engine();

// Compiles JSON text. References may name registered schemas (register_schema); the network is never asked.
// C++ regime.
[[nodiscard]] json_schema::CompileOutcome compile_schema(std::string_view schema_text,
                                                         json_schema::CompileOptions options);

// The program of a schema that register_command accepted. C++ regime. KC013 should it not compile any more.
[[nodiscard]] std::shared_ptr<const json_schema::Program> compile_stored_schema(std::string_view schema_text);

// The program of a schema given as jsonb, from the session's cache by its bytes, following the specification
// (unknown keywords are annotations). Valid until the next call. Postgres regime. KC013 with located findings
// when it does not compile.
[[nodiscard]] const json_schema::Program& program_of(Datum schema, json_schema::FormatMode formats);

// What a compiled schema weighs in a cache of `schema_cache_bytes`, which then holds no more than
// `schema_cache_entries`. `before`: allocated_bytes() before it was compiled.
[[nodiscard]] std::size_t program_weight(const json_schema::Program& program, std::size_t key_bytes,
                                         std::size_t before) noexcept;

// The text of a schema, detoasted first. Postgres regime. KC014 when it would be larger than the engine
// takes.
[[nodiscard]] std::string_view schema_text(Datum schema);

// A document as the engine reads it; borrows the datum, which must be detoasted.
[[nodiscard]] json_schema::values::JsonbView view_of(Datum document);

// Lets the server interrupt an evaluation.
[[nodiscard]] json_schema::StopPredicate stop_predicate() noexcept;

}  // namespace command_center::extension
