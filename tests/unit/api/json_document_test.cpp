// What the API takes for JSON is what jsonb takes; tests/api asks PostgreSQL about the same texts.
#include <gtest/gtest.h>

#include "api/bodies/json_document.hpp"
#include "tests/api/support/json_texts.hpp"

namespace command_center::api::bodies {
namespace {

TEST(JsonDocument, RefusesWhatJsonbRefuses) {
  for (const auto& text : api_tests::json_texts()) {
    const auto parsed = parse_json(text.text);
    const auto* mistake = std::get_if<Mistake>(&parsed);
    EXPECT_EQ(mistake == nullptr ? "" : mistake->sqlstate, text.sqlstate) << text.text.substr(0, 80);
  }
}

TEST(JsonDocument, RefusesWhatIsTooDeepBeforeTheStackIsUsedUp) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(std::holds_alternative<JsonDocument>(parse_json(nested(kMaxDepth))));
  const auto parsed = parse_json(nested(kMaxDepth + 1));
  EXPECT_EQ(std::get<Mistake>(parsed).sqlstate, "KC014");
  EXPECT_EQ(std::get<Mistake>(parse_json(std::string(1'000'000, '['))).sqlstate, "KC014");
}

TEST(JsonDocument, TakesMembersAsTheyStand) {
  const std::string text =
      R"( { "a" : 1.50 , "b\n":[1, {"c" : "]"}] ,"d":"x\u00e9\"","e":{ } , "f" :null,"a":true} )";
  const auto parsed = parse_json(text);
  const auto& document = std::get<JsonDocument>(parsed);
  ASSERT_EQ(document.members.size(), 6U);
  EXPECT_EQ(document.root.type, Type::kObject);
  EXPECT_EQ(document.members[0].name, "a");
  EXPECT_EQ(document.members[0].value.raw, "1.50");
  EXPECT_EQ(document.members[1].name, "b\n");
  EXPECT_EQ(document.members[1].value.raw, R"([1, {"c" : "]"}])");
  EXPECT_EQ(document.members[2].value.string, "x\xC3\xA9\"");
  EXPECT_EQ(document.members[2].value.raw, R"("x\u00e9\"")");
  EXPECT_EQ(document.members[3].value.raw, "{ }");
  EXPECT_EQ(document.members[4].value.type, Type::kNull);
  EXPECT_EQ(document.members[5].value.raw, "true");
}

TEST(JsonDocument, TakesElementsAsTheyStand) {
  const auto parsed = parse_json(R"([ {"a":1} , [2],"x" ,null, -0.5e+3 ])");
  const auto& document = std::get<JsonDocument>(parsed);
  ASSERT_EQ(document.elements.size(), 5U);
  EXPECT_EQ(document.elements[0].raw, R"({"a":1})");
  EXPECT_EQ(document.elements[1].raw, "[2]");
  EXPECT_EQ(document.elements[2].string, "x");
  EXPECT_EQ(document.elements[3].raw, "null");
  EXPECT_EQ(document.elements[4].raw, "-0.5e+3");
}

TEST(JsonDocument, TakesAScalarAsTheWhole) {
  const auto parsed = parse_json("  \"x\"  ");
  EXPECT_EQ(std::get<JsonDocument>(parsed).root.raw, "\"x\"");
}

}  // namespace
}  // namespace command_center::api::bodies
