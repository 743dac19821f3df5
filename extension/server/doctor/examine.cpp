// Runs each check in a subtransaction of its own, as the owner of the tables.
#include "extension/server/doctor/examine.hpp"

#include <cstring>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/server/caches/watching.hpp"
#include "extension/server/doctor/common_checks.hpp"
#include "extension/server/doctor/made_by_setup.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

constexpr int kColumns = 4;

// What the steps below share.
struct Examination {
  const Installation& installation;
  const ReturnSetInfo* result;
  const char* prefix;  // of the names of checks
};

void add_finding(const Examination& examination, const char* severity, const char* name, const char* finding,
                 const char* remedy) {
  Datum values[kColumns] = {CStringGetTextDatum(severity),
                            CStringGetTextDatum(psprintf("%s%s", examination.prefix, name)),
                            CStringGetTextDatum(finding), CStringGetTextDatum(remedy)};
  bool nulls[kColumns] = {};
  tuplestore_putvalues(examination.result->setResult, examination.result->setDesc, values, nulls);
}

// Appends the word that `at` starts with, filled, and answers its length; 0 for any other text.
std::size_t fill_word(StringInfo filled, const char* at, const char* word, const char* filling) {
  const std::size_t length = std::strlen(word);
  if (std::strncmp(at, word, length) != 0) return 0;
  appendStringInfoString(filled, filling);
  return length;
}

const char* filled_in(const Installation& installation, const char* sql) {
  StringInfoData filled;
  initStringInfo(&filled);
  while (*sql != '\0') {
    std::size_t length = fill_word(&filled, sql, "{schema}", installation.schema);
    if (length == 0) length = fill_word(&filled, sql, "{owner_table}", installation.owner_table);
    if (length == 0) {
      appendStringInfoChar(&filled, *sql);
      length = 1;
    }
    sql += length;
  }
  return filled.data;
}

void find(const Examination& examination, const Check& check) {
  run_text(filled_in(examination.installation, check.sql));
  for (std::uint64_t row = 0; row < SPI_processed; ++row) {
    add_finding(examination, text_value(row, 0), check.name, text_value(row, 1), text_value(row, 2));
  }
}

// Where two queries must mean the same (made_by_setup.hpp).
void compare(const Examination& examination, const Check& check) {
  run_text(filled_in(examination.installation, check.sql));
  for (std::uint64_t row = 0; row < SPI_processed; ++row) {
    CHECK_FOR_INTERRUPTS();
    if (mean_the_same(text_value(row, 1), text_value(row, 2))) continue;
    add_finding(examination, text_value(row, 0), check.name, text_value(row, 3), text_value(row, 4));
  }
}

// A question that cannot be asked is a finding: a table is missing until setup() has run, or a right.
void ask_each(const Examination& examination, Checks checks, void (*ask)(const Examination&, const Check&)) {
  for (int i = 0; i < checks.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Check* check = &checks.check[i];
    if (check->applies != nullptr && !check->applies()) continue;
    const auto outcome =
        boundary::in_subtransaction([&examination, check, ask] { ask(examination, *check); });
    if (outcome.succeeded()) continue;
    add_finding(examination, "warning", check->name, psprintf("could not look: %s", outcome.error->message),
                psprintf("Call %s.setup(), or give the owner of the tables the right.",
                         examination.installation.schema));
  }
}

// A change of such a table reaches the caches of open sessions only when a function of ours makes it.
Check check_watching(const Installation& installation) {
  return {
      "catalogue_triggers",
      psprintf(
          "SELECT 'warning', format('changes of \"{schema}.%%s\" that no function makes do not reach open "
          "sessions', name),"
          " 'SELECT {schema}.maintain(); it makes and enables the triggers.'"
          " FROM (%s) AS unwatched (name, statements)",
          query_for_unwatched(installation))};
}

void tell_difference(const Examination& examination, Oid relation, const TableShape& shape) {
  Relation opened = table_open(relation, AccessShareLock);
  const char* found = difference(opened, shape);
  if (found != nullptr) {
    add_finding(
        examination, "warning", "table_shape",
        psprintf("\"%s.%s\" %s", examination.installation.schema, RelationGetRelationName(opened), found),
        shape.ground == Ground::kStatements
            ? "Undo it: what reads or writes it meanwhile may be refused."
            : "Undo it: its rows go by slower statements meanwhile, or are refused with KC015.");
  }
  table_close(opened, AccessShareLock);
}

// The table and each of its partitions.
void compare_with(const Examination& examination, const TableShape& shape) {
  const Oid table = find_relation(examination.installation, shape.name);
  if (!OidIsValid(table)) {
    add_finding(examination, "error", "table_shape",
                psprintf("\"%s.%s\" is not there", examination.installation.schema, shape.name),
                examination.installation.setup_hint);
    return;
  }
  tell_difference(examination, table, shape);
  if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE) return;
  Relation opened = table_open(table, AccessShareLock);
  PartitionDesc partitions = RelationGetPartitionDesc(opened, true);
  for (int i = 0; i < partitions->nparts; ++i) tell_difference(examination, partitions->oids[i], shape);
  table_close(opened, AccessShareLock);
}

void compare_tables(const Extension& extension, const Examination& examination) {
  if (extension.shapes == nullptr) return;
  const Shapes shapes = extension.shapes();
  for (int i = 0; i < shapes.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const TableShape* shape = shapes.shape[i];
    const auto outcome =
        boundary::in_subtransaction([&examination, shape] { compare_with(examination, *shape); });
    if (outcome.succeeded()) continue;
    add_finding(examination, "warning", "table_shape", psprintf("could not look: %s", outcome.error->message),
                "See what locks the table.");
  }
}

void examine_as_owner(const Extension& extension, const Examination& examination) {
  const OwnerSession session = open_session(extension.installation);
  ask_each(examination, common_checks(), find);
  ask_each(examination, checks_of_what_was_made(), find);
  ask_each(examination, comparisons_of_what_was_made(), compare);
  ask_each(examination, extension.checks(), find);
  const Check watching = check_watching(extension.installation);
  ask_each(examination, {&watching, 1}, find);
  compare_tables(extension, examination);
  close_session(session);
}

}  // namespace

void examine(const Extension& extension, const ReturnSetInfo* result) {
  const Installation& installation = extension.installation;
  const Examination examination = {installation, result, ""};
  if (!is_installed(installation, installation.owner_table)) {
    add_finding(examination, "error", "setup_steps", "setup() has not run: there are no tables",
                psprintf("SELECT %s.setup(); as the role that shall own the tables.", installation.schema));
    return;
  }
  examine_as_owner(extension, examination);
}

void examine_others(const Extension& extension, const ReturnSetInfo* result) {
  const Family all = family();
  for (int i = 0; i < all.count; ++i) {
    const Extension* other = all.extensions[i];
    if (other == &extension || !is_in_use(*other)) continue;
    const Examination examination = {other->installation, result,
                                     psprintf("%s.", other->installation.schema)};
    const auto outcome =
        boundary::in_subtransaction([other, &examination] { examine_as_owner(*other, examination); });
    if (outcome.succeeded()) continue;
    add_finding(examination, "error", "doctor", psprintf("could not look: %s", outcome.error->message),
                psprintf("SELECT * FROM %s.doctor();", other->installation.schema));
  }
}

}  // namespace command_center::server
