// Where a pointer can lead in the instances of a schema; what is said to be never is never.
#include <gtest/gtest.h>

#include "extension/core/json/pointer.hpp"
#include "extension/core/json_schema/reach.hpp"

namespace command_center::json_schema {
namespace {

Reach reach(std::string_view pointer, std::string_view schema) {
  return reach_of(schema, *json::parse_pointer(pointer)).reach;
}

TEST(Reach, IsCertainForARequiredScalar) {
  EXPECT_EQ(reach("/id", R"({"type":"object","required":["id"],"properties":{"id":{"type":"string"}}})"),
            Reach::kAlways);
  EXPECT_EQ(reach("/id", R"({"type":"object","required":["id"],"properties":{"id":{"enum":[1,2]}}})"),
            Reach::kAlways);
  EXPECT_EQ(reach("/a/b", R"({"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/a"}},
      "$defs":{"a":{"allOf":[{"type":"object"},{"required":["b"]},{"properties":{"b":{"type":"integer"}}}]}}})"),
            Reach::kAlways);
  EXPECT_EQ(reach("", R"({"type":"string"})"), Reach::kAlways);
}

TEST(Reach, IsNeverWhereTheSchemaShutsItOut) {
  EXPECT_EQ(
      reach("/di", R"({"type":"object","additionalProperties":false,"properties":{"id":{"type":"string"}}})"),
      Reach::kNever);
  EXPECT_EQ(
      reach("/di", R"({"type":"object","unevaluatedProperties":false,"allOf":[{"properties":{"id":{}}}]})"),
      Reach::kNever);
  EXPECT_EQ(reach("/a", R"({"type":"object","properties":{"a":{"type":"object"}}})"), Reach::kNever);
  EXPECT_EQ(reach("/a", R"({"type":"object","properties":{"a":{"type":["array","null"]}}})"), Reach::kNever);
  EXPECT_EQ(reach("/a/b", R"({"type":"object","properties":{"a":{"type":"string"}}})"), Reach::kNever);
  EXPECT_EQ(reach("", R"({"type":"object"})"), Reach::kNever);
  EXPECT_EQ(
      reach(
          "/a",
          R"({"type":"object","oneOf":[{"properties":{"a":{"type":"object"}}},{"properties":{"a":{"type":"array"}}}]})"),
      Reach::kNever);
}

TEST(Reach, IsDoubtfulWhereSomeInstancesLackIt) {
  EXPECT_EQ(reach("/id", R"({"type":"object","properties":{"id":{"type":"string"}}})"), Reach::kMaybe);
  EXPECT_EQ(
      reach("/id", R"({"type":"object","required":["id"],"properties":{"id":{"type":["string","null"]}}})"),
      Reach::kMaybe);
  EXPECT_EQ(reach("/di", R"({"type":"object","required":["id"],"properties":{"id":{"type":"string"}}})"),
            Reach::kMaybe);
  EXPECT_EQ(reach("/id", R"({"required":["id"],"properties":{"id":{"type":"string"}}})"), Reach::kMaybe);
  EXPECT_EQ(reach("/id", R"({"type":"object","additionalProperties":false,"patternProperties":{"^i":{}}})"),
            Reach::kMaybe);
  EXPECT_EQ(reach("/id", R"({"type":"object","unevaluatedProperties":false,"if":{"properties":{"id":{}}}})"),
            Reach::kMaybe);
  EXPECT_EQ(reach("/0", R"({"type":"array"})"), Reach::kMaybe);
  EXPECT_EQ(reach("/id", "true"), Reach::kMaybe);
  EXPECT_EQ(
      reach(
          "/a",
          R"({"type":"object","required":["a"],"oneOf":[{"properties":{"a":{"type":"object"}}},{"properties":{"a":{"type":"string"}}}]})"),
      Reach::kMaybe);
}

TEST(Reach, IsAmbiguousWhereEveryInstanceHasItButItsSpellingMayDiffer) {
  EXPECT_EQ(reach("/id", R"({"type":"object","required":["id"],"properties":{"id":{"type":"number"}}})"),
            Reach::kAmbiguous);
  EXPECT_EQ(reach("/id",
                  R"({"type":"object","required":["id"],"properties":{"id":{"type":["string","integer"]}}})"),
            Reach::kAmbiguous);
  EXPECT_EQ(
      reach(
          "/id",
          R"({"type":"object","required":["id"],"properties":{"id":{"oneOf":[{"type":"number"},{"type":"string"}]}}})"),
      Reach::kAmbiguous);
  EXPECT_EQ(reach("/id", R"({"type":"object","properties":{"id":{"type":"number"}}})"), Reach::kMaybe);
}

TEST(Reach, IsNotGuessedWhereTheSchemaRefersElsewhere) {
  EXPECT_EQ(reach("/id", R"({"$ref":"https://example.test/id"})"), Reach::kUnknown);
  EXPECT_EQ(reach("/id", R"({"$ref":"#name"})"), Reach::kUnknown);
}

TEST(Reach, EndsForRecursionAndManyChoices) {
  EXPECT_EQ(
      reach(
          "/a/a/a",
          R"({"$ref":"#/$defs/n","$defs":{"n":{"allOf":[{"$ref":"#/$defs/n"}],"type":"object","properties":{"a":{"$ref":"#/$defs/n"}}}}})"),
      Reach::kNever);
  std::string schema = R"({"type":"object","allOf":[)";
  for (int i = 0; i < 30; ++i)
    schema += std::string(i > 0 ? "," : "") + R"({"anyOf":[{"title":"a"},{"title":"b"}]})";
  EXPECT_EQ(reach("/id", schema + "]}"), Reach::kUnknown);
}

}  // namespace
}  // namespace command_center::json_schema
