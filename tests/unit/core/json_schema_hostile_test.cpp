// Hostile schemas and values end in a clean error or an answer, soon and on a small stack.
#include <gtest/gtest.h>
#include <pthread.h>
#include <time.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace command_center::json_schema {

namespace {

using values::Document;
using values::DocumentView;
using values::JsonbView;

std::string nested(std::string_view open, std::string_view inside, std::string_view close, int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += open;
  text += inside;
  for (int i = 0; i < levels; ++i) text += close;
  return text;
}

// "valid", "invalid", or the SQLSTATE of the error; from compiling or from either pass, which must agree.
std::string outcome_of(const std::string& schema, const std::string& jsonb) {
  try {
    const auto outcome = compile(schema, SchemaRegistry());
    if (outcome.program == nullptr) return "refused";
    const JsonbView root = JsonbView::of_root(jsonb.data());
    std::string collected;
    try {
      collected = list_errors(*outcome.program, root) == "[]" ? "valid" : "invalid";
    } catch (const Error& error) {
      collected = error.sqlstate();
    }
    std::string answered;
    try {
      answered = is_valid(*outcome.program, root) ? "valid" : "invalid";
    } catch (const Error& error) {
      answered = error.sqlstate();
    }
    // The boolean pass may find a failure before the place where the collecting pass meets a limit.
    return collected == answered || answered == "invalid" ? answered : answered + " but " + collected;
  } catch (const Error& error) {
    return error.sqlstate();
  }
}

std::string outcome_of_text(const std::string& schema, const std::string& instance) {
  values::ParseLimits limits;
  limits.max_depth = 100000;
  return outcome_of(schema, tests::encode_jsonb(Document::parse(instance, limits)->root()));
}

// Sanitizers make frames several times larger.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::size_t kSmallStack = std::size_t{4} << 20;
#else
constexpr std::size_t kSmallStack = std::size_t{160} << 10;
#endif

void run_on_small_stack(std::function<void()> work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kSmallStack), 0);
  pthread_t thread{};
  const auto start = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, start, &work), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

struct Deep {
  const char* schema;
  const char* open;
  const char* close;
};

// Of the processor, for this thread alone: what else the machine does, other tests among it, does not count.
std::chrono::milliseconds elapsed(const std::function<void()>& work) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto start = now();
  work();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now() - start);
}

std::string numbers_up_to(int count) {
  std::string text = "[0";
  for (int i = 1; i < count; ++i) text += "," + std::to_string(i);
  return text + "]";
}

}  // namespace

TEST(HostileInput, EveryWayDownEndsInAnErrorOnASmallStack) {
  const std::vector<Deep> ways{
      {R"({"items":{"$ref":"#"}})", "[", "]"},
      {R"({"properties":{"a":{"$ref":"#"}}})", "{\"a\":", "}"},
      {R"({"additionalProperties":{"anyOf":[{"$ref":"#"}]}})", "{\"a\":", "}"},
      {R"({"patternProperties":{"a":{"oneOf":[{"$ref":"#"}]}}})", "{\"a\":", "}"},
      {R"({"dependentSchemas":{"a":{"additionalProperties":{"$ref":"#"}}}})", "{\"a\":", "}"},
      {R"({"items":{"if":true,"then":{"$ref":"#"}}})", "[", "]"},
      {R"({"anyOf":[{"anyOf":[{"properties":{"a":{"$ref":"#"}}}]}],"unevaluatedProperties":false})",
       "{\"a\":", "}"},
      {R"({"$dynamicAnchor":"n","unevaluatedItems":{"$dynamicRef":"#n"}})", "[", "]"},
      {R"({"$id":"http://a/","$dynamicAnchor":"n","items":{"$id":"http://b/","$dynamicAnchor":"n",)"
       R"("contains":{"$dynamicRef":"http://a/#n"}}})",
       "[", "]"}};
  for (const Deep& way : ways) {
    const std::string text = nested(way.open, "{}", way.close, 250);
    values::ParseLimits limits;
    limits.max_depth = 100000;
    const std::string jsonb = tests::encode_jsonb(Document::parse(text, limits)->root());
    std::string outcome;
    run_on_small_stack([&] { outcome = outcome_of(way.schema, jsonb); });
    EXPECT_EQ(outcome, "KC014") << way.schema;
  }
}

TEST(HostileInput, DeepSchemasCompileOnASmallStackOrAreRefused) {
  for (const int levels : {60, 190, 1000, 100000}) {
    for (const auto& [open, close] :
         {std::pair("{\"items\":", "}"), std::pair("{\"not\":", "}"), std::pair("{\"allOf\":[", "]}")}) {
      const std::string schema = nested(open, "{}", close, levels);
      std::string outcome;
      run_on_small_stack([&] { outcome = outcome_of(schema, tests::encode_jsonb("[1]")); });
      const bool expected = outcome == "valid" || outcome == "invalid" || outcome == "KC014";
      EXPECT_TRUE(expected) << outcome;
    }
  }
}

TEST(HostileInput, DeepValuesAreComparedOnASmallStackOrAreAnError) {
  for (const int levels : {100, 300}) {
    const std::string deep = nested("[{\"a\":", "1", "}]", levels);
    std::string array = "[" + deep;
    for (int i = 0; i < 20; ++i) array += "," + nested("[{\"a\":", std::to_string(i + 2), "}]", levels);
    values::ParseLimits limits;
    limits.max_depth = 100000;
    const std::string jsonb = tests::encode_jsonb(Document::parse(array + "]", limits)->root());
    std::string outcome;
    run_on_small_stack([&] { outcome = outcome_of(R"({"uniqueItems":true})", jsonb); });
    EXPECT_EQ(outcome, levels == 100 ? "valid" : "KC014");
  }
}

TEST(HostileInput, NumberBombsStaySmall) {
  EXPECT_EQ(outcome_of_text(R"({"multipleOf":0.01,"minimum":-1e131071,"maximum":1e131070})", "1e131071"),
            "invalid");
  EXPECT_EQ(outcome_of_text(R"({"multipleOf":7})", "1e131071"), "invalid");
  EXPECT_EQ(outcome_of_text(R"({"type":"integer","multipleOf":1e-16383})", "1e131071"), "valid");
  EXPECT_EQ(outcome_of_text(R"({"enum":[1e131071]})", "1e131071"), "valid");
  EXPECT_EQ(outcome_of(R"({"minimum":1e999999999999})", tests::encode_jsonb("1")), "KC014");
  EXPECT_EQ(outcome_of(R"({"minLength":1e1000})", tests::encode_jsonb("\"a\"")), "invalid");
  const std::string digits(131072, '7');
  const std::string jsonb = tests::encode_jsonb(digits);
  const auto took = elapsed(
      [&] { EXPECT_EQ(outcome_of("{\"multipleOf\":" + digits.substr(0, 130) + "}", jsonb), "invalid"); });
  EXPECT_LT(took.count(), 2000);
}

TEST(HostileInput, UniqueItemsOverManyElementsIsNotQuadratic) {
  const std::string numbers = numbers_up_to(100000);
  std::string colliding = "[0";
  for (int i = 1; i < 100000; ++i) colliding += ",{\"a\":[" + std::to_string(i % 50000) + "]}";
  const auto took = elapsed([&] {
    EXPECT_EQ(outcome_of_text(R"({"uniqueItems":true})", numbers), "valid");
    EXPECT_EQ(outcome_of_text(R"({"uniqueItems":true})", colliding + "]"), "invalid");
  });
  EXPECT_LT(took.count(), 5000);
}

TEST(HostileInput, KeyFloodsAreOneMergePass) {
  std::string schema = "{\"properties\":{\"z\":{}";
  std::string value = "{\"y\":1";
  for (int i = 0; i < 50000; ++i) {
    schema += ",\"p" + std::to_string(i) + "\":{\"type\":\"integer\"}";
    value += ",\"q" + std::to_string(i) + "\":1";
  }
  const auto took = elapsed(
      [&] { EXPECT_EQ(outcome_of_text(schema + "},\"additionalProperties\":true}", value + "}"), "valid"); });
  EXPECT_LT(took.count(), 5000);
}

TEST(HostileInput, BranchesThatMultiplyEndInAnErrorWithinAHundredMilliseconds) {
  std::string definitions = "\"d0\":{\"type\":\"number\"}";
  for (int i = 1; i <= 40; ++i) {
    const std::string inner = "{\"$ref\":\"#/$defs/d" + std::to_string(i - 1) + "\"}";
    definitions += ",\"d" + std::to_string(i) + "\":{\"allOf\":[" + inner + "," + inner + "]}";
  }
  const auto program =
      compile(R"({"$ref":"#/$defs/d40","$defs":{)" + definitions + "}}", SchemaRegistry()).program;
  ASSERT_NE(program, nullptr);
  const auto instance = Document::parse("1");
  EXPECT_THROW(static_cast<void>(is_valid(*program, DocumentView(instance->root()))), Error);
  EXPECT_THROW(static_cast<void>(list_errors(*program, DocumentView(instance->root()))), Error);
}

TEST(HostileInput, ErrorsInFarPlacesStaySmallTogetherAndWhole) {
  const auto outcome = compile(R"({"type":"object","additionalProperties":{"$ref":"#"}})", SchemaRegistry());
  const std::string open = "{\"" + std::string(250, 'k') + "\":";
  std::string numbers = "{";
  for (int i = 0; i < 100; ++i) numbers += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  const std::string jsonb = tests::encode_jsonb(nested(open, numbers + "}", "}", 60));
  const std::string errors = list_errors(*outcome.program, JsonbView::of_root(jsonb.data()));
  EXPECT_GT(errors.size(), std::size_t{200} * 1024);
  EXPECT_LE(errors.size(), std::size_t{257} * 1024);
  EXPECT_EQ(errors.substr(errors.size() - 2), "}]");
}

TEST(HostileInput, PatternsThatWouldBacktrackAnswerInLinearTime) {
  const std::string text = "\"" + std::string(50000, 'a') + "!\"";
  for (const std::string pattern : {"^(a+)+$", "^(a|aa)+$", "^([a-z]*)*$", "(x+x+)+y", "^(.*)*$"}) {
    const auto took = elapsed([&] {
      const std::string outcome = outcome_of_text("{\"pattern\":\"" + pattern + "\"}", text);
      EXPECT_TRUE(outcome == "valid" || outcome == "invalid") << pattern << " " << outcome;
    });
    EXPECT_LT(took.count(), 1000) << pattern;
  }
}

TEST(HostileInput, IllFormedTextIsRefused) {
  for (const std::string_view text :
       {"", " ", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "\"\\ud800\"", "\"\x01\"", "\"\xff\"",
        "\"\xed\xa0\x80\"", "[1 2]", "01", "1 2", "{1:2}", "\"\\x\"", "[\"a", "\xef\xbb\xbf{}"}) {
    EXPECT_THROW(static_cast<void>(Document::parse(text)), Error) << text;
  }
}

TEST(HostileInput, OfDuplicateKeysTheLastCounts) {
  const auto document = Document::parse(R"({"a":1,"b":2,"a":3,"a":4})");
  ASSERT_EQ(document->root().size, 2U);
  EXPECT_EQ(to_text(*values::find_member(document->root(), "a")->number), "4");
}

}  // namespace command_center::json_schema
