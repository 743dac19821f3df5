// What is said about a schema, as rows and as the detail of an error.
#pragma once

#include <string>
#include <vector>

#include "extension/command_center/installation.hpp"
#include "extension/core/json_schema/finding.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// Plain data in the calling context.
struct FindingRow {
  Datum severity;
  Datum keyword;
  Datum location;
  Datum message;
};

struct FindingList {
  FindingRow* rows;
  int count;
};

// KC013 with the findings as a JSON array in DETAIL. C++ regime.
[[noreturn]] void refuse_findings(const char* message, const std::vector<json_schema::Finding>& findings);

// C++ regime.
[[nodiscard]] FindingList to_rows(const std::vector<json_schema::Finding>& findings);

// The result of a function that answers findings as rows, and what adds them to it. Postgres regime.
void open_findings(FunctionCallInfoBaseData* fcinfo);
void put_findings(FunctionCallInfoBaseData* fcinfo, const FindingList& findings);

}  // namespace command_center::extension
