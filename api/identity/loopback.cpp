// The headers come from nobody who is known, so they are checked for what they may hold.
#include "api/identity/loopback.hpp"

#include "api/identity/addresses.hpp"
#include "api/identity/claims.hpp"
#include "api/identity/scopes.hpp"

namespace command_center::api::identity {
namespace {

using problems::Problem;

constexpr std::string_view kAnonymous = "anonymous";

[[nodiscard]] std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Roles with commas between them; false where one is no text to be part of a command.
[[nodiscard]] bool take_roles(std::string_view list, std::vector<std::string>& roles) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view role = trim(list.substr(0, comma));
    if (!role.empty()) {
      if (!is_plain_text(role) || roles.size() == kMostRoles) return false;
      roles.emplace_back(role);
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return true;
}

}  // namespace

std::variant<Identity, Problem> LoopbackAuthenticator::authenticate(const Evidence& evidence) {
  if (!is_loopback_host(evidence.find("host").value_or("")))
    return problems::make(403, "without authentication the Host must be a loopback address",
                          "Send requests to localhost or 127.0.0.1, or start the API with --auth.");
  if (evidence.find("origin"))
    return problems::make(403, "without authentication no page of a browser may call");
  Identity identity;
  identity.subject = kAnonymous;
  identity.user_id = kAnonymous;
  if (const std::optional<std::string_view> user = evidence.find("x-user-id"); user && !user->empty()) {
    if (!is_plain_text(*user)) return problems::make(400, "X-User-Id is no text of 1 to 255 bytes");
    identity.subject = *user;
    identity.user_id = *user;
  }
  if (!take_roles(evidence.find("x-user-role").value_or(""), identity.roles))
    return problems::make(400, "X-User-Role is no list of roles of 1 to 255 bytes");
  identity.scopes = *parse_scope(name_of(kAdmin));
  return identity;
}

}  // namespace command_center::api::identity
