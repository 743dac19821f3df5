// Evaluates the metaschema on the schema with the engine itself, and turns its errors into findings.
#include "extension/core/json_schema/lint_metaschema.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "extension/core/json_schema/json_schema.hpp"
#include "extension/core/json_schema/uri.hpp"

namespace command_center::json_schema {

namespace {

using values::Document;
using values::Value;

std::string_view member_text(const Value& object, std::string_view key) {
  const Value* value = values::find_member(object, key);
  return value == nullptr ? std::string_view() : value->string();
}

// A metaschema applies several schemas for each level of the document: one that nests deeper than this would
// reach the limit of an evaluation.
constexpr std::size_t kDeepestChecked = 20;

// How many levels of arrays and objects a value has. Its parser has bounded them.
std::size_t depth_of(const Value& value) {
  std::size_t deepest = 0;
  if (value.kind == values::Kind::kArray) {
    for (std::uint32_t i = 0; i < value.size; ++i) deepest = std::max(deepest, depth_of(value.elements[i]));
    return deepest + 1;
  }
  if (value.kind == values::Kind::kObject) {
    for (std::uint32_t i = 0; i < value.size; ++i)
      deepest = std::max(deepest, depth_of(value.members[i].value));
    return deepest + 1;
  }
  return 0;
}

// The errors of the metaschema about a document; an empty array when the metaschema itself is not usable.
std::string errors_of(const Site& root, const SchemaRegistry& registry) {
  const Value* named = values::find_member(*root.value, "$schema");
  const bool is_named = named != nullptr && named->kind == values::Kind::kString;
  const std::string_view uri = is_named && !find_draft(named->string())
                                   ? split_fragment(named->string()).without_fragment
                                   : metaschema_uri(root.resource->dialect.draft);
  const auto metaschema = registry.find(uri);
  if (metaschema == nullptr) return "[]";
  CompileOptions options;
  options.formats = FormatMode::kAnnotate;
  options.base_uri = uri;
  const auto outcome = Compiler(registry, options).run(metaschema);
  return outcome.program == nullptr ? "[]" : list_errors(*outcome.program, values::DocumentView(*root.value));
}

}  // namespace

void lint_against_metaschema(SchemaIndex& index, const SchemaRegistry& registry) {
  const Site& root = *index.resources().front().root;
  std::set<std::string> known;
  for (const Finding& finding : index.findings()) known.insert(finding.location);
  if (depth_of(*root.value) > kDeepestChecked) {
    index.report(Severity::kWarning, "metaschema", root,
                 "was not checked against its metaschema: it is nested deeper than " +
                     std::to_string(kDeepestChecked) + " levels");
    return;
  }
  const auto errors = Document::parse(errors_of(root, registry));
  for (std::uint32_t i = 0; i < errors->root().size; ++i) {
    const Value& error = errors->root().elements[i];
    std::string location(member_text(error, "instanceLocation"));
    if (!known.insert(location).second) continue;
    index.add_finding({Severity::kError, "metaschema", std::move(location),
                       "violates the metaschema: " + std::string(member_text(error, "error"))});
  }
}

}  // namespace command_center::json_schema
