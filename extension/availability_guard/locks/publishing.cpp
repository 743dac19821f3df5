// The key of all events of a reservation is the reservation.
#include "extension/availability_guard/locks/publishing.hpp"

#include <string>

#include "extension/availability_guard/locks/witness.hpp"
#include "extension/boundary/call_pg.hpp"
#include "extension/command_center/events/own_event.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Happening;
using inventory::Instant;

constexpr std::string_view kTopic = "inventory.events";

std::string_view id_text(const Uuid& id) {
  return DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(id)));
}

// C++ regime.
std::string_view kept(const std::string& text) {
  return {boundary::call_pg([&]() noexcept { return pnstrdup(text.data(), text.size()); }), text.size()};
}

// C++ regime.
std::string_view instant_text(Instant instant) {
  return kept(time::to_rfc3339(unix_microseconds(instant)));
}

// C++ regime.
std::string_view payload_of(Happening happening, const inventory::LockFacts& facts) {
  std::string text;
  inventory::append_lock_event(text, happening, facts);
  return kept(text);
}

inventory::LockFacts facts_of(const Uuid& tenant_id, const LockRow& row, const Remarks& remarks,
                              Instant now) {
  const inventory::Content& content = row.held.content;
  inventory::LockFacts facts = {};
  facts.tenant_id = id_text(tenant_id);
  facts.lock_id = id_text(row.held.lock_id);
  facts.version = row.version;
  facts.reservation_id = id_text(row.reservation_id);
  facts.line = row.held.line;
  facts.room_type_id = id_text(content.room_type_id);
  if (content.has_room) facts.room_id = id_text(content.room_id);
  if (row.has_property) facts.property_id = id_text(row.property_id);
  facts.stay_start = day_text(content.stay.arrival);
  facts.stay_end = day_text(content.stay.departure);
  facts.hold = inventory::name_of(content.hold);
  if (row.held.expires_at != inventory::kNever) facts.expires_at = instant_text(row.held.expires_at);
  facts.reason = remarks.reason;
  facts.key = row.held.key;
  if (remarks.initiator != 0) facts.initiator_json = jsonb_text(remarks.initiator);
  facts.at = instant_text(now);
  return facts;
}

}  // namespace

void publish(const Uuid& tenant_id, const LockRow& row, Happening happening, const Remarks& remarks,
             Instant now) {
  const std::string_view type = inventory::event_type_of(happening);
  if (type.empty()) return;
  const inventory::LockFacts facts = facts_of(tenant_id, row, remarks, now);
  (void)extension::publish_own_event(
      {tenant_id, kTopic, type, facts.reservation_id, remarks.correlation_id, payload_of(happening, facts)});
}

}  // namespace command_center::guard
