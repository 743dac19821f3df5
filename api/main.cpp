// command-center-api: reads the settings, opens the doors, and answers until asked to stop.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "api/database/pool.hpp"
#include "api/grpc/door.hpp"
#include "api/http/door.hpp"
#include "api/http/server.hpp"
#include "api/identity/addresses.hpp"
#include "api/identity/limiter.hpp"
#include "api/identity/make_authenticator.hpp"
#include "api/problems/problem.hpp"
#include "api/routes/handler.hpp"
#include "api/settings/settings.hpp"
#include "daemon/admin/answers.hpp"
#include "daemon/admin/healthcheck.hpp"
#include "daemon/admin/metrics.hpp"
#include "daemon/admin/server.hpp"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/roles/crew.hpp"
#include "daemon/runtime/service_manager.hpp"
#include "daemon/runtime/stop_signal.hpp"

namespace command_center::api {
namespace {

http::Response refuse(int status, std::string_view detail, std::string_view path) {
  return problems::to_response(problems::make(status, detail), path);
}

int serve(const settings::Settings& settings) {
  runtime::StopSignal stop(settings.common.drain_limit);
  admin::Metrics metrics(admin::Versions{});
  roles::Crew crew(stop);
  const auto authenticator = identity::make_authenticator(settings.identity);
  const auto limiter = identity::make_limiter(settings.identity);
  // Outlives the server, which waits for its answers.
  database::Pool database(settings.common.postgres.conninfo, settings.database, stop);
  const http::Handler handler =
      identity::behind(identity::TrustedProxies(settings.identity.trusted_proxies),
                       routes::make_handler(database, *authenticator, *limiter, settings.routes));
  http::Server server(settings.http, handler, refuse, metrics.registry());
  const auto grpc_server =
      settings.grpc.address.empty()
          ? nullptr
          : std::make_unique<grpc::Server>(settings.grpc, settings.http.body_bytes, handler);
  const auto is_ready = [&] { return database.is_connected() && authenticator->is_ready(); };
  crew.add(roles::Duty::kMain,
           std::make_unique<http::Door>(stop, settings.common.drain_limit, server, is_ready));
  if (grpc_server != nullptr) {
    crew.add(roles::Duty::kMain,
             std::make_unique<grpc::Door>(stop, settings.common.drain_limit, *grpc_server, is_ready));
  }
  const admin::Server admin(
      settings.common.admin_address, settings.common.admin_port,
      [&](const admin::Request& request) { return admin::answer(request, crew.roster(), metrics); });
  logging::info("started", {{"version", COMMAND_CENTER_VERSION},
                            {"pid", getpid()},
                            {"http_address", settings.http.address},
                            {"http_port", server.port()},
                            {"grpc_address", settings.grpc.address},
                            {"grpc_port", grpc_server != nullptr ? grpc_server->port() : 0},
                            {"admin_address", settings.common.admin_address},
                            {"admin_port", admin.port()}});
  const runtime::ServiceManager systemd;
  systemd.notify("READY=1");
  const int status = crew.run([&] {
    systemd.notify("STATUS=" + std::string(name_of(crew.roster().state())) +
                   (stop.asked() ? "\nSTOPPING=1" : "") + (crew.roster().is_alive() ? "\nWATCHDOG=1" : ""));
  });
  logging::info("stopped", {{"exit_status", status}});
  return status;
}

int ask_health(const settings::Settings& settings) {
  const admin::HealthAnswer answer =
      admin::ask_health(settings.common.admin_address, settings.common.admin_port);
  std::cout << answer.text << '\n';
  return answer.ready ? EXIT_SUCCESS : EXIT_FAILURE;
}

int execute(const settings::Settings& settings) {
  logging::configure(settings.common.log);
  if (settings.command == settings::Command::kHealthcheck) return ask_health(settings);
  return serve(settings);
}

int main_of(int argc, char** argv) {
  try {
    const settings::ParseOutcome parsed = settings::parse(argc, argv, environ);
    if (parsed.settings) return execute(*parsed.settings);
    (parsed.exit_status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_status;
  } catch (const Failure& failure) {
    logging::error("could not start", {{"message", failure.message()}, {"detail", failure.detail()}});
  } catch (const std::exception& problem) {
    logging::error("could not start", {{"message", problem.what()}});
  }
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace command_center::api

int main(int argc, char** argv) {
  return command_center::api::main_of(argc, argv);
}
