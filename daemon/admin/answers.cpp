// Says no more than an orchestrator and a scraper want to know: the port has no password.
#include "daemon/admin/answers.hpp"

#include <string>

namespace command_center::daemon::admin {
namespace {

constexpr int kOk = 200;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kUnavailable = 503;

// The version is part of the type: Prometheus 3 refuses a scrape without it.
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

Response ready(const Request& request, const Roster& roster) {
  const auto role = request.parameter("role");
  const std::optional<State> state = role ? roster.state_of(*role) : roster.state();
  if (!state) return {kNotFound, "no such role\n"};
  const std::string remark = role ? std::string() : roster.remark();
  return {is_ready(*state) ? kOk : kUnavailable,
          std::string(name_of(*state)) + (remark.empty() ? "" : "; " + remark) + "\n"};
}

}  // namespace

Response answer(const Request& request, const Roster& roster, const Metrics& metrics) {
  if (request.method != "GET" && request.method != "HEAD")
    return {kMethodNotAllowed, "only GET is served here\n"};
  if (request.path == "/livez") {
    const bool alive = roster.is_alive();
    return {alive ? kOk : kUnavailable, alive ? "alive\n" : "stuck\n"};
  }
  if (request.path == "/readyz") return ready(request, roster);
  if (request.path == "/metrics") return {kOk, metrics.text(roster.collect()), kMetricsType};
  return {kNotFound, "paths: /livez /readyz /metrics\n"};
}

}  // namespace command_center::daemon::admin
