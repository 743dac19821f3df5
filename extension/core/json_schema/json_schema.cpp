// Instantiates the evaluator for both views and both passes.
#include "extension/core/json_schema/json_schema.hpp"

#include "extension/core/json_schema/evaluate_arrays.hpp"
#include "extension/core/json_schema/evaluate_logic.hpp"
#include "extension/core/json_schema/evaluate_numbers.hpp"
#include "extension/core/json_schema/evaluate_objects.hpp"
#include "extension/core/json_schema/evaluate_strings.hpp"
#include "extension/core/json_schema/evaluate_unevaluated.hpp"
#include "extension/core/json_schema/evaluator.hpp"

namespace command_center::json_schema {

namespace {

template <class View>
bool accepts(const Program& program, View root, const StopPredicate& stop) {
  NoCollector none;
  return Evaluator<View, NoCollector>(program.limits(), program.root(), root, stop, none).run();
}

template <class View>
std::string collect(const Program& program, View root, const StopPredicate& stop) {
  Collector collector;
  static_cast<void>(
      Evaluator<View, Collector>(program.limits(), program.root(), root, stop, collector).run());
  return collector.text();
}

}  // namespace

CompileOutcome compile(std::string_view schema_json_text, const SchemaRegistry& registry,
                       const CompileOptions& options) {
  values::ParseLimits limits;
  limits.max_bytes = options.limits.schema_bytes;
  limits.max_depth = options.limits.schema_depth;
  return Compiler(registry, options).run(values::Document::parse(schema_json_text, limits));
}

bool accepts_at(const Program& program, const Node& start, values::DocumentView value) {
  NoCollector none;
  const StopPredicate never;
  return Evaluator<values::DocumentView, NoCollector>(program.limits(), start, value, never, none).run();
}

bool is_valid(const Program& program, values::JsonbView root, const StopPredicate& stop) {
  return accepts(program, root, stop);
}

bool is_valid(const Program& program, values::DocumentView root, const StopPredicate& stop) {
  return accepts(program, root, stop);
}

std::string list_errors(const Program& program, values::JsonbView root, const StopPredicate& stop) {
  return collect(program, root, stop);
}

std::string list_errors(const Program& program, values::DocumentView root, const StopPredicate& stop) {
  return collect(program, root, stop);
}

}  // namespace command_center::json_schema
