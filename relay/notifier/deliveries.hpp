// What the database knows of notifications: the SQL functions, as the notifier calls them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/postgres/connection.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/inventory/notification.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::notifier {

enum class Status { kDelivered, kDryRun, kFailed };

// delivered, dry_run, failed
[[nodiscard]] std::string_view name_of(Status status) noexcept;

struct Delivery {
  identifiers::Uuid tenant_id;
  identifiers::Uuid event_id;
  inventory::Channel channel = inventory::Channel::kEmail;
  Status status = Status::kDelivered;
  int attempts = 0;
  int recipients = 0;
  std::string detail;  // empty: none
};

struct Settled {
  std::string channel;
  std::string status;
};

// Errors are those of Connection.
class Deliveries {
 public:
  explicit Deliveries(postgres::Connection& connection) : connection_(connection) {}

  // Whether the database has the Availability Guard.
  [[nodiscard]] bool has_guard();
  // Throws what calling the functions would.
  void require_rights();
  [[nodiscard]] std::vector<Settled> settled(const identifiers::Uuid& tenant_id,
                                             const identifiers::Uuid& event_id);
  // Has been committed when it returns.
  void record(const Delivery& delivery);

 private:
  postgres::Connection& connection_;
};

}  // namespace command_center::relay::notifier
