// Serves three paths with pistache.
#include "relay/admin/server.hpp"

#include <pistache/endpoint.h>

#include <exception>

#include "relay/failure.hpp"

namespace command_center::relay::admin {
namespace {

namespace http = Pistache::Http;

// Ends with the state's name, for people and for scripts.
std::string state_line(const Health& health) {
  return std::string(name_of(health.state())) + "\n";
}

class AdminHandler : public http::Handler {
 public:
  HTTP_PROTOTYPE(AdminHandler)

  AdminHandler(const Health& health, const Metrics& metrics) : health_(&health), metrics_(&metrics) {}

  void onRequest(const http::Request& request, http::ResponseWriter response) override {
    if (request.method() != http::Method::Get) {
      response.send(http::Code::Method_Not_Allowed, "only GET is served here\n");
    } else if (request.resource() == "/livez") {
      response.send(health_->is_alive() ? http::Code::Ok : http::Code::Service_Unavailable,
                    health_->is_alive() ? "alive\n" : "stuck\n");
    } else if (request.resource() == "/readyz") {
      response.send(health_->is_ready() ? http::Code::Ok : http::Code::Service_Unavailable,
                    state_line(*health_));
    } else if (request.resource() == "/metrics") {
      response.headers().addRaw(
          http::Header::Raw("Content-Type", "text/plain; version=0.0.4; charset=utf-8"));
      response.send(http::Code::Ok, metrics_->text());
    } else {
      response.send(http::Code::Not_Found, "paths: /livez /readyz /metrics\n");
    }
  }

 private:
  const Health* health_;
  const Metrics* metrics_;
};

}  // namespace

struct Server::Endpoint {
  explicit Endpoint(const Pistache::Address& address) : http(address) {}
  http::Endpoint http;
};

Server::Server(const std::string& address, std::uint16_t port, const Health& health, const Metrics& metrics) {
  try {
    endpoint_ = std::make_unique<Endpoint>(Pistache::Address(address, Pistache::Port(port)));
    endpoint_->http.init(http::Endpoint::options().threads(1).flags(Pistache::Tcp::Options::ReuseAddr));
    endpoint_->http.setHandler(http::make_handler<AdminHandler>(health, metrics));
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

}  // namespace command_center::relay::admin
