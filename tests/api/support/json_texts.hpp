// Texts at the borders of what jsonb takes, and the SQLSTATE it refuses them with; empty: it takes them.
#pragma once

#include <string>
#include <vector>

namespace command_center::api_tests {

struct JsonText {
  std::string text;
  std::string sqlstate;
};

inline std::vector<JsonText> json_texts() {
  std::vector<JsonText> texts;
  for (const char* fits : {"1e131071",
                           "9.9e131071",
                           "1e-16383",
                           "1.5e-16382",
                           "0.0001e131075",
                           "0e131073",
                           "0e200000",
                           "0e1073741822",
                           "1e0000000000000000000001",
                           "0.00000e-16370",
                           "-0",
                           "1E+5",
                           "-1.5e-3",
                           "\"\\ud83d\\ude00\"",
                           "{}",
                           "[]",
                           " [1 , 2 ]\n",
                           "\"\xC3\xA9\"",
                           "{\"a\":1,\"a\":2}",
                           "\"\\/\\b\\f\\n\\r\\t\\\\\\\"\"",
                           "null",
                           "true",
                           "\"\\u00e9\"",
                           "\"\xED\x9F\xBF\"",
                           "\"\\ued00\"",
                           "\"\x7f\""})
    texts.push_back({fits, ""});
  // PostgreSQL 17 takes an exponent of 1073741823, others do not: whether it is refused is nobody's business.
  for (const char* number :
       {"1e131072", "1e-16384", "0e-16384", "1.5e-16383", "0.0001e131076", "1e-99999999999", "0e99999999999",
        "0e1073741824", "-1e131072", "[1,{\"a\":1e131072}]"})
    texts.push_back({number, "22003"});
  texts.push_back({"1" + std::string(131071, '0'), ""});
  texts.push_back({"1" + std::string(131072, '0'), "22003"});
  texts.push_back({"0." + std::string(16382, '0') + "1", ""});
  texts.push_back({"0." + std::string(16383, '0') + "1", "22003"});
  texts.push_back({"1." + std::string(16384, '0'), "22003"});
  for (const char* zero : {"\"\\u0000\"", "{\"\\u0000\":1}", "{\"a\":[\"x\\u0000y\"]}"})
    texts.push_back({zero, "22P05"});
  for (const char* broken : {"\"\\ud800\"",
                             "\"\\udc00\"",
                             "\"\\ud800\\ud800\"",
                             "\"\\udc00\\ud800\"",
                             "\"\\ud800x\"",
                             "{\"\\udfff\":1}",
                             "01",
                             "1.",
                             ".5",
                             "+1",
                             "tru",
                             "\"\\x\"",
                             "\"\t\"",
                             "-",
                             "nan",
                             "NaN",
                             "Infinity",
                             "[1,]",
                             "",
                             " ",
                             "1 2",
                             "/*a*/1",
                             "{a:1}",
                             "{'a':1}",
                             "{\"a\"}",
                             "{\"a\":1,}",
                             "[1",
                             "\"a",
                             "\"\\u12\"",
                             "{} x",
                             "\"\n\"",
                             "1e",
                             "1e+",
                             "\xEF\xBB\xBF{}",
                             "True",
                             "[,1]",
                             "0x1",
                             "--1",
                             "\xC2\xA0"
                             "1"})
    texts.push_back({broken, "22P02"});
  return texts;
}

}  // namespace command_center::api_tests
