// Holds incoming events against the event catalogue.
#pragma once

#include "extension/boundary/refusal_of.hpp"
#include "extension/command_center/subscriptions/message.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"

namespace command_center::extension {

// Whether a message is what its event (header ce_type, ce_eventversion) is registered as: KC001 for a value
// that is no JSON or fails the schema, KC002 where only registered events may come. In the envelope of
// publish_event the payload is judged, else the whole value. A tombstone has nothing to judge. After
// begin_decision(); Postgres regime, in no session.
[[nodiscard]] boundary::Refusal check_event(const Message& message, SchemaCheck check);

}  // namespace command_center::extension
