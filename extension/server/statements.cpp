// A thin layer over SPI that turns its result codes into errors.
#include "extension/server/statements.hpp"

#include "extension/server/arguments.hpp"
#include "extension/server/newest_snapshot.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

constexpr const char* kLookAtDoctor =
    "Somebody changed a table, or put a trigger or a rule on it, since setup() made it: see doctor().";

// Between ALTER EXTENSION … UPDATE and setup() our statements name tables and columns that are not there yet.
// Columns that somebody gave another type since make operators and casts that there are none of.
void hint_at_setup(void* installation) {
  switch (geterrcode()) {
    case ERRCODE_UNDEFINED_TABLE:
    case ERRCODE_UNDEFINED_COLUMN:
      errhint("%s", static_cast<const Installation*>(installation)->setup_hint);
      break;
    case ERRCODE_UNDEFINED_FUNCTION:
    case ERRCODE_AMBIGUOUS_FUNCTION:
    case ERRCODE_DATATYPE_MISMATCH:
    case ERRCODE_CANNOT_COERCE:
    case ERRCODE_INDETERMINATE_COLLATION:
    case ERRCODE_WRONG_OBJECT_TYPE:
    case ERRCODE_INVALID_COLUMN_REFERENCE:
      errhint("%s", kLookAtDoctor);
      break;
    default:
      return;
  }
  errcode(MAKE_SQLSTATE('K', 'C', '0', '1', '5'));
}

constexpr const char* kSearchPath = "pg_catalog, pg_temp";

void pin(const char* name, const char* setting) {
  (void)set_config_option(name, setting, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

// The owner runs nothing that a caller put into the way, operators least of all. Most functions have the same
// in a SET clause, and nothing is to do; execute_command has none: it would cost it more than all its
// permission checks. The others say what our texts mean and which names are quoted in answers; who leaves
// them alone has no cost either.
int pin_settings() {
  const int level = NewGUCNestLevel();
  if (strcmp(namespace_search_path, kSearchPath) != 0) pin("search_path", kSearchPath);
  if (!standard_conforming_strings) pin("standard_conforming_strings", "on");
  if (!Array_nulls) pin("array_nulls", "on");
  if (Transform_null_equals) pin("transform_null_equals", "off");
  if (quote_all_identifiers) pin("quote_all_identifiers", "off");
  if (!row_security) pin("row_security", "on");
  return level;
}

void connect() {
  if (const int code = SPI_connect(); code != SPI_OK_CONNECT) {
    elog(ERROR, "could not connect to SPI: %s", SPI_result_code_string(code));
  }
}

int plan_option(Planning planning) {
  switch (planning) {
    case Planning::kOnce:
      return CURSOR_OPT_GENERIC_PLAN;
    case Planning::kEachTime:
      return CURSOR_OPT_CUSTOM_PLAN;
    case Planning::kServerDecides:
      break;
  }
  return 0;
}

// Reads the statement anew after a change of a table, so that what does not fit any more says so. Plans
// nothing: that would lock every partition.
void reread(const Statement& statement) {
  ErrorContextCallback hint = {error_context_stack, hint_at_setup,
                               const_cast<Installation*>(&statement.installation)};
  error_context_stack = &hint;
  const List* sources = SPI_plan_get_plan_sources(statement.plan);
  for (int i = 0; i < list_length(sources); ++i)
    (void)CachedPlanGetTargetList(static_cast<CachedPlanSource*>(list_nth(sources, i)), nullptr);
  error_context_stack = hint.previous;
}

SPIPlanPtr planned(Statement& statement) {
  if (statement.plan != nullptr) {
    if (!SPI_plan_is_valid(statement.plan)) reread(statement);
    return statement.plan;
  }
  statement.plan = make_plan(statement, statement.sql, statement.planning);
  return statement.plan;
}

void check_there(std::uint64_t row) {
  if (SPI_tuptable != nullptr && row < SPI_tuptable->numvals) return;
  refuse("KC015", "a row that was to be written or read is not there", nullptr, kLookAtDoctor);
}

const char* name_of(int column) {
  return NameStr(TupleDescAttr(SPI_tuptable->tupdesc, column)->attname);
}

// A domain, and varchar for text, have the same bytes.
void check_type(int column, Oid type) {
  const Oid found = TupleDescAttr(SPI_tuptable->tupdesc, column)->atttypid;
  if (found == type || IsBinaryCoercible(found, type)) return;
  refuse("KC015",
         psprintf("column \"%s\" is of type %s, not %s", name_of(column), format_type_be(found),
                  format_type_be(type)),
         nullptr, kLookAtDoctor);
}

[[noreturn]] void refuse_null(int column) {
  refuse("KC015", psprintf("column \"%s\" is null", name_of(column)), nullptr, kLookAtDoctor);
}

std::uint64_t checked(int code) {
  if (code < 0) elog(ERROR, "could not run a statement: %s", SPI_result_code_string(code));
  return SPI_processed;
}

// A rule put another statement into the place of ours, or none. A plan of none depends on no table: the
// server would keep it when the rule is gone, so it is forgotten.
std::uint64_t checked(Statement& statement, int code) {
  if (code == SPI_OK_REWRITTEN) {
    (void)SPI_freeplan(statement.plan);
    statement.plan = nullptr;
    refuse(
        "KC015",
        psprintf("a rule on a table of \"%s\" takes the place of a statement", statement.installation.schema),
        nullptr, kLookAtDoctor);
  }
  return checked(code);
}

}  // namespace

void Parameters::put(Datum value, char null) {
  Assert(count_ < kMaxParameters);
  values_[count_] = value;
  nulls_[count_] = null;
  ++count_;
}

void Parameters::add(Datum value) {
  put(value, ' ');
}
void Parameters::add_null() {
  put(Datum{0}, 'n');
}
void Parameters::add_text(std::string_view text) {
  add(text_datum(text));
}
void Parameters::add_text_or_null(std::string_view text) {
  if (text.data() == nullptr) {
    add_null();
  } else {
    add_text(text);
  }
}
void Parameters::add_int(int value) {
  add(Int32GetDatum(value));
}
void Parameters::add_bigint(std::int64_t value) {
  add(Int64GetDatum(value));
}
void Parameters::add_argument(FunctionCallInfo fcinfo, int argument) {
  put(PG_GETARG_DATUM(argument), PG_ARGISNULL(argument) ? 'n' : ' ');
}
void Parameters::append(const Parameters& others) {
  for (int i = 0; i < others.count_; ++i) put(others.values_[i], others.nulls_[i]);
}

OwnerSession open_session(const Installation& installation) {
  connect();
  const int settings_level = pin_settings();
  return {become_owner(installation), settings_level};
}

OwnerSession open_session_as(Identity identity) {
  connect();
  const int settings_level = pin_settings();
  Identity before{};
  GetUserIdAndSecContext(&before.user, &before.security_context);
  resume_identity(identity);
  return {before, settings_level};
}

void close_session(OwnerSession session) {
  resume_identity(session.identity);
  // false: what a trigger of the owner has SET goes as well, or the caller would go on with it.
  AtEOXact_GUC(false, session.settings_level);
  SPI_finish();
}

std::uint64_t run(Statement& statement, const Parameters& parameters) {
  return checked(statement, SPI_execute_plan(planned(statement), const_cast<Datum*>(parameters.values()),
                                             parameters.nulls(), false, 0));
}

std::uint64_t run_with_latest_snapshot(Statement& statement, const Parameters& parameters) {
  return checked(statement, SPI_execute_snapshot(planned(statement), const_cast<Datum*>(parameters.values()),
                                                 parameters.nulls(), newest_snapshot(), InvalidSnapshot, true,
                                                 false, 0));
}

std::uint64_t lock_with_latest_snapshot(Statement& statement, const Parameters& parameters) {
  return checked(statement, SPI_execute_snapshot(planned(statement), const_cast<Datum*>(parameters.values()),
                                                 parameters.nulls(), newest_snapshot(), InvalidSnapshot,
                                                 false, false, 0));
}

// The crosscheck is what foreign keys do.
std::uint64_t change_with_latest_snapshot(Statement& statement, const Parameters& parameters) {
  Snapshot crosscheck = IsolationUsesXactSnapshot() ? GetTransactionSnapshot() : InvalidSnapshot;
  return checked(statement,
                 SPI_execute_snapshot(planned(statement), const_cast<Datum*>(parameters.values()),
                                      parameters.nulls(), newest_snapshot(), crosscheck, false, true, 0));
}

std::uint64_t change_under_lock(Statement& statement, const Parameters& parameters) {
  return checked(statement, SPI_execute_snapshot(planned(statement), const_cast<Datum*>(parameters.values()),
                                                 parameters.nulls(), newest_snapshot(), InvalidSnapshot,
                                                 false, true, 0));
}

void run_text(const char* sql) {
  (void)checked(SPI_execute(sql, false, 0));
}

std::uint64_t run_text_with(const char* sql, const Oid* types, const Parameters& parameters) {
  SPIPlanPtr plan = SPI_prepare(sql, parameters.count(), const_cast<Oid*>(types));
  if (plan == nullptr) elog(ERROR, "could not plan a statement: %s", SPI_result_code_string(SPI_result));
  return checked(SPI_execute_snapshot(plan, const_cast<Datum*>(parameters.values()), parameters.nulls(),
                                      newest_snapshot(), InvalidSnapshot, true, false, 0));
}

_SPI_plan* make_plan(const Statement& statement, const char* sql, Planning planning) {
  ErrorContextCallback hint = {error_context_stack, hint_at_setup,
                               const_cast<Installation*>(&statement.installation)};
  error_context_stack = &hint;
  SPIPlanPtr plan = SPI_prepare_cursor(sql, statement.parameter_count,
                                       const_cast<Oid*>(statement.parameter_types), plan_option(planning));
  error_context_stack = hint.previous;
  if (plan == nullptr || SPI_keepplan(plan) != 0)
    elog(ERROR, "could not plan a statement: %s", SPI_result_code_string(SPI_result));
  return plan;
}

std::uint64_t read_by(_SPI_plan* plan, const Parameters& parameters) {
  return checked(
      SPI_execute_plan(plan, const_cast<Datum*>(parameters.values()), parameters.nulls(), true, 0));
}

std::uint64_t read(Statement& statement, const Parameters& parameters) {
  return checked(statement, SPI_execute_plan(planned(statement), const_cast<Datum*>(parameters.values()),
                                             parameters.nulls(), true, 0));
}

PortalData* open_cursor(Statement& statement, const Parameters& parameters) {
  Portal cursor = SPI_cursor_open(nullptr, planned(statement), const_cast<Datum*>(parameters.values()),
                                  parameters.nulls(), false);
  if (cursor == nullptr) elog(ERROR, "could not open a cursor: %s", SPI_result_code_string(SPI_result));
  return cursor;
}

std::uint64_t fetch(PortalData* cursor, int rows) {
  SPI_freetuptable(SPI_tuptable);
  SPI_cursor_fetch(cursor, true, rows);
  return SPI_processed;
}

int force_index_scans() {
  const int level = NewGUCNestLevel();
  constexpr int kWorkMem = 64 * 1024;
  const bool is_in_force =
      !enable_seqscan && !enable_bitmapscan && !enable_sort && !jit_enabled && work_mem == kWorkMem;
  if (is_in_force) return level;
  const auto set = [](const char* name, const char* setting) {
    (void)set_config_option(name, setting, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  };
  set("enable_seqscan", "off");
  set("enable_bitmapscan", "off");
  set("enable_sort", "off");
  set("jit", "off");
  set("work_mem", "64MB");
  return level;
}

void resume_planner(int level) {
  AtEOXact_GUC(true, level);
}

bool is_null(std::uint64_t row, int column) {
  check_there(row);
  bool null = false;
  (void)SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1, &null);
  return null;
}

Datum value(std::uint64_t row, int column, Oid type) {
  check_there(row);
  check_type(column, type);
  bool null = false;
  const Datum found = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1, &null);
  if (null) refuse_null(column);
  return found;
}

char* text_value_or_null(std::uint64_t row, int column) {
  check_there(row);
  return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1);
}
char* text_value(std::uint64_t row, int column) {
  char* text = text_value_or_null(row, column);
  if (text == nullptr) refuse_null(column);
  return text;
}

std::int64_t bigint_value(std::uint64_t row, int column) {
  return DatumGetInt64(value(row, column, INT8OID));
}
int int_value(std::uint64_t row, int column) {
  return DatumGetInt32(value(row, column, INT4OID));
}
bool bool_value(std::uint64_t row, int column) {
  return DatumGetBool(value(row, column, BOOLOID));
}

void put_rows(const ReturnSetInfo* result) {
  if (SPI_tuptable == nullptr) return;
  if (SPI_tuptable->tupdesc->natts != result->setDesc->natts)
    elog(ERROR, "a statement answers %d columns, not %d", SPI_tuptable->tupdesc->natts,
         result->setDesc->natts);
  for (int i = 0; i < result->setDesc->natts; ++i) check_type(i, TupleDescAttr(result->setDesc, i)->atttypid);
  for (std::uint64_t row = 0; row < SPI_tuptable->numvals; ++row)
    tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
}

}  // namespace command_center::server
