// Says who a request comes from, or why that is not known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/http/request.hpp"
#include "api/identity/identity.hpp"
#include "api/problems/problem.hpp"

namespace command_center::api::identity {

// What of a request says who calls; the same for HTTP headers and gRPC metadata.
class Evidence {
 public:
  virtual ~Evidence() = default;
  // The first value of a header or of metadata; `name` in lower case.
  [[nodiscard]] virtual std::optional<std::string_view> find(std::string_view name) const = 0;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Called on the server's threads, several at once; never waits for a file, a host or the database. A
  // problem is 401 with WWW-Authenticate, 403, 400 for headers that nobody can read, or 503 while the
  // issuer's keys were never read.
  [[nodiscard]] virtual std::variant<Identity, problems::Problem> authenticate(const Evidence& evidence) = 0;
  // Whether it could know anybody: a door is not ready before.
  [[nodiscard]] virtual bool is_ready() const { return true; }
};

}  // namespace command_center::api::identity
