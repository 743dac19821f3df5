// One SQL function for each step.
#include "relay/notifier/deliveries.hpp"

namespace command_center::relay::notifier {

std::string_view name_of(Status status) noexcept {
  switch (status) {
    case Status::kDelivered:
      return "delivered";
    case Status::kDryRun:
      return "dry_run";
    case Status::kFailed:
      break;
  }
  return "failed";
}

bool Deliveries::has_guard() {
  return connection_.transaction("SELECT FROM pg_catalog.pg_extension WHERE extname = 'availability_guard'")
             .rows() > 0;
}

void Deliveries::require_rights() {
  (void)settled({}, {});
}

std::vector<Settled> Deliveries::settled(const identifiers::Uuid& tenant_id,
                                         const identifiers::Uuid& event_id) {
  const postgres::Result rows = connection_.transaction(
      "SELECT channel, status FROM availability_guard.settled_notifications('" +
      identifiers::to_text(tenant_id) + "', '" + identifiers::to_text(event_id) + "')");
  std::vector<Settled> found;
  found.reserve(static_cast<std::size_t>(rows.rows()));
  for (int row = 0; row < rows.rows(); ++row)
    found.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1))});
  return found;
}

void Deliveries::record(const Delivery& delivery) {
  const auto quoted = [this](std::string_view text) { return connection_.quote(text); };
  (void)connection_.transaction(
      "SELECT availability_guard.record_notification('" + identifiers::to_text(delivery.tenant_id) + "', '" +
      identifiers::to_text(delivery.event_id) + "', " + quoted(inventory::name_of(delivery.channel)) + ", " +
      quoted(name_of(delivery.status)) + ", " + std::to_string(delivery.attempts) + ", " +
      std::to_string(delivery.recipients) + ", " +
      (delivery.detail.empty() ? std::string("NULL") : quoted(delivery.detail)) + ")");
}

}  // namespace command_center::relay::notifier
