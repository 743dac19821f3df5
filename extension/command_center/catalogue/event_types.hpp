// The registered events that a session knows, compiled.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/core/json_schema/program.hpp"

namespace command_center::extension {

// An active version of an event.
struct EventType {
  bool is_known = false;  // some version is registered, active or not
  int version = 0;        // 0: no active version is as asked; what follows is empty then
  std::string topic;
  bool ordered = false;
  std::shared_ptr<const json_schema::Program> program;  // null: any payload
};

// The active version with this number, or with 0 the newest one. Valid until the next event is looked for.
// Postgres regime; KC013 as an Error should its schema not compile any more.
[[nodiscard]] const EventType& find_event_type(std::string_view event_type, int version);

// Whether it is active and may be published to the topic: its own, or the shadow of that, whose name ends in
// ".shadow", so that a service that only runs along says the same where nobody acts by it.
[[nodiscard]] bool is_registered_for(const EventType& event_type, std::string_view topic) noexcept;

}  // namespace command_center::extension
