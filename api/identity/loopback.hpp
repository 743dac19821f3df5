// Believes whoever reaches a loopback address: for development and for a proxy that knows its callers.
#pragma once

#include "api/identity/authenticator.hpp"

namespace command_center::api::identity {

// Who calls is what X-User-Id and X-User-Role say, for any tenant, with every scope. A browser is kept out: a
// page of a stranger may send requests to this machine, but not without Origin, and with a name that leads
// here (DNS rebinding) not with Host localhost.
class LoopbackAuthenticator : public Authenticator {
 public:
  [[nodiscard]] std::variant<Identity, problems::Problem> authenticate(const Evidence& evidence) override;
};

}  // namespace command_center::api::identity
