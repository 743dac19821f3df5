// The role that tells how much waits to be published, whoever publishes and whether anybody does.
#pragma once

#include <string>

#include "daemon/postgres/connection.hpp"
#include "daemon/roles/role.hpp"
#include "relay/backlog/metrics.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::backlog {

// Looks at the view outbox_status every few seconds; a look reads 10,000 rows of an index at most. That it
// cannot look makes nobody unready, unless the database is not there at all. Borrows the registry.
class Backlog : public roles::Role {
 public:
  Backlog(const runtime::StopSignal& stop, postgres::Server server, prometheus::Registry& registry);

 protected:
  void run_session() override;
  void end_session() noexcept override;

 private:
  void look(postgres::Connection& connection);

  postgres::Server server_;
  Metrics metrics_;
  std::string told_;  // the last failure that was logged
};

}  // namespace command_center::relay::backlog
