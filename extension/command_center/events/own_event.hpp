// Events that an extension of ours publishes as a part of a change that it makes.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"

namespace command_center::extension {

// Views of the calling context.
struct OwnEvent {
  identifiers::Uuid tenant_id;
  std::string_view topic;
  std::string_view event_type;
  std::string_view partition_key;
  std::string_view correlation_id;  // empty: the event's own id
  std::string_view payload_json;
};

// Puts it into the outbox in the caller's transaction, with the newest active version of the event, whose
// schema it must pass (KC001). False, and nothing is written, where the topic is not declared, or the event
// is not registered for it, or not any more: an extension's change must not fail for its events. It asks for
// no right, since the change is the caller's and the event ours; nor for command_center.enabled. Its place
// among those of its key is that of the caller's own locks: nothing is locked here. Postgres regime, also
// within an open session of the extension.
bool publish_own_event(const OwnEvent& event);

}  // namespace command_center::extension
