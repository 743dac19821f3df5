// JSON is written with its separators and escapes, and misuse is an error that can be handled.
#include "extension/core/json/text_writer.hpp"

#include <gtest/gtest.h>

namespace command_center::json {
namespace {

TEST(TextWriter, WritesSeparatorsAroundPlainEscapedAndRawValues) {
  std::string out;
  TextWriter writer(out);
  writer.begin_object();
  writer.member("plain", "text");
  writer.member("es\"caped", "a\nb");
  writer.key("raw");
  writer.raw("[1, 2]");
  writer.key("list");
  writer.begin_array();
  writer.text("x");
  writer.number(-7);
  writer.raw("null");
  writer.text("");
  writer.end_array();
  writer.end_object();
  EXPECT_EQ(out, R"({"plain":"text","es\"caped":"a\nb","raw":[1, 2],"list":["x",-7,null,""]})");
}

TEST(TextWriter, MisuseThrowsInsteadOfEndingTheProcess) {
  std::string out;
  TextWriter writer(out);
  writer.begin_object();
  EXPECT_THROW(writer.number(1), Error);
}

}  // namespace
}  // namespace command_center::json
