// A message that fails within a batch that is applied is the batch's failure, as far as can be told.
#include "relay/consumer/batch_span.hpp"

#include <algorithm>

namespace command_center::relay::consumer {
namespace {

spans::Contexts contexts_of(const std::vector<const Message*>& messages) {
  spans::Contexts contexts;
  for (const Message* message : messages) contexts.note(message->trace);
  return contexts;
}

}  // namespace

BatchSpan::BatchSpan(const Subscription& subscription, const std::vector<const Message*>& messages) {
  if (!spans::is_on() || messages.empty()) return;
  const spans::Contexts contexts = contexts_of(messages);
  if (contexts.empty()) return;
  messages_ = spans::begin_for("process " + subscription.name, spans::Kind::kConsumer, contexts,
                               spans::Parent::Place::kRemote);
  const auto* const first =
      *std::min_element(messages.begin(), messages.end(),
                        [](const Message* one, const Message* other) { return one->taken < other->taken; });
  messages_.began(first->taken);
  messages_.set("messaging.system", "kafka");
  messages_.set("messaging.operation.name", "process");
  messages_.set("messaging.operation.type", "process");
  messages_.set("messaging.consumer.group.name", subscription.group);
  messages_.set("messaging.batch.message_count", static_cast<std::int64_t>(messages.size()));
  const bool is_one_topic = std::all_of(messages.begin(), messages.end(), [&](const Message* message) {
    return message->partition.first == messages.front()->partition.first;
  });
  if (is_one_topic) messages_.set("messaging.destination.name", messages.front()->partition.first);
  const auto within = messages_.origin();
  if (!within) return;
  call_ = spans::begin("apply_messages", spans::Kind::kClient,
                       spans::Parent{within->context, spans::Parent::Place::kHere, within->state});
  call_.set("db.system.name", "postgresql");
  call_.set("db.stored_procedure.name", "command_center.apply_messages");
}

void BatchSpan::end(const std::vector<Outcome>& outcomes) {
  call_.end();
  const auto failed = std::find_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return outcome.status == Outcome::Status::kFailed;
  });
  if (failed != outcomes.end()) messages_.fail(failed->sqlstate);
  messages_.end();
}

void BatchSpan::end_failed(std::string_view sqlstate) {
  call_.set("db.response.status_code", sqlstate);
  call_.fail(sqlstate);
  call_.end();
  messages_.fail(sqlstate);
  messages_.end();
}

}  // namespace command_center::relay::consumer
