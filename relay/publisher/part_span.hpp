// The span of a part of a batch on its way into Kafka, for the traces that its messages are of.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "daemon/spans/span.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"

namespace command_center::relay::publisher {

// One that is begun anew or destroyed before its end ends as failed.
class PartSpan {
 public:
  PartSpan() = default;
  ~PartSpan();
  PartSpan(const PartSpan&) = delete;
  PartSpan& operator=(const PartSpan&) = delete;

  void begin() noexcept;
  // Of each message that is produced.
  void note(const kafka::Headers& headers);
  // `messages`: of the part, which Kafka has now.
  void end_published(std::int64_t messages) noexcept;
  void end_failed(std::string_view reason) noexcept;

 private:
  void end(std::int64_t messages, std::string_view failure);

  spans::Contexts contexts_;
  std::chrono::system_clock::time_point began_{};
};

}  // namespace command_center::relay::publisher
