// Reads and checks route policies.
#include "extension/core/routing/policy.hpp"

#include <algorithm>

#include "extension/core/json/member_names.hpp"
#include "extension/core/json/rapidjson.hpp"

namespace command_center::routing {
namespace {

constexpr std::size_t kMaxTargets = 100;
constexpr double kMaxWeight = 1e6;

std::string_view text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

class PolicyReader {
 public:
  PolicyOutcome read(const rapidjson::Value& root) {
    if (!root.IsObject()) {
      refuse("", "must be an object");
      return std::move(outcome_);
    }
    for (const auto& member : root.GetObject()) read_member(text_of(member.name), member.value);
    if (outcome_.errors.empty()) check_whole();
    return std::move(outcome_);
  }

 private:
  void refuse(std::string location, std::string message) {
    outcome_.errors.push_back({std::move(location), std::move(message)});
  }

  void read_member(std::string_view name, const rapidjson::Value& value) {
    if (name == "targets") return read_targets(value);
    if (name == "also") return read_also(value);
    if (name == "fallback") {
      if (!value.IsNull()) outcome_.policy.fallback = read_service_id(value, "/fallback");
      return;
    }
    if (name == "stickiness") return read_stickiness(value);
    refuse("/" + std::string(name),
           json::unknown_member(name, {"targets", "also", "fallback", "stickiness"}, "a policy"));
  }

  std::string read_service_id(const rapidjson::Value& value, const std::string& location) {
    if (value.IsString() && value.GetStringLength() > 0) return std::string(text_of(value));
    refuse(location, "must be the id of a service");
    return {};
  }

  void read_targets(const rapidjson::Value& value) {
    if (!value.IsArray() || value.Size() > kMaxTargets)
      return refuse("/targets", "must be an array of at most 100 targets");
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      read_target(value[i], "/targets/" + std::to_string(i));
  }

  void read_target(const rapidjson::Value& value, const std::string& location) {
    if (!value.IsObject()) return refuse(location, "must be an object with serviceId");
    if (!value.HasMember("serviceId")) refuse(location, "must be an object with serviceId");
    WeightedTarget target;
    for (const auto& member : value.GetObject()) {
      const std::string_view name = text_of(member.name);
      if (name == "serviceId") {
        target.service_id = read_service_id(member.value, location + "/serviceId");
      } else if (name == "weight") {
        target.weight = read_weight(member.value, location + "/weight");
      } else {
        refuse(location + "/" + std::string(name),
               json::unknown_member(name, {"serviceId", "weight"}, "a target"));
      }
    }
    const auto same = [&](const WeightedTarget& other) { return other.service_id == target.service_id; };
    if (std::any_of(outcome_.policy.targets.begin(), outcome_.policy.targets.end(), same)) {
      refuse(location, "names a service twice");
    }
    outcome_.policy.targets.push_back(std::move(target));
  }

  double read_weight(const rapidjson::Value& value, const std::string& location) {
    if (value.IsNumber()) {
      const double weight = value.GetDouble();
      if (weight >= 0 && weight <= kMaxWeight) return weight;
    }
    refuse(location, "must be a number from 0 to 1000000");
    return 0;
  }

  void read_also(const rapidjson::Value& value) {
    if (!value.IsArray() || value.Size() > kMaxTargets)
      return refuse("/also", "must be an array of at most 100 services");
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      std::string service_id = read_service_id(value[i], "/also/" + std::to_string(i));
      auto& also = outcome_.policy.also;
      if (std::find(also.begin(), also.end(), service_id) != also.end()) {
        refuse("/also/" + std::to_string(i), "names a service twice");
      }
      also.push_back(std::move(service_id));
    }
  }

  void read_stickiness(const rapidjson::Value& value) {
    if (value.IsString() && text_of(value) == "key") {
      outcome_.policy.stickiness = Stickiness::kKey;
    } else if (value.IsString() && text_of(value) == "command") {
      outcome_.policy.stickiness = Stickiness::kCommand;
    } else {
      refuse("/stickiness", "must be \"key\" or \"command\"");
    }
  }

  void check_whole() {
    const auto& policy = outcome_.policy;
    const bool any_weight = std::any_of(policy.targets.begin(), policy.targets.end(),
                                        [](const auto& target) { return target.weight > 0; });
    if (!any_weight && !policy.fallback) refuse("/targets", "needs a target with a weight, or a fallback");
  }

  PolicyOutcome outcome_;
};

}  // namespace

PolicyOutcome parse_policy(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError()) return {{}, {{"", "is not JSON"}}};
  return PolicyReader().read(document);
}

}  // namespace command_center::routing
