// The role that keeps the HTTP door open until the daemon is asked to stop, and closes it when the last
// request is answered.
#pragma once

#include "api/api.hpp"
#include "api/http/server.hpp"
#include "daemon/roles/role.hpp"

namespace command_center::api::http {

class Door final : public roles::Role {
 public:
  Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, Server& server);

 private:
  void run_session() override;

  Server& server_;
};

}  // namespace command_center::api::http
