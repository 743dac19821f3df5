// Compares the probe read through jsonb with the probe parsed from text.
#include "extension/core/json_schema/layout_probe.hpp"

#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/order.hpp"

namespace command_center::json_schema {

// More than thirty-two elements, so that entries hold lengths as well as offsets; a numeric too wide for the
// short header.
std::string_view layout_probe() noexcept {
  return R"({"a":null,"b":true,"c":false,"text":"h\u00f6tel","empty":"","object":{"x":[],"y":{}},)"
         R"("numbers":[0,-1,1.50,19.99,-0.0001,1e20,9007199254740993,1e-70,1e300,12345678901234567890.12345],)"
         R"("many":[0,"1",2,"33",4,"555",6,"7",8,"99",10,11,"12",13,14,15,"16",17,18,19,"20",21,22,23,24,25,26,27,28,)"
         R"(29,30,31,32,"33",[34],{"k":35},36]})";
}

bool reads_layout_probe(values::JsonbView root) {
  const auto expected = values::Document::parse(layout_probe());
  return values::order(root, values::DocumentView(expected->root())) == 0;
}

}  // namespace command_center::json_schema
