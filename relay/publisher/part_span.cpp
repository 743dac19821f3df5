// Whose traces it belongs to is known when its messages have been read: so the span is made at its end.
#include "relay/publisher/part_span.hpp"

#include "relay/kafka/trace.hpp"

namespace command_center::relay::publisher {
namespace {

constexpr std::string_view kInterrupted = "interrupted";

}  // namespace

PartSpan::~PartSpan() {
  end_failed(kInterrupted);
}

void PartSpan::begin() noexcept {
  end_failed(kInterrupted);
  began_ = std::chrono::system_clock::now();
}

void PartSpan::note(const kafka::Headers& headers) {
  if (spans::is_on()) contexts_.note(kafka::origin_of(headers.get()));
}

void PartSpan::end_published(std::int64_t messages) noexcept {
  try {
    end(messages, {});
  } catch (...) {
    contexts_.clear();  // no memory
  }
}

void PartSpan::end_failed(std::string_view reason) noexcept {
  try {
    end(0, reason);
  } catch (...) {
    contexts_.clear();  // no memory
  }
}

void PartSpan::end(std::int64_t messages, std::string_view failure) {
  if (contexts_.empty()) return;
  spans::Span span =
      spans::begin_for("publish", spans::Kind::kProducer, contexts_, spans::Parent::Place::kRemote);
  span.began(began_);
  span.set("messaging.system", "kafka");
  span.set("messaging.operation.name", "publish");
  span.set("messaging.operation.type", "send");
  if (failure.empty()) {
    span.set("messaging.batch.message_count", messages);
  } else {
    span.fail(failure);
  }
  span.end();
  contexts_.clear();
}

}  // namespace command_center::relay::publisher
