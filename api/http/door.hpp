// The role that keeps the HTTP door open until the daemon is asked to stop, and closes it when the last
// request is answered.
#pragma once

#include "api/api.hpp"
#include "api/http/server.hpp"
#include "daemon/roles/role.hpp"

namespace command_center::api::http {

class Door final : public roles::Role {
 public:
  // `is_ready`: whether what answers the requests can; asked about every quarter of a second.
  Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, Server& server,
       std::function<bool()> is_ready);

 private:
  void run_session() override;

  Server& server_;
  std::function<bool()> is_ready_;
};

}  // namespace command_center::api::http
