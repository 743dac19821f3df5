// command-center-api: reads the settings, opens the doors, and answers until asked to stop.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/check/check.hpp"
#include "api/database/databases.hpp"
#include "api/doors/door.hpp"
#include "api/grpc/conventions.hpp"
#include "api/grpc/server.hpp"
#include "api/http/server.hpp"
#include "api/identity/addresses.hpp"
#include "api/identity/limiter.hpp"
#include "api/identity/make_authenticator.hpp"
#include "api/problems/problem.hpp"
#include "api/routes/handler.hpp"
#include "api/settings/settings.hpp"
#include "api/tracing/tracing.hpp"
#include "daemon/admin/metrics.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/program/program.hpp"
#include "daemon/roles/crew.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/spans/span.hpp"

namespace command_center::api {
namespace {

http::Response refuse(int status, std::string_view detail, std::string_view path) {
  return problems::to_response(problems::make(status, detail), path);
}

std::string remark_about(const std::vector<std::string>& unavailable) {
  std::string remark;
  for (const std::string& name : unavailable) remark += (remark.empty() ? "unavailable: " : ", ") + name;
  return remark;
}

int serve(const settings::Settings& settings) {
  runtime::StopSignal stop(settings.common.drain_limit);
  admin::Metrics metrics(admin::Versions{});
  roles::Crew crew(stop);
  const auto authenticator = identity::make_authenticator(settings.identity);
  const auto limiter = identity::make_limiter(settings.identity);
  // Outlives all that is traced.
  const spans::Exporting exporting(settings.common.spans, metrics.registry());
  // Outlives the server, which waits for its answers.
  database::Databases databases(settings.common.postgres.conninfo, settings.database, stop);
  metrics.add([&databases] { return databases.collect(); });
  if (databases.are_several())
    crew.set_remark([&databases] { return remark_about(databases.unavailable()); });
  const http::Handler handler =
      identity::behind(identity::TrustedProxies(settings.identity.trusted_proxies),
                       routes::make_handler(databases, *authenticator, *limiter, settings.routes));
  http::Server server(settings.http, tracing::traced(handler, tracing::http_conventions()), refuse,
                      metrics.registry());
  const auto grpc_server =
      settings.grpc.address.empty()
          ? nullptr
          : std::make_unique<grpc::Server>(settings.grpc, settings.http.body_bytes,
                                           tracing::traced(handler, grpc::conventions()), metrics.registry());
  const auto is_ready = [&] { return databases.is_ready() && authenticator->is_ready(); };
  crew.add(roles::Duty::kMain,
           std::make_unique<doors::Door>(stop, settings.common.drain_limit, "http", server, is_ready));
  if (grpc_server != nullptr) {
    crew.add(roles::Duty::kMain, std::make_unique<doors::Door>(stop, settings.common.drain_limit, "grpc",
                                                               *grpc_server, is_ready));
  }
  return program::run(settings.common, stop, crew, metrics, [&](std::uint16_t admin_port) {
    logging::info("started", {{"version", COMMAND_CENTER_VERSION},
                              {"pid", getpid()},
                              {"http_address", settings.http.address},
                              {"http_port", server.port()},
                              {"grpc_address", settings.grpc.address},
                              {"grpc_port", grpc_server != nullptr ? grpc_server->port() : 0},
                              {"admin_address", settings.common.admin_address},
                              {"admin_port", admin_port}});
  });
}

int execute(const settings::Settings& settings) {
  switch (settings.command) {
    case settings::Command::kServe:
      return serve(settings);
    case settings::Command::kCheck:
      return check::check(settings, std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
    case settings::Command::kHealthcheck:
      return program::ask_health(settings.common);
  }
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace command_center::api

int main(int argc, char** argv) {
  namespace api = command_center::api;
  return command_center::daemon::program::main_of(argc, argv, api::settings::parse, api::execute);
}
