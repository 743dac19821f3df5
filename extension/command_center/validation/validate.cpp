// Validates documents: ad hoc against a schema, and against the template of a command.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

json_schema::FormatMode read_formats(FunctionCallInfo fcinfo, int argument) {
  const std::string_view formats = text_argument(fcinfo, argument);
  if (formats == "assert") return json_schema::FormatMode::kAssert;
  if (formats == "annotate") return json_schema::FormatMode::kAnnotate;
  refuse("22023", "formats must be assert or annotate");
}

// {"valid": true}, or false with the errors. C++ regime; the text is in the calling context.
const char* output(const json_schema::Program& program, Datum document) {
  const auto root = view_of(document);
  std::string text = R"({"valid": true})";
  if (!json_schema::is_valid(program, root, stop_predicate())) {
    text = R"({"valid": false, "errors": )" + json_schema::list_errors(program, root, stop_predicate()) + "}";
  }
  return boundary::call_pg([&text]() noexcept { return pstrdup(text.c_str()); });
}

Datum is_valid_json(FunctionCallInfo fcinfo) {
  const Datum schema = JsonbPGetDatum(PG_GETARG_JSONB_P(0));
  const Datum instance = JsonbPGetDatum(PG_GETARG_JSONB_P(1));
  const json_schema::Program& program = program_of(schema, read_formats(fcinfo, 2));
  return BoolGetDatum(json_schema::is_valid(program, view_of(instance), stop_predicate()));
}

Datum validate_json(FunctionCallInfo fcinfo) {
  const Datum schema = JsonbPGetDatum(PG_GETARG_JSONB_P(0));
  const Datum instance = JsonbPGetDatum(PG_GETARG_JSONB_P(1));
  const json_schema::Program& program = program_of(schema, read_formats(fcinfo, 2));
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(output(program, instance)));
}

Datum validate_payload(FunctionCallInfo fcinfo) {
  const Datum payload = JsonbPGetDatum(PG_GETARG_JSONB_P(1));
  begin_decision();
  const Template& definition = find_template(text_argument(fcinfo, 0));
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(output(*definition.program, payload)));
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_is_valid_json);
PG_FUNCTION_INFO_V1(command_center_validate_json);
PG_FUNCTION_INFO_V1(command_center_validate_payload);
}

Datum command_center_is_valid_json(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::is_valid_json(fcinfo); });
}

Datum command_center_validate_json(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::validate_json(fcinfo); });
}

Datum command_center_validate_payload(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::validate_payload(fcinfo); });
}
