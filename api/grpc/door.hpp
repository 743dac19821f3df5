// The role that keeps the gRPC door open until the daemon is asked to stop, and says in its health whether
// calls can be answered.
#pragma once

#include <functional>

#include "api/api.hpp"
#include "api/grpc/server.hpp"
#include "daemon/roles/role.hpp"

namespace command_center::api::grpc {

class Door final : public roles::Role {
 public:
  // `is_ready`: whether what answers the calls can; asked about every quarter of a second.
  Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, Server& server,
       std::function<bool()> is_ready);

 private:
  void run_session() override;

  Server& server_;
  std::chrono::milliseconds drain_limit_;
  std::function<bool()> is_ready_;
};

}  // namespace command_center::api::grpc
