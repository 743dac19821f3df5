// Each request is looked at once, and each row once.
#include "tests/api/kills/ledger.hpp"

namespace command_center::api_tests {
namespace {

constexpr const char* kCanary = "canary-";
constexpr std::size_t kMostExamples = 5;

struct Seen {
  int dispatches = 0;
  int effects = 0;
};

}  // namespace

const char* name_of(Broken broken) {
  switch (broken) {
    case Broken::kLost:
      return "lost";
    case Broken::kDuplicate:
      return "duplicate";
    case Broken::kRefusedAndDone:
      return "refused, and done";
    case Broken::kInvented:
      return "invented";
    case Broken::kMixedUp:
      return "mixed up";
    case Broken::kOtherId:
      return "other id";
    case Broken::kNoEffect:
      return "no effect";
    case Broken::kWrongEffect:
      return "wrong effect";
    case Broken::kChangedAnswer:
      return "changed answer";
    case Broken::kStrangeAnswer:
      return "strange answer";
    case Broken::kOthersAnswer:
      return "another's answer";
  }
  return "?";
}

void Findings::add(Broken broken, const std::string& what) {
  ++counts_[broken];
  std::vector<std::string>& examples = examples_[broken];
  if (examples.size() < kMostExamples) examples.push_back(what);
}

void Findings::merge(const Findings& other) {
  for (const auto& [broken, count] : other.counts_) counts_[broken] += count;
  for (const auto& [broken, examples] : other.examples_) {
    std::vector<std::string>& all = examples_[broken];
    for (const std::string& each : examples) {
      if (all.size() < kMostExamples) all.push_back(each);
    }
  }
}

int Findings::count(Broken broken) const {
  const auto found = counts_.find(broken);
  return found == counts_.end() ? 0 : found->second;
}

std::string Findings::text() const {
  std::string text;
  for (const auto& [broken, count] : counts_) {
    text += std::string(name_of(broken)) + ": " + std::to_string(count) + '\n';
    for (const std::string& each : examples_.at(broken)) text += "  " + each + '\n';
  }
  return text;
}

Findings judge(const Requests& requests, const std::vector<Dispatch>& dispatches,
               const std::vector<std::string>& effects) {
  Findings findings;
  std::unordered_map<std::string, Seen> seen;
  for (const Dispatch& dispatch : dispatches) {
    const auto request = requests.find(dispatch.name);
    if (request == requests.end()) {
      findings.add(Broken::kInvented, dispatch.name + " " + dispatch.command_id);
      continue;
    }
    if (++seen[dispatch.name].dispatches > 1) findings.add(Broken::kDuplicate, dispatch.name);
    if (dispatch.canary != dispatch.name)
      findings.add(Broken::kMixedUp, dispatch.name + " has the payload of " + dispatch.canary);
    if (!request->second.command_id.empty() && request->second.command_id != dispatch.command_id)
      findings.add(Broken::kOtherId, dispatch.name + " is " + dispatch.command_id + ", and was said to be " +
                                         request->second.command_id);
  }
  for (const std::string& effect : effects) ++seen[effect].effects;
  for (const auto& [name, request] : requests) {
    const auto found = seen.find(name);
    const Seen there = found == seen.end() ? Seen() : found->second;
    if (!request.command_id.empty() && there.dispatches == 0) findings.add(Broken::kLost, name);
    if (request.command_id.empty() && !request.is_uncertain && there.dispatches > 0)
      findings.add(Broken::kRefusedAndDone, name);
    const int wanted = request.sort == Sort::kHandled ? there.dispatches : 0;
    if (there.effects < wanted) findings.add(Broken::kNoEffect, name);
    if (there.effects > wanted) findings.add(Broken::kWrongEffect, name);
  }
  for (const auto& [name, there] : seen) {
    if (requests.count(name) == 0) findings.add(Broken::kWrongEffect, name);
  }
  return findings;
}

std::string name_of(int client, int number) {
  return kCanary + std::to_string(client) + "-" + std::to_string(number);
}

bool has_only_names_of(int client, const std::string& text) {
  const std::string own = kCanary + std::to_string(client) + "-";
  for (std::size_t at = text.find(kCanary); at != std::string::npos; at = text.find(kCanary, at + 1)) {
    if (text.compare(at, own.size(), own) != 0) return false;
  }
  return true;
}

}  // namespace command_center::api_tests
