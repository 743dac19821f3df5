// Every look is made, whatever became of the one before: an operator wants the whole list.
#include "api/check/check.hpp"

#include <atomic>
#include <string>
#include <vector>

#include "api/check/databases.hpp"
#include "api/identity/jwks_url.hpp"
#include "api/identity/kept_fresh.hpp"
#include "api/identity/key_set.hpp"
#include "api/identity/static_tokens.hpp"
#include "daemon/admin/listener.hpp"
#include "daemon/program/report.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::api::check {
namespace {

using program::Report;

void check_identity(Report& report, const identity::Settings& settings) {
  if (!settings.tokens_file.empty()) {
    report.look("tokens file", [&] {
      return std::to_string(identity::StaticTokens(identity::read_file(settings.tokens_file)).size()) +
             " tokens";
    });
  }
  if (settings.jwt.keys.empty()) return;
  report.look("keys of the issuer", [&] {
    const std::atomic<bool> stopping{false};
    const bool is_url = identity::is_url(settings.jwt.keys);
    const std::string text = is_url ? identity::fetch(settings.jwt.keys, settings.jwt.ca_file, stopping)
                                    : identity::read_file(settings.jwt.keys);
    return std::to_string(identity::KeySet(text).size()) + " keys";
  });
}

// All are held until the end, so that two that are to use one port show.
void check_ports(Report& report, const settings::Settings& settings) {
  std::vector<admin::Descriptor> held;
  const auto take = [&](const char* door, const std::string& address, std::uint16_t port) {
    report.look(std::string(door) + " port", [&] {
      held.push_back(admin::listen_on(address, port));
      return "free: " + std::to_string(admin::port_of(held.back())) + " of " + address;
    });
  };
  take("http", settings.http.address, settings.http.port);
  if (!settings.grpc.address.empty()) take("grpc", settings.grpc.address, settings.grpc.port);
  take("admin", settings.common.admin_address, settings.common.admin_port);
}

}  // namespace

bool check(const settings::Settings& settings, std::ostream& out) {
  const runtime::StopSignal stop(settings.common.drain_limit);
  runtime::Waiter waiter(stop, std::chrono::milliseconds(0));
  Report report(out);
  check_databases(report, settings, waiter);
  check_identity(report, settings.identity);
  check_ports(report, settings);
  return report.all_good();
}

}  // namespace command_center::api::check
