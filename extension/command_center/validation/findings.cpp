// Writes findings as rows and as JSON.
#include "extension/command_center/validation/findings.hpp"
#include "extension/command_center/installation.hpp"

#include <string_view>

#include "extension/boundary/call_pg.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using json_schema::Finding;
using json_schema::Severity;

const char* name_of(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

}  // namespace

void refuse_findings(const char* message, const std::vector<Finding>& findings) {
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const Finding& finding : findings) {
    writer.begin_object();
    writer.member("severity", name_of(finding.severity));
    writer.member("keyword", finding.code);
    writer.member("location", finding.location);
    writer.member("message", finding.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, message, detail);
}

FindingList to_rows(const std::vector<Finding>& findings) {
  const int count = static_cast<int>(findings.size());
  auto* rows = boundary::call_pg([count]() noexcept {
    return static_cast<FindingRow*>(palloc0(sizeof(FindingRow) * static_cast<std::size_t>(count + 1)));
  });
  for (int i = 0; i < count; ++i) {
    const Finding& finding = findings[static_cast<std::size_t>(i)];
    boundary::call_pg([&finding, rows, i]() noexcept {
      rows[i] = {text_datum(name_of(finding.severity)), text_datum(finding.code),
                 text_datum(finding.location), text_datum(finding.message)};
    });
  }
  return {rows, count};
}

void open_findings(FunctionCallInfo fcinfo) {
  // Of command_center.finding.
  constexpr Oid kColumns[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
  open_rows(fcinfo, kColumns);
}

void put_findings(FunctionCallInfo fcinfo, const FindingList& findings) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int i = 0; i < findings.count; ++i) {
    const FindingRow& row = findings.rows[i];
    Datum values[] = {row.severity, row.keyword, row.location, row.message};
    bool nulls[] = {false, false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
}

}  // namespace command_center::extension
