// Reads and checks limits.
#include "extension/core/features/limit_definition.hpp"

#include "extension/core/json/member_names.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json/rapidjson.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::features {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000;
constexpr std::int64_t kLongestCooldown = 86'400;

std::string_view text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

std::string token_of(std::string_view name) {
  std::string token;
  json::append_token(token, name);
  return token;
}

// Limits that 0.2.0 stored have these names until setup() has run.
std::string_view current_spelling(std::string_view name) {
  if (name == "max_per_minute") return "maxPerMinute";
  if (name == "cooldown_seconds") return "cooldownSeconds";
  return name;
}

class LimitReader {
 public:
  explicit LimitReader(Spelling spelling) : spelling_(spelling) {}

  LimitOutcome read(const rapidjson::Value& root) {
    if (!root.IsObject()) {
      refuse("", "must be an object");
      return std::move(outcome_);
    }
    for (const auto& member : root.GetObject()) {
      const std::string_view name = text_of(member.name);
      read_member(spelling_ == Spelling::kStored ? current_spelling(name) : name, member.value);
    }
    if (!has_per_) refuse("/per", "is missing");
    if (!has_rate_) refuse("/maxPerMinute", "is missing");
    if (outcome_.limit.burst == 0) outcome_.limit.burst = outcome_.limit.max_per_minute;
    return std::move(outcome_);
  }

 private:
  void refuse(std::string location, std::string message) {
    outcome_.errors.push_back({std::move(location), std::move(message)});
  }

  void read_member(std::string_view name, const rapidjson::Value& value) {
    LimitDefinition& limit = outcome_.limit;
    if (name == "per") return read_per(value);
    if (name == "maxPerMinute") {
      has_rate_ = true;
      return read_number(limit.max_per_minute, name, value, 1, kMostTokens);
    }
    if (name == "burst") {
      if (!value.IsNull()) read_number(limit.burst, name, value, 1, kMostTokens);
      return;
    }
    if (name == "cooldownSeconds")
      return read_number(limit.cooldown_seconds, name, value, 0, kLongestCooldown);
    refuse(token_of(name),
           json::unknown_member(name, {"per", "maxPerMinute", "burst", "cooldownSeconds"}, "limits"));
  }

  void read_per(const rapidjson::Value& value) {
    has_per_ = true;
    for (const Per per : {Per::kTenant, Per::kProperty, Per::kRole}) {
      if (value.IsString() && text_of(value) == to_text(per)) {
        outcome_.limit.per = per;
        return;
      }
    }
    refuse("/per", "must be \"tenant\", \"property\" or \"role\"");
  }

  void read_number(std::int64_t& number, std::string_view name, const rapidjson::Value& value,
                   std::int64_t least, std::int64_t most) {
    if (value.IsInt64() && value.GetInt64() >= least && value.GetInt64() <= most) {
      number = value.GetInt64();
      return;
    }
    refuse(token_of(name),
           "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }

  Spelling spelling_;
  bool has_per_ = false;
  bool has_rate_ = false;
  LimitOutcome outcome_;
};

}  // namespace

LimitOutcome parse_limit(std::string_view json, Spelling spelling) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError()) return {{}, {{"", "is not JSON"}}};
  return LimitReader(spelling).read(document);
}

std::string_view to_text(Per per) noexcept {
  switch (per) {
    case Per::kProperty:
      return "property";
    case Per::kRole:
      return "role";
    default:
      return "tenant";
  }
}

std::string to_json(const LimitDefinition& limit) {
  std::string text;
  json::TextWriter writer(text);
  writer.begin_object();
  writer.member("per", to_text(limit.per));
  writer.key("maxPerMinute");
  writer.number(limit.max_per_minute);
  writer.key("burst");
  writer.number(limit.burst);
  writer.key("cooldownSeconds");
  writer.number(limit.cooldown_seconds);
  writer.end_object();
  return text;
}

}  // namespace command_center::features
