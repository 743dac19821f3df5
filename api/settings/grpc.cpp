// The same names as for HTTP.
#include "api/settings/grpc.hpp"

#include "daemon/settings/options.hpp"

namespace command_center::api::settings {

void declare(CLI::App& app, Grpc& grpc) {
  daemon::settings::add(app, "--grpc-address", grpc.address, "COMMAND_CENTER_GRPC_ADDRESS",
                        "Where gRPC calls are answered; empty: nowhere");
  daemon::settings::add(app, "--grpc-port", grpc.port, "COMMAND_CENTER_GRPC_PORT",
                        "The port there; 0: any free one, logged");
}

}  // namespace command_center::api::settings
