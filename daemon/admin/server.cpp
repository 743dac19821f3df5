// Serves three paths with pistache.
#include "daemon/admin/server.hpp"

#include <pistache/endpoint.h>

#include <exception>
#include <optional>

#include "daemon/failure.hpp"

namespace command_center::daemon::admin {
namespace {

namespace http = Pistache::Http;

class AdminHandler : public http::Handler {
 public:
  HTTP_PROTOTYPE(AdminHandler)

  AdminHandler(const Roster& roster, const Metrics& metrics) : roster_(&roster), metrics_(&metrics) {}

  void onRequest(const http::Request& request, http::ResponseWriter response) override {
    if (request.method() != http::Method::Get) {
      response.send(http::Code::Method_Not_Allowed, "only GET is served here\n");
    } else if (request.resource() == "/livez") {
      response.send(roster_->is_alive() ? http::Code::Ok : http::Code::Service_Unavailable,
                    roster_->is_alive() ? "alive\n" : "stuck\n");
    } else if (request.resource() == "/readyz") {
      answer_ready(request, response);
    } else if (request.resource() == "/metrics") {
      response.headers().addRaw(
          http::Header::Raw("Content-Type", "text/plain; version=0.0.4; charset=utf-8"));
      response.send(http::Code::Ok, metrics_->text());
    } else {
      response.send(http::Code::Not_Found, "paths: /livez /readyz /metrics\n");
    }
  }

 private:
  // Of one role where it is asked for; ends with the state's name, for people and for scripts.
  void answer_ready(const http::Request& request, http::ResponseWriter& response) {
    const auto role = request.query().get("role");
    const std::optional<State> state = role ? roster_->state_of(*role) : roster_->state();
    if (!state) {
      response.send(http::Code::Not_Found, "no such role\n");
      return;
    }
    response.send(is_ready(*state) ? http::Code::Ok : http::Code::Service_Unavailable,
                  std::string(name_of(*state)) + "\n");
  }

  const Roster* roster_;
  const Metrics* metrics_;
};

}  // namespace

struct Server::Endpoint {
  explicit Endpoint(const Pistache::Address& address) : http(address) {}
  http::Endpoint http;
};

Server::Server(const std::string& address, std::uint16_t port, const Roster& roster, const Metrics& metrics) {
  try {
    endpoint_ = std::make_unique<Endpoint>(Pistache::Address(address, Pistache::Port(port)));
    endpoint_->http.init(http::Endpoint::options().threads(1).flags(Pistache::Tcp::Options::ReuseAddr));
    endpoint_->http.setHandler(http::make_handler<AdminHandler>(roster, metrics));
    endpoint_->http.serveThreaded();
  } catch (const std::exception& problem) {
    throw Failure(FailureKind::kRefused, kConnectionFailure,
                  "could not listen on \"" + address + ":" + std::to_string(port) + "\"", problem.what());
  }
}

Server::~Server() {
  endpoint_->http.shutdown();
}

std::uint16_t Server::port() const {
  return static_cast<std::uint16_t>(endpoint_->http.getPort());
}

}  // namespace command_center::daemon::admin
