// Patterns: ECMA-262 meanings, what is refused, and what a match may cost.
#include "extension/core/json_schema/patterns/pattern.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/patterns/pattern_parser.hpp"

namespace command_center::json_schema::patterns {

namespace {

constexpr int kMaxProgram = 1000;
constexpr std::uint64_t kBudget = 20000000;

void expect(std::string_view ecma, std::initializer_list<std::string_view> matching,
            std::initializer_list<std::string_view> others) {
  const auto outcome = Pattern::compile(ecma, kMaxProgram);
  ASSERT_NE(outcome.pattern, nullptr) << ecma << ": " << outcome.refusal;
  for (const std::string_view text : matching)
    EXPECT_TRUE(outcome.pattern->matches(text, kBudget)) << ecma << " " << text;
  for (const std::string_view text : others)
    EXPECT_FALSE(outcome.pattern->matches(text, kBudget)) << ecma << " " << text;
}

std::string refusal_of(std::string_view ecma) {
  return Pattern::compile(ecma, kMaxProgram).refusal;
}

}  // namespace

TEST(Pattern, MeansWhatEcma262Says) {
  expect("", {"", "a"}, {});
  expect("b", {"abc"}, {"ac"});
  expect("^a$", {"a"}, {"a\n", "\na", "ba"});
  expect("^.$", {"x", "\xF0\x9F\x90\xB2"}, {"\n", "\r", "\xE2\x80\xA8", ""});
  expect("^\\s$", {" ", "\xC2\xA0", "\xEF\xBB\xBF", "\v"}, {"a", "\xE2\x80\x8B"});
  expect("^\\S\\d\\D\\w\\W$", {"a1bc-"}, {"a1bcd"});
  expect("^[^]$", {"\n", "a"}, {"ab"});
  expect("[]", {}, {"", "a"});
  expect("^[a\\-z]$", {"a", "-", "z"}, {"b"});
  expect("^[\\w.-]+$", {"a.b-c"}, {"a b"});
  expect("^[\\b]$", {"\b"}, {"b"});
  expect("\\bx\\b", {"a x b"}, {"axb"});
  expect("^\\cJ\\x41\\u0042\\u{1F432}\\ud83d\\udc32$", {"\nAB\xF0\x9F\x90\xB2\xF0\x9F\x90\xB2"}, {});
  expect("^(?:a|b)*?c{2}d{1,}e{0,2}$", {"abaccd", "ccdddee"}, {"cd", "ccdeee"});
  expect("^(?<year>\\d{4})$", {"2024"}, {"24"});
  expect("^\\p{Lu}\\P{Lu}[\\p{Nd}_]$", {"Aa1", "\xC3\x84\xC3\xA4_"}, {"aA1"});
  expect("^\\p{Script=Greek}+$", {"\xCE\xB1\xCE\xB2"}, {"ab"});
  expect("^{a}$", {"{a}"}, {"a"});
  expect("^a{,2}$", {"a{,2}"}, {"aa"});
}

TEST(Pattern, RefusesWhatHasNoLinearTime) {
  EXPECT_NE(refusal_of("(a)\\1"), "");
  EXPECT_NE(refusal_of("(?<n>a)\\k<n>"), "");
  for (const std::string_view ecma : {"(?=a)", "(?!a)", "(?<=a)", "(?<!a)"})
    EXPECT_NE(refusal_of(ecma), "") << ecma;
}

TEST(Pattern, RefusesWhatIsTooLarge) {
  EXPECT_EQ(refusal_of("^a{0,300}$"), "");
  for (const std::string_view ecma : {"a{1001}", "(a{1000}){1000}", "((a{100}){100}){100}",
                                      "(a?){999}(b?){999}", "\\p{L}{1000}", "a{99999999999999999999}"}) {
    EXPECT_NE(refusal_of(ecma), "") << ecma;
  }
  EXPECT_NE(refusal_of(std::string(100000, 'a')), "");
  EXPECT_NE(refusal_of(std::string(5000, '(') + std::string(5000, ')')), "");
}

TEST(Pattern, RefusesMalformedSyntax) {
  for (const std::string_view ecma :
       {"(",     ")",     "[",    "a**",  "*",           "a{2,1}", "\\",       "\\a",
        "\\Z",   "\\u12", "\\x1", "\\c1", "\\u{110000}", "[b-a]",  "(?P<n>a)", "(?<1>a)",
        "\\p{}", "\\p",   "^*",   "\\01", "(?i)a",       "\xff"}) {
    EXPECT_NE(refusal_of(ecma), "") << ecma;
  }
}

TEST(Pattern, AMatchThatWouldTakeTooLongIsAnError) {
  const auto outcome = Pattern::compile("(a|aa)+$", kMaxProgram);
  ASSERT_NE(outcome.pattern, nullptr);
  const std::string text(1000, 'a');
  EXPECT_TRUE(outcome.pattern->matches(text, kBudget));
  EXPECT_THROW(static_cast<void>(outcome.pattern->matches(text, 999)), Error);
}

TEST(PatternParser, TellsAnUnsupportedPatternFromAMalformedOne) {
  const auto parsed = parse_pattern("(?<=a)b(c)\\1", Syntax::kStandard);
  ASSERT_NE(parsed.expression, nullptr);
  EXPECT_TRUE(parsed.has_back_reference);
  EXPECT_TRUE(parsed.has_look_around);
  EXPECT_EQ(parse_pattern("a{", Syntax::kStandard).expression, nullptr);
  EXPECT_NE(parse_pattern("a{", Syntax::kTolerant).expression, nullptr);
}

}  // namespace command_center::json_schema::patterns
