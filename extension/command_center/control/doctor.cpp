// Asks every question of doctor_checks.cpp and hands on what it found.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/control/doctor_checks.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/caches/watching.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kColumns = 4;

void add_finding(const ReturnSetInfo* result, const char* severity, const char* name, const char* finding,
                 const char* remedy) {
  Datum values[kColumns] = {CStringGetTextDatum(severity), CStringGetTextDatum(name),
                            CStringGetTextDatum(finding), CStringGetTextDatum(remedy)};
  bool nulls[kColumns] = {};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

void ask(const ReturnSetInfo* result, const Check& check) {
  run_text(check.sql);
  for (std::uint64_t row = 0; row < SPI_processed; ++row) {
    add_finding(result, text_value(row, 0), check.name, text_value(row, 1), text_value(row, 2));
  }
}

// A change of such a table reaches the caches of open sessions only when a function of ours makes it.
Check check_watching() {
  return {"catalogue_triggers",
          psprintf("SELECT 'warning', format('changes of \"command_center.%%s\" that no function makes do "
                   "not reach open sessions', name),"
                   " 'SELECT command_center.maintain(); it makes and enables the triggers.'"
                   " FROM (%s) AS unwatched (name, statements)",
                   query_for_unwatched(kInstallation))};
}

// A question that cannot be asked is a finding: a table is missing until setup() has run, or a right.
void try_to_ask(const ReturnSetInfo* result, const Check& check) {
  CHECK_FOR_INTERRUPTS();
  const auto outcome = boundary::in_subtransaction([result, &check] { ask(result, check); });
  if (outcome.succeeded()) return;
  add_finding(result, "warning", check.name, psprintf("could not look: %s", outcome.error->message),
              "Call command_center.setup(), or give the owner of the tables the right.");
}

void ask_each(const ReturnSetInfo* result) {
  const Checks checks = doctor_checks();
  for (int i = 0; i < checks.count; ++i) try_to_ask(result, checks.check[i]);
  try_to_ask(result, check_watching());
}

Datum doctor(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  if (!is_installed(kInstallation, "command_dispatches")) {
    add_finding(result, "error", "setup_steps", "setup() has not run: there are no tables",
                "SELECT command_center.setup(); as the role that shall own the tables.");
    return Datum{0};
  }
  const OwnerSession session = open_session(kInstallation);
  ask_each(result);
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_doctor);
}

Datum command_center_doctor(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::doctor(fcinfo); });
}
