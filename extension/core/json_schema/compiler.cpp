// Drives the compilation: which schemas are reached, which names are resolved at run time, which references
// never end.
#include "extension/core/json_schema/compiler.hpp"

#include <algorithm>
#include <utility>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "extension/core/json_schema/lint.hpp"
#include "extension/core/json_schema/node_compiler.hpp"

namespace command_center::json_schema {

namespace {

// The schemas a node applies to the very value it looks at.
std::vector<const Node*> applied_in_place(const Node& node) {
  std::vector<const Node*> applied;
  const auto add = [&](const Node* other) {
    if (other != nullptr) applied.push_back(other);
  };
  if (node.objects != nullptr) {
    for (const DependencyRule& rule : node.objects->dependencies) add(rule.node);
  }
  if (node.logic == nullptr) return applied;
  const LogicRules& logic = *node.logic;
  add(logic.reference);
  for (const DynamicReference& reference : logic.dynamic_references) {
    if (!reference.dynamic) add(reference.fallback);
  }
  for (const auto* group : {&logic.all_of, &logic.any_of, &logic.one_of}) {
    for (const Node* other : *group) add(other);
  }
  for (const Node* other : {logic.negated, logic.condition, logic.consequence, logic.alternative}) add(other);
  return applied;
}

}  // namespace

Compiler::Compiler(const SchemaRegistry& registry, const CompileOptions& options)
    : registry_(registry),
      options_(options),
      program_(std::make_shared<Program>()),
      index_(*(program_->index_ = std::make_unique<SchemaIndex>(registry, options.default_draft))) {
  program_->limits_ = options.limits;
}

CompileOutcome Compiler::run(std::shared_ptr<const values::Document> document) {
  const Site& root = index_.add_document(std::move(document), options_.base_uri, options_.default_draft);
  program_->root_ = node_for(root);
  compile_waiting();
  if (options_.strictness == Strictness::kStrict) compile_unused();
  if (has_dynamic_references()) compile_dynamic_anchors();
  refuse_loops();
  if (options_.strictness == Strictness::kStrict) lint_document();
  program_->memory_bytes_ = estimate_memory();

  CompileOutcome outcome{nullptr, index_.findings(), index_.missing()};
  std::stable_sort(outcome.findings.begin(), outcome.findings.end(), [](const Finding& a, const Finding& b) {
    return a.severity != b.severity ? a.severity == Severity::kError : a.location < b.location;
  });
  if (!has_errors()) outcome.program = program_;
  return outcome;
}

bool Compiler::has_errors() const {
  return std::any_of(index_.findings().begin(), index_.findings().end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

// Schemas that nothing refers to may be wrong, too.
void Compiler::compile_unused() {
  for (std::size_t i = 0; i < index_.schemas().size(); ++i) {
    const Site& site = *index_.schemas()[i];
    if (site.resource->document == 0) static_cast<void>(node_for(site));
    compile_waiting();
  }
}

void Compiler::lint_document() {
  AcceptsAt accepts;
  if (!has_errors()) {
    accepts = [this](const Site& site, const values::Value& value) {
      return accepts_at(*program_, *by_site_.at(&site), values::DocumentView(value));
    };
  }
  lint(index_, registry_, accepts);
}

const Node* Compiler::node_for(const Site& site) {
  const auto [place, is_new] = by_site_.emplace(&site, nullptr);
  if (is_new) {
    if (by_site_.size() > options_.limits.schemas) {
      throw Error(sqlstate::kTooLarge,
                  "schema holds more than " + std::to_string(options_.limits.schemas) + " schemas");
    }
    Node& node = program_->nodes_.emplace_back();
    node.site = &site;
    place->second = &node;
    waiting_.push_back(&node);
  }
  return place->second;
}

const patterns::Pattern* Compiler::pattern(std::string_view text, std::string& refusal) {
  const auto [place, is_new] = program_->patterns_.emplace(text, nullptr);
  if (is_new || place->second == nullptr) {
    auto outcome = patterns::Pattern::compile(text, options_.limits.pattern_program);
    refusal = std::move(outcome.refusal);
    place->second = std::move(outcome.pattern);
  }
  return place->second.get();
}

void Compiler::compile_waiting() {
  while (!waiting_.empty()) {
    Node& node = *waiting_.back();
    waiting_.pop_back();
    NodeCompiler(*this, node).compile();
  }
}

bool Compiler::has_dynamic_references() const {
  return std::any_of(program_->logic_.begin(), program_->logic_.end(), [](const LogicRules& rules) {
    return std::any_of(rules.dynamic_references.begin(), rules.dynamic_references.end(),
                       [](const DynamicReference& reference) { return reference.dynamic; });
  });
}

// Compiling an anchor may load more documents, so this goes on until nothing new appears.
void Compiler::compile_dynamic_anchors() {
  std::unordered_map<const Resource*, DynamicScopeEntry*> scopes;
  for (std::size_t i = 0; i < index_.resources().size(); ++i) {
    const Resource& resource = index_.resources()[i];
    if (resource.dynamic_anchors.empty()) continue;
    DynamicScopeEntry& scope = program_->scopes_.emplace_back();
    scopes.emplace(&resource, &scope);
    for (const auto& [name, site] : resource.dynamic_anchors) scope.anchors.emplace(name, node_for(*site));
    compile_waiting();
  }
  for (Node& node : program_->nodes_) {
    const auto scope = scopes.find(node.site->resource);
    if (scope != scopes.end()) node.scope = scope->second;
  }
}

// A schema that applies itself to the same value would never end.
void Compiler::refuse_loops() {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  struct Open {
    const Node* node;
    std::vector<const Node*> next;
  };
  std::unordered_map<const Node*, Mark> marks;
  for (const Node& start : program_->nodes_) {
    if (marks[&start] != Mark::kNew) continue;
    std::vector<Open> path{{&start, applied_in_place(start)}};
    marks[&start] = Mark::kOpen;
    while (!path.empty()) {
      Open& open = path.back();
      if (open.next.empty()) {
        marks[open.node] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const Node* next = open.next.back();
      open.next.pop_back();
      Mark& mark = marks[next];
      if (mark == Mark::kOpen) {
        index_.report(Severity::kError, "$ref", *next->site,
                      "the schema applies itself to the same value without end");
      } else if (mark == Mark::kNew) {
        mark = Mark::kOpen;
        path.push_back({next, applied_in_place(*next)});
      }
    }
  }
}

std::size_t Compiler::estimate_memory() const {
  constexpr std::size_t kBytesPerPatternInstruction = 64;
  std::size_t bytes = sizeof(Program) + program_->nodes_.size() * (sizeof(Node) + sizeof(void*));
  bytes += program_->numbers_.size() * (sizeof(NumberRules) + sizeof(NumberRules::Check));
  bytes += program_->strings_.size() * sizeof(StringRules) + program_->arrays_.size() * sizeof(ArrayRules);
  bytes += program_->logic_.size() * sizeof(LogicRules);
  for (const ObjectRules& rules : program_->objects_) {
    bytes += sizeof rules + rules.properties.size() * sizeof(PropertyRule);
  }
  for (const auto& [text, pattern] : program_->patterns_) {
    if (pattern != nullptr)
      bytes += static_cast<std::size_t>(pattern->program_size()) * kBytesPerPatternInstruction;
  }
  for (const auto& document : index_.documents()) bytes += document->memory_bytes();
  return bytes + index_.sites().size() * (sizeof(Site) + 4 * sizeof(void*));
}

}  // namespace command_center::json_schema
