// Fuzzes what the catalogue's definitions and a message's texts are made of: a policy or a limit is refused
// with a reason or can be used, and every message is JSON.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extension/core/envelope/event.hpp"
#include "extension/core/envelope/message.hpp"
#include "extension/core/envelope/replay.hpp"
#include "extension/core/envelope/topic.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/features/limit_definition.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json/rapidjson.hpp"
#include "extension/core/json_schema/values/utf8.hpp"
#include "extension/core/routing/decision.hpp"

namespace {

using namespace command_center;  // NOLINT(google-build-using-namespace)

void require(bool promise) {
  if (!promise) std::abort();
}

class SomeTakeCommands : public routing::Availability {
 public:
  [[nodiscard]] bool takes_commands(std::string_view service_id) const override {
    return service_id.size() % 2 == 0;
  }
};

void check_policy(std::string_view text) {
  routing::Route route;
  routing::PolicyOutcome outcome = routing::parse_policy(text);
  if (!outcome.errors.empty()) return;
  route.policy = outcome.policy;
  const routing::Decision decision = routing::decide("command", text, &route, {}, SomeTakeCommands());
  require(decision.target.empty() || decision.target.size() % 2 == 0);
  const auto is_target = [&decision](const auto& target) { return target.service_id == decision.target; };
  const auto& targets = route.policy.targets;
  require(decision.target.empty() || decision.target == route.policy.fallback ||
          std::any_of(targets.begin(), targets.end(), is_target));
  require(std::find(decision.also.begin(), decision.also.end(), decision.target) == decision.also.end());
}

void check_limit(std::string_view text) {
  const features::LimitOutcome outcome = features::parse_limit(text);
  if (!outcome.errors.empty()) return;
  const std::string written = features::to_json(outcome.limit);
  const features::LimitOutcome again = features::parse_limit(written);
  require(again.errors.empty() && features::to_json(again.limit) == written);
}

void require_json_object(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                                                         text.size());
  require(!document.HasParseError() && document.IsObject());
}

// Texts of the server are well-formed UTF-8 without zeros.
void check_messages(std::string_view text) {
  if (!json_schema::values::is_well_formed_utf8(text) || text.find('\0') != std::string_view::npos) return;
  const std::vector<std::string_view> targets = {text, "other"};
  const envelope::CommandFacts command = {text, 1,    text, text, text, text, text,
                                          text, text, text, text, text, "{}", "[]"};
  const envelope::Addressing addressing = {text, text, &targets};
  std::string headers;
  std::string envelope;
  envelope::append_headers(headers, command, addressing);
  envelope::append_envelope(envelope, command, addressing);
  require_json_object(headers);
  require_json_object(envelope);
  std::string replayed;
  envelope::append_replay_headers(replayed, headers, text, text);
  require_json_object(replayed);
}

void check_event(std::string_view text) {
  if (!json_schema::values::is_well_formed_utf8(text) || text.find('\0') != std::string_view::npos) return;
  const std::size_t split = std::min(text.find('\n'), text.size());
  const std::vector<envelope::EventHeader> own = {
      {text.substr(0, split), text.substr(std::min(split + 1, text.size()))}};
  try {
    envelope::check_event_headers(own);
    envelope::check_topic(text.substr(0, split));
  } catch (const Error& error) {
    require(error.sqlstate() == sqlstate::kInvalidParameter);
    return;
  }
  const envelope::EventFacts event = {text, text, text, text, text, text, "{}"};
  std::string headers;
  std::string envelope;
  envelope::append_event_headers(headers, event, own);
  envelope::append_event_envelope(envelope, event);
  require_json_object(headers);
  require_json_object(envelope);
}

}  // namespace

// The first byte tells what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'p':
      check_policy(text);
      break;
    case 'l':
      check_limit(text);
      break;
    case 'm':
      check_messages(text);
      break;
    case 'e':
      check_event(text);
      break;
    case '/':
      static_cast<void>(json::parse_pointer(text));
      break;
    default:
      break;
  }
  return 0;
}
