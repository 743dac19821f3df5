// Fuzzes what takes bodies apart: nothing is taken that lies outside the text or that jsonb would refuse, and
// what is taken as a command is written again as JSON. The trace context of strangers, too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/bodies/json_document.hpp"
#include "api/http/target.hpp"
#include "daemon/postgres/texts.hpp"
#include "extension/core/envelope/trace_context.hpp"

namespace {

using namespace command_center;       // NOLINT(google-build-using-namespace)
using namespace command_center::api;  // NOLINT(google-build-using-namespace)
using bodies::JsonDocument;
using bodies::Type;
using bodies::Value;

void require(bool promise) {
  if (!promise) std::abort();
}

// What a value is made of is a text of its own, and the same again.
void check(const Value& value, std::string_view text) {
  require(value.raw.data() >= text.data() &&
          value.raw.data() + value.raw.size() <= text.data() + text.size() && !value.raw.empty());
  const auto again = bodies::parse_json(value.raw);
  const auto* whole = std::get_if<JsonDocument>(&again);
  require(whole != nullptr && whole->root.type == value.type && whole->root.string == value.string);
  if (value.type == Type::kString) require(daemon::postgres::is_text(value.string));
  if (value.type == Type::kNumber) require(bodies::fits_numeric(value.raw));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = bodies::parse_json(text);
  if (const auto* document = std::get_if<JsonDocument>(&parsed)) {
    check(document->root, text);
    for (const bodies::Member& member : document->members) {
      require(daemon::postgres::is_text(member.name));
      check(member.value, text);
    }
    for (const Value& element : document->elements) check(element, text);
  } else {
    require(!std::get<bodies::Mistake>(parsed).sqlstate.empty());
  }
  if (const auto target = http::parse_target(text)) {
    require(!target->path.empty());
    for (const std::string& segment : target->segments) require(daemon::postgres::is_text(segment));
    for (const auto& [name, value] : target->query)
      require(daemon::postgres::is_text(name) && daemon::postgres::is_text(value));
  }
  if (envelope::is_traceparent(text)) require(daemon::postgres::is_text(text) && text.size() <= 255);
  return 0;
}
