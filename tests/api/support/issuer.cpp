// The claims are those that docs/authentication.md asks for.
#include "tests/api/support/issuer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <stdexcept>
#include <utility>

namespace command_center::api_tests {

namespace identity = api::identity;

Issuer::Issuer(std::string key_id)
    : key_id_(std::move(key_id)), key_(identity::make_ec(CJOSE_JWK_EC_P_256)) {}

std::string Issuer::key_set() const {
  return identity::jwk_set(identity::public_jwk(key_, R"("kid":")" + key_id_ + '"'));
}

std::string Issuer::sign(const std::string& claims) const {
  return identity::sign(key_, "ES256", claims, R"(,"kid":")" + key_id_ + '"');
}

std::string Issuer::claims(const std::string& subject, const std::string& tenant, const std::string& scopes,
                           const std::string& members, long seconds) {
  return R"({"iss":"https://issuer.example","aud":"command-center","sub":")" + subject +
         R"(","tenant_id":")" + tenant + R"(","scope":")" + scopes + R"(","roles":["clerk"],"exp":)" +
         std::to_string(std::time(nullptr) + seconds) + members + "}";
}

std::string Issuer::token(const std::string& subject, const std::string& tenant, const std::string& scopes,
                          const std::string& members) const {
  return sign(claims(subject, tenant, scopes, members));
}

std::vector<std::string> Issuer::flags(const std::string& keys) {
  return {"--auth",
          "jwt",
          "--jwks",
          keys,
          "--jwt-issuer",
          "https://issuer.example",
          "--jwt-audience",
          "command-center",
          "--requests-per-minute",
          "0"};
}

KeyServer::KeyServer(std::string body)
    : body_(std::move(body)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  constexpr int kBacklog = 16;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener_, kBacklog) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("could not listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

KeyServer::~KeyServer() {
  shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  close(listener_);
}

std::string KeyServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/keys";
}

void KeyServer::serve() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::string request;
    char bytes[1024];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = recv(client, bytes, sizeof(bytes), 0);
      if (count <= 0) break;
      request.append(bytes, static_cast<std::size_t>(count));
    }
    const std::string answer =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body_.size()) +
        "\r\n\r\n" + body_;
    ++asked_;
    static_cast<void>(send(client, answer.data(), answer.size(), MSG_NOSIGNAL));
    close(client);
  }
}

}  // namespace command_center::api_tests
