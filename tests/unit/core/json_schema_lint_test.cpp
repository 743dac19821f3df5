// Lint: what a strict compilation refuses, and what it warns of.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/json_schema.hpp"

namespace command_center::json_schema {

namespace {

CompileOutcome linted(std::string_view schema) {
  CompileOptions options;
  options.strictness = Strictness::kStrict;
  return compile(schema, SchemaRegistry(), options);
}

bool has(std::string_view schema, Severity severity, std::string_view code, std::string_view location) {
  const auto outcome = linted(schema);
  return std::any_of(outcome.findings.begin(), outcome.findings.end(), [&](const Finding& finding) {
    return finding.severity == severity && finding.code == code && finding.location == location;
  });
}

bool refuses(std::string_view schema, std::string_view code, std::string_view location) {
  return has(schema, Severity::kError, code, location) && linted(schema).program == nullptr;
}

bool warns(std::string_view schema, std::string_view code, std::string_view location) {
  return has(schema, Severity::kWarning, code, location);
}

std::string listed(std::string_view schema) {
  std::string text;
  for (const Finding& finding : linted(schema).findings)
    text += finding.code + "@" + finding.location + ": " + finding.message + "\n";
  return text;
}

}  // namespace

TEST(Lint, ACarefulSchemaHasNoFinding) {
  const std::string_view schema =
      R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Guest","x-owner":"desk",
    "type":"object","additionalProperties":false,"required":["name"],"properties":{
      "name":{"type":"string","minLength":1,"maxLength":80,"examples":["Ada"]},
      "code":{"type":"string","pattern":"^[A-Z]{3}$","default":"ABC"},
      "born":{"type":"string","format":"date"},
      "tags":{"type":"array","maxItems":3,"items":{"enum":["a","b"]}},
      "next":{"$ref":"#/$defs/money"}},
    "$defs":{"money":{"type":"number","minimum":0,"multipleOf":0.01}}})";
  EXPECT_EQ(listed(schema), "");
  EXPECT_NE(linted(schema).program, nullptr);
}

TEST(Lint, RefusesWhatItDoesNotKnow) {
  EXPECT_TRUE(refuses(R"({"proprties":{}})", "proprties", "/proprties"));
  EXPECT_TRUE(refuses(R"({"properties":{"a":{"nullable":true}}})", "nullable", "/properties/a/nullable"));
  EXPECT_TRUE(refuses(R"({"format":"shoe-size"})", "format", "/format"));
  EXPECT_TRUE(refuses(R"({"$defs":{"unused":{"$ref":"#/nowhere"}}})", "$ref", "/$defs/unused/$ref"));
  EXPECT_TRUE(refuses(R"j({"$defs":{"unused":{"pattern":"(?=a)"}}})j", "pattern", "/$defs/unused/pattern"));
}

TEST(Lint, RefusesKeywordsOfAnotherDraft) {
  EXPECT_TRUE(refuses(R"({"additionalItems":false})", "additionalItems", "/additionalItems"));
  EXPECT_TRUE(refuses(R"({"$recursiveRef":"#"})", "$recursiveRef", "/$recursiveRef"));
  EXPECT_TRUE(refuses(R"({"$schema":"http://json-schema.org/draft-07/schema#","prefixItems":[]})",
                      "prefixItems", "/prefixItems"));
  EXPECT_TRUE(
      refuses(R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1})", "const", "/const"));
  EXPECT_TRUE(refuses(R"({"id":"http://example.com/"})", "id", "/id"));
  EXPECT_TRUE(warns(R"({"definitions":{"a":{}}})", "definitions", "/definitions"));
}

TEST(Lint, RefusesViolationsOfTheMetaschema) {
  EXPECT_TRUE(refuses(R"({"title":5})", "metaschema", "/title"));
  EXPECT_TRUE(refuses(R"({"required":["a","a"]})", "metaschema", "/required"));
  EXPECT_TRUE(
      refuses(R"({"properties":{"a":{"description":[]}}})", "metaschema", "/properties/a/description"));
  EXPECT_TRUE(refuses(R"({"$schema":"http://json-schema.org/draft-04/schema#","required":[]})", "metaschema",
                      "/required"));
}

TEST(Lint, SaysOnceWhatIsMalformed) {
  const auto outcome = linted(R"({"minLength":-1,"type":"object","additionalProperties":true})");
  ASSERT_EQ(outcome.findings.size(), 1U)
      << listed(R"({"minLength":-1,"type":"object","additionalProperties":true})");
  EXPECT_EQ(outcome.findings[0].location, "/minLength");
}

TEST(Lint, WarnsOfWhatHasNoBound) {
  EXPECT_TRUE(warns(R"({"type":"string"})", "unbounded-string", ""));
  EXPECT_TRUE(warns(R"({"type":["null","string"],"pattern":"^a+$"})", "unbounded-string", ""));
  EXPECT_FALSE(warns(R"({"type":"string","pattern":"^a{1,3}$"})", "unbounded-string", ""));
  EXPECT_TRUE(warns(R"({"type":"array"})", "unbounded-array", ""));
  EXPECT_FALSE(warns(R"({"type":"array","prefixItems":[{}],"items":false})", "unbounded-array", ""));
  EXPECT_TRUE(warns(R"({"type":"object"})", "open-object", ""));
  EXPECT_FALSE(warns(R"({"anyOf":[{"type":"object"}]})", "open-object", "/anyOf/0"));
}

TEST(Lint, WarnsOfPatternsThatMatchAnywhere) {
  EXPECT_TRUE(warns(R"({"pattern":"[a-z]+"})", "pattern", "/pattern"));
  EXPECT_TRUE(warns(R"({"pattern":"^a|b$"})", "pattern", "/pattern"));
  EXPECT_FALSE(warns(R"({"pattern":"^(?:a|b)$"})", "pattern", "/pattern"));
  EXPECT_FALSE(warns(R"({"pattern":"^a$|^b$"})", "pattern", "/pattern"));
}

TEST(Lint, WarnsOfBoundsThatContradictEachOther) {
  EXPECT_TRUE(warns(R"({"minimum":2,"maximum":1})", "minimum", "/minimum"));
  EXPECT_FALSE(warns(R"({"minimum":1,"maximum":1.0})", "minimum", "/minimum"));
  EXPECT_TRUE(warns(R"({"exclusiveMinimum":1,"maximum":1})", "exclusiveMinimum", "/exclusiveMinimum"));
  EXPECT_TRUE(warns(R"({"minLength":2,"maxLength":1})", "minLength", "/minLength"));
  EXPECT_TRUE(warns(R"({"required":["a","b"],"maxProperties":1})", "required", "/required"));
  EXPECT_TRUE(warns(R"({"required":["a"],"additionalProperties":false})", "required", "/required"));
}

TEST(Lint, WarnsOfDefaultsAndExamplesThatFail) {
  EXPECT_TRUE(
      warns(R"({"properties":{"a":{"type":"integer","default":"1"}}})", "default", "/properties/a/default"));
  EXPECT_TRUE(warns(R"({"maximum":3,"examples":[1,5]})", "examples", "/examples"));
  EXPECT_FALSE(warns(R"({"maximum":3,"examples":[1,3]})", "examples", "/examples"));
}

TEST(Lint, WarnsOfWhatIsIgnoredBesideAReference) {
  const std::string_view schema =
      R"({"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{}},"properties":{"b":{"$ref":"#/definitions/a","maxLength":3}}})";
  EXPECT_TRUE(warns(schema, "maxLength", "/properties/b/maxLength"));
}

TEST(Lint, ALenientCompilationTakesUnknownKeywordsForAnnotations) {
  const auto outcome = compile(R"({"nullable":true,"format":"shoe-size","type":"string"})", SchemaRegistry());
  EXPECT_NE(outcome.program, nullptr);
  EXPECT_TRUE(outcome.findings.empty());
}

}  // namespace command_center::json_schema
