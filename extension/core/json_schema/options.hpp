// What a caller may choose when compiling a schema, and the limits that keep hostile input cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "extension/core/json_schema/dialect.hpp"

namespace command_center::json_schema {

enum class Strictness {
  kLenient,  // the specification: unknown keywords are annotations
  kStrict,   // lint: what is suspicious is an error or a warning
};

enum class FormatMode {
  kAssert,    // `format` is checked
  kAnnotate,  // `format` is checked only where the metaschema demands it
};

struct Limits {
  std::size_t schema_bytes = std::size_t{16} << 20;
  std::size_t schema_depth = 200;
  std::size_t schemas = 500000;
  // Schema objects nested during one evaluation, references included; fits half a stack of 256 kB.
  std::uint32_t evaluation_depth = 128;
  // Schema objects applied during one evaluation: a base, and more for larger instances.
  std::uint64_t steps = 2000000;
  std::uint64_t steps_per_value = 200;
  // Instructions of a pattern, and instructions times bytes of one match.
  int pattern_program = 1000;
  std::uint64_t pattern_budget = 20000000;
};

struct CompileOptions {
  Strictness strictness = Strictness::kLenient;
  FormatMode formats = FormatMode::kAssert;
  // What a schema without `$schema` is written in.
  Draft default_draft = Draft::k2020;
  // The URI the schema was registered under; relative references resolve against it.
  std::string base_uri;
  Limits limits;
};

}  // namespace command_center::json_schema
