// A topic that is not there is asked for and not waited for: what is for it is left out of the batch
// meanwhile.
#include "relay/publisher/topics.hpp"

#include <poll.h>

#include <algorithm>

#include "daemon/logging/log.hpp"

namespace command_center::relay::publisher {
namespace {

using Presence = kafka::Cluster::Presence;

// Most topics are created within that time; others are not to wait for longer.
constexpr std::chrono::milliseconds kCreationPatience{300};
constexpr int kLookEveryMs = 20;
constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kMostPause{30'000};
// A moment between the pieces in which messages are appended again: others go on.
constexpr std::chrono::milliseconds kFreeingPause{20};
constexpr std::chrono::milliseconds kKeysPause{1000};

}  // namespace

Topics::InUse* Topics::find(std::string_view topic) {
  const auto found = in_use_.find(topic);
  return found == in_use_.end() || found->second.handle == nullptr ? nullptr : &found->second;
}

std::vector<TopicTrouble> Topics::settle(const std::set<std::string>& topics) {
  const auto deadline = runtime::Clock::now() + kCreationPatience;
  std::set<std::string> missing = topics;
  std::map<std::string, std::string> details;
  bool asked = false;
  while (!missing.empty()) {
    std::set<std::string> to_create;
    bool may_come = false;
    for (const auto& [topic, answer] : cluster_.look_for_all(missing)) {
      if (answer.presence == Presence::kThere) {
        in_use_[topic].handle = producer_.topic_handle(topic);
        missing.erase(topic);
        details.erase(topic);
        continue;
      }
      const std::string creation_error = cluster_.creation_error(topic);
      details[topic] = creation_error.empty() ? answer.detail : creation_error;
      if (answer.presence == Presence::kMissing) to_create.insert(topic);
      may_come = may_come || answer.presence == Presence::kSettling || creation_error.empty();
    }
    const bool may_create = settings_.topic_creation == settings::TopicCreation::kAllow;
    if (may_create && !asked && !to_create.empty()) start_creating(to_create);
    asked = true;
    if (missing.empty() || !may_create || !may_come || runtime::Clock::now() > deadline) break;
    poll(nullptr, 0, kLookEveryMs);
  }
  std::vector<TopicTrouble> troubles;
  troubles.reserve(missing.size());
  for (const std::string& topic : missing) troubles.push_back({topic, details[topic]});
  return troubles;
}

void Topics::start_creating(const std::set<std::string>& topics) {
  declarations::Shapes shapes = outbox_.declared_topics(topics);
  for (const std::string& topic : topics) shapes.emplace(topic, kafka::TopicShape());
  cluster_.start_creating(shapes);
}

void Topics::forget(const std::string& topic) {
  const auto found = in_use_.find(topic);
  if (found == in_use_.end()) return;
  found->second.handle = nullptr;
  ++found->second.strikes;
}

std::set<std::string> Topics::forget_missing() {
  std::set<std::string> of_part;
  for (const auto& [name, topic] : in_use_) {
    if (topic.produced > 0) of_part.insert(name);
  }
  std::set<std::string> missing;
  for (const auto& [name, answer] : cluster_.look_for_all(of_part)) {
    if (answer.presence != Presence::kMissing) continue;
    in_use_[name].handle = nullptr;
    missing.insert(name);
  }
  return missing;
}

void Topics::hold(std::int64_t batch_id, std::int64_t after_position, const TopicTrouble& trouble) {
  outbox_.hold_topic(lease_.holder(), batch_id, after_position, trouble.topic, trouble.detail);
  const auto before = pauses_.find(trouble.topic);
  const auto pause = before == pauses_.end() ? kFirstPause : std::min(before->second * 2, kMostPause);
  pauses_[trouble.topic] = pause;
  holds_[trouble.topic] = {runtime::Clock::now() + pause, pause, true};
  in_use_.erase(trouble.topic);
  logging::warning("holds a topic", {{"topic", trouble.topic},
                                     {"message", trouble.detail},
                                     {"retry_in_ms", static_cast<std::int64_t>(pause.count())}});
}

void Topics::load_holds() {
  for (const outbox::TopicHold& found : outbox_.topic_holds())
    holds_[found.topic] = {runtime::Clock::now(), kFirstPause, found.held};
}

void Topics::retry_holds() {
  const auto now = runtime::Clock::now();
  std::set<std::string> due;
  for (const auto& [topic, hold] : holds_) {
    if (hold.due <= now && hold.held) due.insert(topic);
  }
  std::set<std::string> missing;
  if (!due.empty()) {
    for (const auto& [topic, answer] : cluster_.look_for_all(due)) {
      Hold& hold = holds_[topic];
      if (answer.presence == Presence::kThere) {
        hold.held = false;
        hold.due = now;
        continue;
      }
      if (answer.presence == Presence::kMissing) missing.insert(topic);
      hold.pause = std::min(hold.pause * 2, kMostPause);
      hold.due = now + hold.pause;
    }
    if (!missing.empty() && settings_.topic_creation == settings::TopicCreation::kAllow)
      start_creating(missing);
  }
  for (auto entry = holds_.begin(); entry != holds_.end();) {
    auto& [topic, hold] = *entry;
    if (hold.held || hold.due > now) {
      ++entry;
      continue;
    }
    if (outbox_.free_topic(lease_.holder(), topic) > 0) {
      hold.due = now + kFreeingPause;
      ++entry;
      continue;
    }
    // Somebody may write to the rest of its keys at the moment.
    const auto left = outbox_.topic_holds();
    const bool is_left =
        std::any_of(left.begin(), left.end(),
                    [name = topic](const outbox::TopicHold& other) { return other.topic == name; });
    if (is_left) {
      hold.due = now + kKeysPause;
      ++entry;
      continue;
    }
    logging::info("topic takes messages again", {{"topic", topic}});
    entry = holds_.erase(entry);
  }
}

}  // namespace command_center::relay::publisher
