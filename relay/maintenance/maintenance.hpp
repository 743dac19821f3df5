// Has the database look after its partitions, whoever publishes: also a relay that stands by makes the next
// days.
#pragma once

#include "daemon/postgres/connection.hpp"
#include "daemon/roles/role.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::relay::maintenance {

// Calls maintain() at once and then every hour, and tidy() every minute until nothing is left, on a
// connection that lasts for the calls. Nothing is lost when a stop cuts a call short.
class Maintenance : public daemon::roles::Role {
 public:
  Maintenance(const daemon::runtime::StopSignal& stop, daemon::postgres::Server server);

 protected:
  void run_session() override;

 private:
  void work();

  daemon::postgres::Server server_;
  daemon::runtime::Clock::time_point due_;  // maintain()
};

}  // namespace command_center::relay::maintenance
