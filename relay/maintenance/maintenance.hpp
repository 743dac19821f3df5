// Has the database look after its partitions, whoever publishes: also a relay that stands by makes the next
// days.
#pragma once

#include "daemon/postgres/connection.hpp"
#include "daemon/roles/role.hpp"

namespace command_center::relay::maintenance {

// Calls maintain() at once and then every hour, on a connection that lasts for the call. Nothing is lost when
// a stop cuts a call short.
class Maintenance : public daemon::roles::Role {
 public:
  Maintenance(const daemon::runtime::StopSignal& stop, daemon::postgres::Server server);

 protected:
  void run_session() override;

 private:
  daemon::postgres::Server server_;
};

}  // namespace command_center::relay::maintenance
