// How callers are known, and how often each may ask.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.hpp"
#include "daemon/settings/command_line.hpp"

namespace command_center::api::identity {

enum class Kind {
  kNone,    // whoever reaches a loopback address is believed
  kTokens,  // bearer tokens whose hashes are in a file
  kJwt,     // JWTs, and the tokens of a file where one is given
};

struct JwtSettings {
  std::string keys;  // a file or a URL with a JWK set
  std::string ca_file;
  std::string issuer;
  std::vector<std::string> audiences;  // one of them must be among the token's
  std::vector<std::string> algorithms{"RS256", "PS256", "ES256"};
  std::chrono::seconds leeway{30};
  std::chrono::seconds refresh{300};
  // Members of the claims; a JSON pointer where the first character is a slash.
  std::string subject_claim = "sub";
  std::string tenant_claim = "tenant_id";
  std::string roles_claim = "roles";
  std::string scope_claim = "scope";
};

struct Settings {
  Kind kind = Kind::kJwt;
  std::string tokens_file;
  JwtSettings jwt;
  std::optional<std::int64_t> requests_per_minute;  // 0: as many as they like; not given: limit_of()
  std::vector<std::string> unlimited_subjects;
  std::vector<std::string> trusted_proxies;  // addresses, or networks as 10.0.0.0/8
};

inline constexpr std::int64_t kRequestsPerMinute = 200;

// Of a subject in a minute; 0: not limited.
[[nodiscard]] std::int64_t limit_of(const Settings& settings) noexcept;

void declare(CLI::App& app, Settings& settings);

// All that is wrong with the settings, with clients coming to `listen_address`; never repeats a secret.
[[nodiscard]] daemon::settings::Mistakes find_mistakes(const Settings& settings,
                                                       std::string_view listen_address);

}  // namespace command_center::api::identity
