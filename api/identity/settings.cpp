// What lets strangers in must be asked for: no default of these opens a door.
#include "api/identity/settings.hpp"

#include <algorithm>
#include <utility>

#include "api/identity/addresses.hpp"
#include "api/identity/algorithms.hpp"
#include "api/identity/jwks_url.hpp"
#include "daemon/settings/options.hpp"

namespace command_center::api::identity {
namespace {

using daemon::settings::add;
using daemon::settings::add_choice;
using daemon::settings::add_duration;
using daemon::settings::Mistakes;

void find_jwt_mistakes(const JwtSettings& jwt, Mistakes& mistakes) {
  if (jwt.keys.empty())
    mistakes.emplace_back("--auth jwt needs the keys of the issuer: set --jwks to a file or a URL");
  if (is_url(jwt.keys)) {
    if (auto mistake = find_url_mistake(jwt.keys)) mistakes.push_back(std::move(*mistake));
  }
  if (jwt.issuer.empty())
    mistakes.emplace_back("--auth jwt needs --jwt-issuer: tokens of other issuers are refused");
  if (jwt.audiences.empty())
    mistakes.emplace_back("--auth jwt needs --jwt-audience: tokens for other services are refused");
  for (const std::string& name : jwt.algorithms) {
    if (find_algorithm(name) == nullptr)
      mistakes.push_back("--jwt-algorithm \"" + name + "\" is none of " + algorithm_names());
  }
  if (jwt.algorithms.empty()) mistakes.emplace_back("--jwt-algorithm must name one");
}

}  // namespace

std::int64_t limit_of(const Settings& settings) noexcept {
  return settings.requests_per_minute.value_or(settings.kind == Kind::kNone ? 0 : kRequestsPerMinute);
}

void declare(CLI::App& app, Settings& settings) {
  JwtSettings& jwt = settings.jwt;
  add_choice<Kind>(
      app, "--auth", settings.kind, {{"none", Kind::kNone}, {"token", Kind::kTokens}, {"jwt", Kind::kJwt}},
      "COMMAND_CENTER_AUTH", "How callers are known: jwt, token, or none (on a loopback address only)");
  add(app, "--tokens-file", settings.tokens_file, "COMMAND_CENTER_TOKENS_FILE",
      "A JSON file of bearer tokens, by their SHA-256; read anew when it changes");
  add(app, "--jwks", jwt.keys, "COMMAND_CENTER_JWKS", "The issuer's keys: a file or an https URL");
  add(app, "--jwks-ca-file", jwt.ca_file, "COMMAND_CENTER_JWKS_CA_FILE",
      "Certificates to trust for that URL instead of the system's");
  add_duration(app, "--jwks-refresh-seconds", jwt.refresh, {30, 86'400},
               "COMMAND_CENTER_JWKS_REFRESH_SECONDS",
               "How often to read the keys; a token with an unknown key has them read sooner");
  add(app, "--jwt-issuer", jwt.issuer, "COMMAND_CENTER_JWT_ISSUER", "What the claim iss must be");
  add(app, "--jwt-audience", jwt.audiences, "COMMAND_CENTER_JWT_AUDIENCE",
      "What the claim aud must hold; repeat it where any of several will do")
      ->allow_extra_args(false);
  add(app, "--jwt-algorithm", jwt.algorithms, "COMMAND_CENTER_JWT_ALGORITHMS",
      "Signatures to accept, of " + algorithm_names())
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("RS256,PS256,ES256");
  add_duration(app, "--jwt-leeway-seconds", jwt.leeway, {0, 300}, "COMMAND_CENTER_JWT_LEEWAY_SECONDS",
               "How far the clocks of issuer and API may differ");
  add(app, "--jwt-subject-claim", jwt.subject_claim, "COMMAND_CENTER_JWT_SUBJECT_CLAIM",
      "The claim with the user; a JSON pointer where it begins with a slash, as for the next three");
  add(app, "--jwt-tenant-claim", jwt.tenant_claim, "COMMAND_CENTER_JWT_TENANT_CLAIM",
      "The claim with the tenant: a uuid, or * for every tenant");
  add(app, "--jwt-roles-claim", jwt.roles_claim, "COMMAND_CENTER_JWT_ROLES_CLAIM",
      "The claim with the roles: a text or an array of texts");
  add(app, "--jwt-scope-claim", jwt.scope_claim, "COMMAND_CENTER_JWT_SCOPE_CLAIM",
      "The claim with the scopes: a text with spaces between them or an array of texts");
  app.add_option_function<std::int64_t>(
         "--requests-per-minute",
         [&settings](const std::int64_t& count) { settings.requests_per_minute = count; },
         "How many requests of a subject to admit, in this process; 0: no limit. With --auth none there is "
         "none "
         "unless this says so")
      ->envname("COMMAND_CENTER_REQUESTS_PER_MINUTE")
      ->default_str(std::to_string(kRequestsPerMinute))
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  add(app, "--unlimited-subject", settings.unlimited_subjects, "COMMAND_CENTER_UNLIMITED_SUBJECTS",
      "A subject without that limit; repeat it")
      ->delimiter(',')
      ->allow_extra_args(false);
  add(app, "--trusted-proxy", settings.trusted_proxies, "COMMAND_CENTER_TRUSTED_PROXIES",
      "An address or network whose X-Forwarded-For is believed; repeat it")
      ->delimiter(',')
      ->allow_extra_args(false);
}

Mistakes find_mistakes(const Settings& settings, std::string_view listen_address) {
  Mistakes mistakes;
  for (const std::string& proxy : settings.trusted_proxies) {
    if (!parse_network(proxy))
      mistakes.push_back("--trusted-proxy \"" + proxy + "\" is neither an address nor a network");
  }
  switch (settings.kind) {
    case Kind::kNone:
      if (!is_loopback_name(listen_address)) {
        mistakes.emplace_back(
            "--auth none believes whatever callers say, so it serves a loopback address only: give --auth "
            "token or jwt, or listen on 127.0.0.1");
      }
      if (!settings.tokens_file.empty() || !settings.jwt.keys.empty())
        mistakes.emplace_back(
            "--auth none looks at no token: leave out --tokens-file and --jwks, or choose another --auth");
      break;
    case Kind::kTokens:
      if (settings.tokens_file.empty()) mistakes.emplace_back("--auth token needs --tokens-file");
      if (!settings.jwt.keys.empty())
        mistakes.emplace_back("--auth token looks at no JWT: choose --auth jwt, or leave out --jwks");
      break;
    case Kind::kJwt:
      find_jwt_mistakes(settings.jwt, mistakes);
  }
  return mistakes;
}

}  // namespace command_center::api::identity
