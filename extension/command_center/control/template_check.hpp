// Checks what a template says: its schema, strictly, and its examples against it.
#pragma once

#include <string_view>

#include "extension/command_center/server_types.hpp"

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

// The warnings about a schema. C++ regime. KC013 with the located findings in DETAIL when it has errors, or when an example does not do what
// it says. `examples` may be null.
[[nodiscard]] FindingList check_template(std::string_view schema_text, JsonbContainer* examples);

// Adds the findings to the materialized result of a function. Postgres regime.
void put_findings(FunctionCallInfoBaseData* fcinfo, const FindingList& findings);

}  // namespace command_center::extension
