// The view reads the very bytes a server stored: hexadecimal dumps of jsonb from PostgreSQL 15, with the text
// they came from.
#include "extension/core/json_schema/values/jsonb_view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "extension/core/json_schema/layout_probe.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/order.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace command_center::json_schema::values {

namespace {

struct Stored {
  std::string_view text;
  std::string_view hex;
};

// clang-format off
constexpr Stored kStored[] = {
    {R"json(null)json",
     "01000050000000c0"},
    {R"json(true)json",
     "01000050000000b0"},
    {R"json("abc")json",
     "0100005003000080616263"},
    {R"json(12.50)json",
     "010000500a0000902800000000810c008813"},
    {R"json([])json",
     "00000040"},
    {R"json({})json",
     "00000020"},
    {R"json([1, "a", null, true, false])json",
     "050000400800009001000000000000400000003000000020200000000080010061"},
    {R"json({"b": 1, "aa": "x", "a": {"c": [-1.5]}})json",
     "03000020010000800100000002000000220000500a000010010000006162616101000020010000801500005063"
     "000000010000400a0000902800000080a0010088130000200000000080010078"},
    {R"json([0, -0.0001, 1e20, 9007199254740993, 1e-70, 1e300])json",
     "06000040060000900a000010080000100e0000100c0000100c0000101800000000800000200000007fa2010020"
     "000000058001003800000003802f23c8076215e1030000280000004600eeff640000002800000000004b000100"},
    {R"json(["x", 19.99, "yz", [[]], {"k": 12345678901234567890.12345}])json",
     "05000040010000800d000010020000000c00005024000050780000002800000000811300ac26797a0100004004"
     "0000d0000000400100002001000080170000106b000000500000008482d2042e163423800dd21ed2048813"},
    {R"json([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34])json",
     "23000040060000900a000010080000100800001008000010080000100800001008000010080000100800001008"
     "000010080000100800001008000010080000100800001008000010080000100800001008000010080000100800"
     "001008000010080000100800001008000010080000100800001008000010080000100800001008000010080100"
     "900800001008000010180000000080000020000000008001002000000000800200200000000080030020000000"
     "008004002000000000800500200000000080060020000000008007002000000000800800200000000080090020"
     "00000000800a002000000000800b002000000000800c002000000000800d002000000000800e00200000000080"
     "0f0020000000008010002000000000801100200000000080120020000000008013002000000000801400200000"
     "000080150020000000008016002000000000801700200000000080180020000000008019002000000000801a00"
     "2000000000801b002000000000801c002000000000801d002000000000801e002000000000801f002000000000"
     "80200020000000008021002000000000802200"},
};
// clang-format on

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

TEST(JsonbView, ReadsWhatTheServerStored) {
  for (const Stored& stored : kStored) {
    const std::string bytes = from_hex(stored.hex);
    const auto document = Document::parse(stored.text);
    EXPECT_EQ(order(JsonbView::of_root(bytes.data()), DocumentView(document->root())), 0) << stored.text;
  }
}

TEST(JsonbView, TheEncoderOfTheTestsWritesTheServersBytes) {
  for (const Stored& stored : kStored)
    EXPECT_EQ(tests::encode_jsonb(stored.text), from_hex(stored.hex)) << stored.text;
}

TEST(JsonbView, FindsEveryKeyAndNoOther) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += (i == 0 ? "" : ",") + ("\"key" + std::to_string(i * i)) + "\":" + std::to_string(i);
  const std::string bytes = tests::encode_jsonb(text + "}");
  const JsonbView root = JsonbView::of_root(bytes.data());
  ASSERT_EQ(root.size(), 100U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(root.has_key("key" + std::to_string(i * i)));
    EXPECT_FALSE(root.has_key("key" + std::to_string(i * i + 10001)));
  }
  EXPECT_FALSE(root.has_key(""));
}

TEST(JsonbView, TheLayoutProbeNoticesAnotherLayout) {
  std::string bytes = tests::encode_jsonb(layout_probe());
  EXPECT_TRUE(reads_layout_probe(JsonbView::of_root(bytes.data())));
  bytes[bytes.size() - 1] = static_cast<char>(bytes[bytes.size() - 1] + 1);
  EXPECT_FALSE(reads_layout_probe(JsonbView::of_root(bytes.data())));
}

}  // namespace command_center::json_schema::values
