// Changes catalogue rows under their table's lock.
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/command_center/control/audit.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_command = {kInstallation,
                            "SELECT FROM command_center.command_templates WHERE command_name = $1 LIMIT 1",
                            1,
                            {TEXTOID}};

void check_version(const ScopedTable& table, const ScopedRow& row, ExpectedVersion expected) {
  if (!expected.given || expected.version == row.version) return;
  refuse("KC006", psprintf("%s has version %d, not %d", table.noun, row.version, expected.version),
         psprintf("{\"version\": %d}", row.version),
         psprintf("Read the %s again and decide anew; version 0 means that there is none.", table.noun));
}

const char* part_text(FunctionCallInfo fcinfo, const ScopePart& part) {
  if (part.type != UUIDOID) return text_to_cstring(PG_GETARG_TEXT_PP(part.argument));
  return DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(part.argument)));
}

}  // namespace

ExpectedVersion expected_version(FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) return {};
  return {true, PG_GETARG_INT32(argument)};
}

Datum version_row(FunctionCallInfo fcinfo, const ScopedRow& row) {
  TupleDesc row_type = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &row_type) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "the function must return a row");
  // Of command_center.route_version and feature_version.
  constexpr Oid kColumns[] = {UUIDOID, INT4OID};
  check_row_type(row_type, kColumns);
  Datum values[] = {uuid_datum(row.id), Int32GetDatum(row.version)};
  bool nulls[] = {false, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row_type), values, nulls));
}

const char* scoped_object(FunctionCallInfo fcinfo, const char* noun, int command_name,
                          std::initializer_list<ScopePart> scope) {
  StringInfoData object;
  initStringInfo(&object);
  appendStringInfo(
      &object, "%s of %s", noun,
      PG_ARGISNULL(command_name) ? "every command" : text_to_cstring(PG_GETARG_TEXT_PP(command_name)));
  for (const ScopePart& part : scope) {
    if (PG_ARGISNULL(part.argument)) continue;
    appendStringInfo(&object, ", %s %s", part.name, part_text(fcinfo, part));
  }
  return object.data;
}

void check_command_exists(FunctionCallInfo fcinfo, int command_name) {
  if (PG_ARGISNULL(command_name)) return;
  Parameters command;
  command.add_argument(fcinfo, command_name);
  if (run_with_latest_snapshot(select_command, command) > 0) return;
  refuse("KC002",
         psprintf("command \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(command_name))));
}

ScopedRow lock_scoped_row(ScopedTable& table, const Parameters& scope) {
  lock_for_change(kInstallation, table.name);
  if (run_with_latest_snapshot(table.select, scope) == 0) return {};
  return {uuid_value(value(0, 0, UUIDOID)), int_value(0, 1), value(0, 2, JSONBOID)};
}

ScopedRow put_scoped_row(ScopedTable& table, const Parameters& scope, const Parameters& contents,
                         ExpectedVersion expected, const AuditedChange& change) {
  const ScopedRow before = lock_scoped_row(table, scope);
  check_version(table, before, expected);
  ScopedRow row = before;
  if (before.version == 0) {
    row.id = new_uuid(GetCurrentTimestamp());
    Parameters made = scope;
    made.append(contents);
    made.add(uuid_datum(row.id));
    (void)run(table.insert, made);
  } else {
    Parameters changed;
    changed.add(uuid_datum(row.id));
    changed.append(contents);
    if (change_with_latest_snapshot(table.update, changed) == 0) return before;
  }
  row.row = value(0, 0, JSONBOID);
  ++row.version;
  audit(change.action, change.object, before.row, row.row);
  announce_catalogue_change(kInstallation, table.name);
  return row;
}

void remove_scoped_row(ScopedTable& table, const ScopedRow& row, ExpectedVersion expected,
                       const AuditedChange& change) {
  check_version(table, row, expected);
  Parameters removed;
  removed.add(uuid_datum(row.id));
  (void)change_with_latest_snapshot(table.remove, removed);
  audit(change.action, change.object, row.row, Datum{0});
  announce_catalogue_change(kInstallation, table.name);
}

}  // namespace command_center::extension
