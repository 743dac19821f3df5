// What compiling and linting say about a schema.
#pragma once

#include <string>

namespace command_center::json_schema {

enum class Severity { kError, kWarning };

// `code` is a stable word for programs (the keyword concerned, or a rule's name); `location` is a JSON
// Pointer into the schema given, preceded by the URI of the document and "#" when the finding lies in a
// referenced one.
struct Finding {
  Severity severity = Severity::kError;
  std::string code;
  std::string location;
  std::string message;
};

}  // namespace command_center::json_schema
