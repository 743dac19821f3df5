// Exact numbers: what is equal, what is less, what is a multiple, and what is refused before it grows.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/divisor.hpp"
#include "extension/core/json_schema/values/jsonb_view.hpp"

namespace command_center::json_schema::values {

namespace {

struct Parsed {
  explicit Parsed(std::string_view text) : syntax(parse_decimal(text, storage, number)) {
    number.digits = reinterpret_cast<const char*>(storage.data());
  }
  std::vector<std::int16_t> storage;
  Decimal number;
  NumberSyntax syntax;
};

int compared(std::string_view left, std::string_view right) {
  return compare(Parsed(left).number, Parsed(right).number);
}

bool is_multiple(std::string_view number, std::string_view divisor) {
  return Divisor::prepare(Parsed(divisor).number)->divides(Parsed(number).number);
}

}  // namespace

TEST(Decimal, EqualNumbersAreEqualHoweverTheyAreWritten) {
  for (const std::string_view text : {"100", "1e2", "100.00", "1E+2", "0.01e4", "10000e-2"}) {
    EXPECT_EQ(compared(text, "100"), 0) << text;
    EXPECT_EQ(hash(Parsed(text).number), hash(Parsed("100").number)) << text;
  }
  EXPECT_EQ(compared("-0", "0"), 0);
  EXPECT_EQ(compared("0e99999999999", "0"), 0);
}

TEST(Decimal, ComparesBeyondEveryFloat) {
  EXPECT_LT(compared("9007199254740992", "9007199254740993"), 0);
  EXPECT_LT(compared("0.1", "0.10000000000000000001"), 0);
  EXPECT_GT(compared("1e400", "9.99e399"), 0);
  EXPECT_LT(compared("-1e400", "-9.99e399"), 0);
  EXPECT_LT(compared("-1", "1"), 0);
  EXPECT_GT(compared("0.00001", "0.000009"), 0);
}

TEST(Decimal, KnowsIntegersByTheirValue) {
  for (const std::string_view text : {"0", "1", "1.0", "1e20", "12345678901234567890", "-7"}) {
    EXPECT_TRUE(is_integer(Parsed(text).number)) << text;
  }
  for (const std::string_view text : {"0.5", "1e-1", "12345678901234567890.5"}) {
    EXPECT_FALSE(is_integer(Parsed(text).number)) << text;
  }
}

TEST(Decimal, TheFastPathTakesOnlyWhatFits) {
  std::int64_t value = 0;
  EXPECT_TRUE(to_int64(Parsed("-9999999999999999").number, value));
  EXPECT_EQ(value, -9999999999999999);
  EXPECT_TRUE(to_int64(Parsed("120000").number, value));
  EXPECT_EQ(value, 120000);
  EXPECT_FALSE(to_int64(Parsed("100000000000000000000").number, value));
  EXPECT_FALSE(to_int64(Parsed("0.5").number, value));
}

TEST(Decimal, RefusesWhatPostgresCouldNotHold) {
  EXPECT_EQ(Parsed("1e131071").syntax, NumberSyntax::kOk);
  EXPECT_EQ(Parsed("1e131071").storage.size(), 1U);
  EXPECT_EQ(Parsed("1e131072").syntax, NumberSyntax::kOutOfRange);
  EXPECT_EQ(Parsed("1e-16383").syntax, NumberSyntax::kOk);
  EXPECT_EQ(Parsed("1e-16384").syntax, NumberSyntax::kOutOfRange);
  EXPECT_EQ(Parsed("1e99999999999999999999").syntax, NumberSyntax::kOutOfRange);
}

TEST(Decimal, RefusesWhatIsNoJsonNumber) {
  for (const std::string_view text : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1a", "--1", "0x1"}) {
    EXPECT_EQ(Parsed(text).syntax, NumberSyntax::kMalformed) << text;
  }
}

TEST(Decimal, PrintsTheShortestExactText) {
  const std::array<std::array<const char*, 2>, 8> kTexts{
      {{"0.0", "0"},
       {"1.50", "1.5"},
       {"-12345.6789", "-12345.6789"},
       {"100000", "100000"},
       {"0.00012", "0.00012"},
       {"1e131071", "1e131071"},
       {"1.25e-300", "1.25e-300"},
       {"123456789012345678901234567890", "123456789012345678901234567890"}}};
  for (const auto& [written, printed] : kTexts) EXPECT_EQ(to_text(Parsed(written).number), printed);
}

TEST(Divisor, IsExactWhereFloatsAreNot) {
  EXPECT_TRUE(is_multiple("19.99", "0.01"));
  EXPECT_FALSE(is_multiple("19.995", "0.01"));
  EXPECT_TRUE(is_multiple("0.0075", "0.0001"));
  EXPECT_FALSE(is_multiple("1e308", "0.123456789"));
  EXPECT_TRUE(is_multiple("1e308", "0.5"));
  EXPECT_FALSE(is_multiple("1e308", "3"));
  EXPECT_TRUE(is_multiple("9e300", "3"));
  EXPECT_TRUE(is_multiple("0", "7"));
  EXPECT_TRUE(is_multiple("-21", "7"));
  EXPECT_FALSE(is_multiple("10", "100"));
  EXPECT_TRUE(is_multiple("12391239123", "1e-8"));
}

TEST(Divisor, HandlesDivisorsOfManyDigits) {
  const std::string prime = "170141183460469231731687303715884105727";
  EXPECT_TRUE(is_multiple(prime, prime));
  EXPECT_TRUE(is_multiple(prime + "0000000000", prime));
  EXPECT_FALSE(is_multiple("1" + prime, prime));
  EXPECT_FALSE(is_multiple("1e131071", prime));
  // 2^200 divides a power of ten that is large enough.
  const std::string power = "1606938044258990275541962092341162602522202993782792835301376";
  EXPECT_TRUE(is_multiple("1e200", power));
  EXPECT_FALSE(is_multiple("1e199", power));
  const std::string too_long(Divisor::kMaxDigits + 20, '7');
  EXPECT_FALSE(Divisor::prepare(Parsed(too_long).number).has_value());
}

TEST(NumericDatum, EveryHeaderFormIsRead) {
  const auto datum = [](bool short_varlena, std::initializer_list<std::uint16_t> words) {
    std::string payload;
    for (const std::uint16_t word : words) payload.append(reinterpret_cast<const char*>(&word), sizeof word);
    std::string bytes;
    if (short_varlena) {
      bytes.push_back(static_cast<char>(((payload.size() + 1) << 1) | 1));
    } else {
      const auto header = static_cast<std::uint32_t>((payload.size() + 4) << 2);
      bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
    }
    return bytes + payload;
  };
  for (const bool short_varlena : {false, true}) {
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0x8000, 1, 5000}).data())), "1.5");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0xa000 | 0x7f, 25}).data())), "-0.0025");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0x4002, 2, 1, 2, 3, 400}).data())),
              "-100020003.04");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0x8000}).data())), "0");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0xc000}).data())), "NaN");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0xd000}).data())), "Infinity");
    EXPECT_EQ(to_text(decode_numeric(datum(short_varlena, {0xf000}).data())), "-Infinity");
  }
}

}  // namespace command_center::json_schema::values
