// Compiles one schema object into its node.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/compiler.hpp"
#include "extension/core/json_schema/keywords.hpp"
#include "extension/core/json_schema/program.hpp"

namespace command_center::json_schema {

// Fills a node from its schema. What is malformed becomes a finding, and the keyword is left out.
class NodeCompiler {
 public:
  NodeCompiler(Compiler& compiler, Node& node);

  void compile();

 private:
  void collect_keywords();
  void compile_type();
  void compile_numbers();
  void compile_bound(Keyword inclusive, Keyword exclusive, NumberRules::Relation relation,
                     NumberRules::Relation strict);
  void add_check(NumberRules::Relation relation, Keyword keyword, const values::Value& value);
  void compile_multiple_of();
  void compile_strings();
  void compile_pattern(const values::Value& value);
  void compile_format(const values::Value& value);
  void compile_content();
  void compile_arrays();
  void compile_items();
  void compile_contains();
  void compile_objects();
  void compile_properties();
  void compile_pattern_properties();
  void compile_dependencies();
  void add_dependency(Keyword keyword, const values::Member& member);
  void compile_logic();
  void compile_enumeration(Keyword keyword);
  void compile_references();
  void compile_dynamic_reference(Keyword keyword);
  void compile_unevaluated();

  [[nodiscard]] const values::Value* get(Keyword keyword) const noexcept {
    return found_[static_cast<std::size_t>(keyword)].value;
  }
  [[nodiscard]] std::string_view name(Keyword keyword) const noexcept {
    return found_[static_cast<std::size_t>(keyword)].name;
  }
  void refuse(Keyword keyword, std::string reason);
  void refuse_pattern(Keyword keyword, std::string_view pattern, const std::string& reason);

  [[nodiscard]] const Node* subschema(Keyword keyword);
  [[nodiscard]] const Node* subschema_at(Keyword keyword, const values::Value& value);
  [[nodiscard]] std::vector<const Node*> subschema_list(Keyword keyword);
  [[nodiscard]] bool read_count(Keyword keyword, std::uint64_t& count);
  [[nodiscard]] std::vector<std::string_view> read_names(Keyword keyword, const values::Value& value);

  [[nodiscard]] NumberRules& numbers();
  [[nodiscard]] StringRules& strings();
  [[nodiscard]] ArrayRules& arrays();
  [[nodiscard]] ObjectRules& objects();
  [[nodiscard]] LogicRules& logic();

  struct Found {
    const values::Value* value = nullptr;
    std::string_view name;
  };
  static constexpr std::size_t kKeywordCount = static_cast<std::size_t>(Keyword::kContentSchema) + 1;

  Compiler& compiler_;
  Node& node_;
  const values::Value& schema_;
  const Dialect dialect_;
  std::array<Found, kKeywordCount> found_{};
  NumberRules* numbers_ = nullptr;
  StringRules* strings_ = nullptr;
  ArrayRules* arrays_ = nullptr;
  ObjectRules* objects_ = nullptr;
  LogicRules* logic_ = nullptr;
};

}  // namespace command_center::json_schema
