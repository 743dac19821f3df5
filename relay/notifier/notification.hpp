// What an event of the topic says, and what each channel's webhook is told of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/notification.hpp"

namespace command_center::relay::notifier {

struct Notification {
  identifiers::Uuid event_id;
  identifiers::Uuid tenant_id;
  std::int64_t published_ms = 0;  // since 1970, as the event's id says
  inventory::Recipients recipients;
  std::string subject;
  std::string body;
  std::string metadata;  // JSON

  // The same for each attempt to tell the same channel.
  [[nodiscard]] std::string webhook_id(inventory::Channel channel) const;
  // Of what is kept for each channel, about.
  [[nodiscard]] std::size_t bytes() const noexcept;
  // The request's body.
  [[nodiscard]] std::string request(inventory::Channel channel) const;
};

// Either of them.
struct Reading {
  std::optional<Notification> notification{};
  std::string mistake{};  // in words of ours: the text is never repeated
};

// `event_id`: of the header ce_id, else that of the envelope counts; empty: there is none. `more`: recipients
// besides those of the event. `now_ms`: since 1970.
[[nodiscard]] Reading read_notification(std::string_view event_id, std::string_view text,
                                        const std::vector<std::string>& more, std::int64_t now_ms);

}  // namespace command_center::relay::notifier
