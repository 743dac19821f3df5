// What a caller of the engine sees: programs or findings, answers, errors in the "basic" form, limits,
// interrupts.
#include "extension/core/json_schema/json_schema.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "extension/core/error/error.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace command_center::json_schema {

namespace {

using values::Document;
using values::DocumentView;
using values::JsonbView;

std::shared_ptr<const Program> compiled(std::string_view schema, const CompileOptions& options = {}) {
  auto outcome = compile(schema, SchemaRegistry(), options);
  EXPECT_NE(outcome.program, nullptr) << (outcome.findings.empty() ? "" : outcome.findings.front().message);
  return outcome.program;
}

bool accepts(const Program& program, std::string_view instance) {
  const std::string bytes = tests::encode_jsonb(instance);
  return is_valid(program, JsonbView::of_root(bytes.data()));
}

std::string errors_of(const Program& program, std::string_view instance) {
  const std::string bytes = tests::encode_jsonb(instance);
  return list_errors(program, JsonbView::of_root(bytes.data()));
}

std::string sqlstate_of(const Program& program, std::string_view instance) {
  try {
    static_cast<void>(accepts(program, instance));
  } catch (const Error& error) {
    return error.sqlstate();
  }
  return "";
}

}  // namespace

TEST(JsonSchema, ListsErrorsInTheBasicFormWithKeywordAndParams) {
  const auto program = compiled(R"({"$id":"https://example.com/guest","type":"object","required":["name"],
    "properties":{"name":{"type":"string"},"nights":{"minimum":1}},"additionalProperties":false})");
  EXPECT_EQ(errors_of(*program, R"({"name":"A","nights":2})"), "[]");
  EXPECT_EQ(
      errors_of(*program, R"({"nights":0,"extra":true})"),
      R"([{"keyword":"required","instanceLocation":"","keywordLocation":"/required",)"
      R"("absoluteKeywordLocation":"https://example.com/guest#/required",)"
      R"("error":"must have the property \"name\"","params":{"missingProperty":"name"}},)"
      R"({"keyword":"additionalProperties","instanceLocation":"/extra","keywordLocation":"/additionalProperties",)"
      R"("absoluteKeywordLocation":"https://example.com/guest#/additionalProperties",)"
      R"("error":"is not allowed","params":{}},)"
      R"({"keyword":"minimum","instanceLocation":"/nights","keywordLocation":"/properties/nights/minimum",)"
      R"("absoluteKeywordLocation":"https://example.com/guest#/properties/nights/minimum",)"
      R"("error":"must be at least 1","params":{"limit":1}}])");
}

TEST(JsonSchema, NeverRepeatsTheRejectedValue) {
  const auto program = compiled(R"({"properties":{"card":{"type":"string","maxLength":4,"pattern":"^[0-9]+$",
    "enum":["1234"],"const":"1234","format":"ipv4","not":{"type":"string"}}}})");
  const std::string errors = errors_of(*program, R"({"card":"secret-value"})");
  EXPECT_NE(errors, "[]");
  EXPECT_EQ(errors.find("secret-value"), std::string::npos);
}

TEST(JsonSchema, ListsAtMostAHundredErrors) {
  const auto program = compiled(R"({"items":{"type":"string"}})");
  std::string instance = "[0";
  for (int i = 0; i < 1000; ++i) instance += ",1";
  const auto errors = Document::parse(errors_of(*program, instance + "]"));
  EXPECT_EQ(errors->root().size, 100U);
}

TEST(JsonSchema, ABranchThatFailsBehindTheHundredthErrorDoesNotHideOneThatHolds) {
  const auto program = compiled(
      R"({"anyOf":[{"items":{"type":"string"}},{"items":{"type":"boolean"}},{"items":{"type":"number"}}]})");
  std::string instance = "[0";
  for (int i = 0; i < 300; ++i) instance += ",1";
  EXPECT_EQ(errors_of(*program, instance + "]"), "[]");
}

TEST(JsonSchema, ALongKeyIsShortenedInErrors) {
  const auto program = compiled(R"({"additionalProperties":{"type":"string"}})");
  const std::string errors = errors_of(*program, "{\"" + std::string(100000, 'k') + "\":1}");
  EXPECT_LT(errors.size(), 1000U);
}

TEST(JsonSchema, AnUnresolvableReferenceIsAFindingAndNamesWhatIsMissing) {
  const auto outcome =
      compile(R"({"properties":{"a":{"$ref":"https://example.com/other#/x"}}})", SchemaRegistry());
  EXPECT_EQ(outcome.program, nullptr);
  ASSERT_EQ(outcome.findings.size(), 1U);
  EXPECT_EQ(outcome.findings[0].location, "/properties/a/$ref");
  EXPECT_EQ(outcome.findings[0].code, "$ref");
  ASSERT_EQ(outcome.missing.size(), 1U);
  EXPECT_EQ(outcome.missing[0], "https://example.com/other");
}

TEST(JsonSchema, ARegisteredSchemaIsFoundByItsUri) {
  SchemaRegistry registry;
  registry.add("https://example.com/money", R"({"type":"object","required":["amount"]})");
  const auto outcome = compile(R"({"properties":{"price":{"$ref":"https://example.com/money"}}})", registry);
  ASSERT_NE(outcome.program, nullptr);
  EXPECT_TRUE(accepts(*outcome.program, R"({"price":{"amount":1}})"));
  EXPECT_FALSE(accepts(*outcome.program, R"({"price":{}})"));
}

TEST(JsonSchema, ASchemaThatAppliesItselfWithoutEndIsRefused) {
  for (const std::string_view schema :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
        R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"})"}) {
    EXPECT_EQ(compile(schema, SchemaRegistry()).program, nullptr) << schema;
  }
}

TEST(JsonSchema, AMalformedKeywordIsRefusedAndNeverIgnored) {
  for (const std::string_view schema : {R"({"type":"strin"})",
                                        R"({"minLength":-1})",
                                        R"({"minLength":"1"})",
                                        R"({"required":"a"})",
                                        R"({"items":[{}]})",
                                        R"({"multipleOf":0})",
                                        R"({"enum":1})",
                                        R"({"properties":[]})",
                                        R"({"allOf":{}})",
                                        R"({"anyOf":[]})",
                                        R"({"pattern":"("})",
                                        R"j({"pattern":"(?=a)"})j",
                                        R"j({"pattern":"(a)\\1"})j",
                                        R"({"pattern":"a{1001}"})",
                                        R"({"$schema":"https://example.com/my"})",
                                        R"({"properties":{"a":1}})",
                                        R"({"not":null})",
                                        R"("a")",
                                        R"({"exclusiveMinimum":true})",
                                        R"({"$ref":1})"}) {
    const auto outcome = compile(schema, SchemaRegistry());
    EXPECT_EQ(outcome.program, nullptr) << schema;
    EXPECT_FALSE(outcome.findings.empty()) << schema;
  }
}

TEST(JsonSchema, AValueNestedTooDeepIsAnErrorAndNotInvalid) {
  const auto program = compiled(R"({"items":{"$ref":"#"}})");
  EXPECT_TRUE(accepts(*program, std::string(60, '[') + std::string(60, ']')));
  EXPECT_EQ(sqlstate_of(*program, std::string(200, '[') + std::string(200, ']')), "KC014");
}

TEST(JsonSchema, MultiplyingBranchesAreAnErrorAndNotAHang) {
  std::string schema = R"({"$ref":"#/$defs/d40","$defs":{"d0":{"type":"number"})";
  for (int i = 1; i <= 40; ++i) {
    const std::string inner = "{\"$ref\":\"#/$defs/d" + std::to_string(i - 1) + "\"}";
    schema += ",\"d" + std::to_string(i) + "\":{\"allOf\":[" + inner + "," + inner + "]}";
  }
  const auto program = compiled(schema + "}}");
  EXPECT_EQ(sqlstate_of(*program, "1"), "KC014");
}

TEST(JsonSchema, TheStopPredicateEndsALongEvaluation) {
  const auto program = compiled(R"({"items":{"type":"number"}})");
  std::string instance = "[0";
  for (int i = 0; i < 10000; ++i) instance += ",1";
  const auto document = Document::parse(instance + "]");
  const StopPredicate stop([](void*) noexcept { return true; });
  EXPECT_THROW(static_cast<void>(is_valid(*program, DocumentView(document->root()), stop)), Stopped);
  EXPECT_THROW(static_cast<void>(list_errors(*program, DocumentView(document->root()), stop)), Stopped);
}

}  // namespace command_center::json_schema
