// Turns a schema document into a program: walks all schemas it reaches, by an explicit work list.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extension/core/json_schema/finding.hpp"
#include "extension/core/json_schema/options.hpp"
#include "extension/core/json_schema/program.hpp"
#include "extension/core/json_schema/registry.hpp"

namespace command_center::json_schema {

struct CompileOutcome {
  std::shared_ptr<const Program> program;  // null when a finding is an error
  std::vector<Finding> findings;
  // URIs that references or `$schema` name and the registry lacks: add them and compile again.
  std::vector<std::string> missing;
};

class Compiler {
 public:
  Compiler(const SchemaRegistry& registry, const CompileOptions& options);

  [[nodiscard]] CompileOutcome run(std::shared_ptr<const values::Document> document);

  // The node of a schema; made when first asked for and filled in later.
  [[nodiscard]] const Node* node_for(const Site& site);

  [[nodiscard]] SchemaIndex& index() noexcept { return index_; }
  [[nodiscard]] const CompileOptions& options() const noexcept { return options_; }

  // New, empty rules owned by the program.
  [[nodiscard]] NumberRules& new_number_rules() { return program_->numbers_.emplace_back(); }
  [[nodiscard]] StringRules& new_string_rules() { return program_->strings_.emplace_back(); }
  [[nodiscard]] ArrayRules& new_array_rules() { return program_->arrays_.emplace_back(); }
  [[nodiscard]] ObjectRules& new_object_rules() { return program_->objects_.emplace_back(); }
  [[nodiscard]] LogicRules& new_logic_rules() { return program_->logic_.emplace_back(); }

  // The compiled pattern, shared by all keywords that use it; null with the reason in `refusal`.
  [[nodiscard]] const patterns::Pattern* pattern(std::string_view text, std::string& refusal);

 private:
  void compile_waiting();
  void compile_unused();
  void lint_document();
  [[nodiscard]] bool has_errors() const;
  void compile_dynamic_anchors();
  void refuse_loops();
  [[nodiscard]] bool has_dynamic_references() const;
  [[nodiscard]] std::size_t estimate_memory() const;

  const SchemaRegistry& registry_;
  CompileOptions options_;
  std::shared_ptr<Program> program_;
  SchemaIndex& index_;
  std::unordered_map<const Site*, Node*> by_site_;
  std::vector<Node*> waiting_;
};

}  // namespace command_center::json_schema
