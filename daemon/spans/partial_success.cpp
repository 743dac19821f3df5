// Strangers write this text: it may be anything.
#include "daemon/spans/partial_success.hpp"

#include <charconv>

#include "extension/core/json/rapidjson.hpp"

namespace command_center::daemon::spans {

std::int64_t rejected_spans(std::string_view answer) noexcept {
  try {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(answer.data(), answer.size());
    if (document.HasParseError() || !document.IsObject()) return 0;
    const auto partial = document.FindMember("partialSuccess");
    if (partial == document.MemberEnd() || !partial->value.IsObject()) return 0;
    const auto rejected = partial->value.FindMember("rejectedSpans");
    if (rejected == partial->value.MemberEnd()) return 0;
    std::int64_t count = 0;
    if (rejected->value.IsInt64()) {
      count = rejected->value.GetInt64();
    } else if (rejected->value.IsString()) {
      const char* text = rejected->value.GetString();
      std::from_chars(text, text + rejected->value.GetStringLength(), count);
    }
    return count < 0 ? 0 : count;
  } catch (...) {
    return 0;
  }
}

}  // namespace command_center::daemon::spans
