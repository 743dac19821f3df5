// Lints schemas and registers those that others refer to.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/findings.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kMaxUri = 2048;

Statement insert_schema = {kInstallation,
                           "INSERT INTO command_center.shared_schemas AS known (uri, content) VALUES ($1, $2)"
                           " ON CONFLICT (uri) DO NOTHING RETURNING to_jsonb(known)",
                           2,
                           {TEXTOID, JSONBOID}};

Statement select_same = {kInstallation,
                         "SELECT FROM command_center.shared_schemas WHERE uri = $1 AND content = $2",
                         2,
                         {TEXTOID, JSONBOID}};

// C++ regime.
FindingList lint(std::string_view text) {
  json_schema::CompileOptions options;
  options.strictness = json_schema::Strictness::kStrict;
  return to_rows(compile_schema(text, options).findings);
}

Datum lint_schema(FunctionCallInfo fcinfo) {
  open_findings(fcinfo);
  put_findings(fcinfo, lint(schema_text(PG_GETARG_DATUM(0))));
  return Datum{0};
}

// References name a document by its absolute URI; a fragment is a place in it.
void check_uri(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (uri.size() <= kMaxUri && colon != std::string_view::npos && colon > 0 &&
      uri.find('#') == std::string_view::npos)
    return;
  refuse("22023", "uri must be absolute, without a fragment and at most 2048 bytes long");
}

// A reference to what does not exist yet may be registered: schemas refer to each other. Anything else that
// is wrong with it is told by whoever compiles a schema that uses it.
Datum register_schema(FunctionCallInfo fcinfo) {
  const std::string_view uri = text_argument(fcinfo, 0);
  check_uri(uri);
  const Datum schema = PG_GETARG_DATUM(1);
  (void)schema_text(schema);
  const OwnerSession session = open_session(kInstallation);
  Parameters row;
  row.add_text(uri);
  row.add(schema);
  if (run(insert_schema, row) > 0) {
    audit("register_schema", psprintf("schema %s", zero_terminated(uri)), Datum{0}, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "shared_schemas");
  } else if (run(select_same, row) == 0) {
    refuse("KC007", psprintf("schema \"%s\" is registered with another content", zero_terminated(uri)),
           nullptr, "The content of a URI never changes; register the new version under a URI of its own.");
  }
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_lint_schema);
PG_FUNCTION_INFO_V1(command_center_register_schema);
}

Datum command_center_lint_schema(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::lint_schema(fcinfo); });
}

Datum command_center_register_schema(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::register_schema(fcinfo); });
}
