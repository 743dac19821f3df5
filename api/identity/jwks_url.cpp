// No redirect is followed: who can answer for the issuer's host could otherwise send us to any host within
// reach.
#include "api/identity/jwks_url.hpp"

#include <string>

#include "api/api.hpp"
#include "api/identity/addresses.hpp"
#include "daemon/failure.hpp"
#include "daemon/fetch/client.hpp"

namespace command_center::api::identity {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::chrono::seconds kConnectLimit{5};
constexpr std::chrono::seconds kLimit{10};
constexpr long kOk = 200;

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(FailureKind::kRefused, kConnectionFailure, "could not fetch the JWK set: " + why);
}

}  // namespace

bool is_url(std::string_view location) noexcept {
  return location.find("://") != std::string_view::npos;
}

std::optional<std::string> find_url_mistake(const std::string& url) {
  const auto endpoint = daemon::fetch::endpoint_of(url, daemon::fetch::Schemes::kHttpAndHttps);
  if (!endpoint) return "--jwks is no http or https URL that can be read";
  if (endpoint->scheme == "https" || is_loopback_name(endpoint->host)) return std::nullopt;
  return "--jwks must be an https URL, or a file: keys that come over plain HTTP are anybody's";
}

std::string fetch(const std::string& url, const std::string& ca_file, const std::atomic<bool>& stopping) {
  using daemon::fetch::Answer;
  using daemon::fetch::Request;
  daemon::fetch::Client client(daemon::fetch::Schemes::kHttpAndHttps, {ca_file, {}, {}},
                               "command-center-api");
  Request request{url};
  request.limit = kLimit;
  request.connect_limit = kConnectLimit;
  request.most_answer = kMostBytes;
  request.longer = Request::Longer::kFails;
  Answer answer = client.send(request, [&stopping] { return stopping.load(); });
  if (answer.end == Answer::End::kTooLong) refuse("it is too large");
  if (answer.end != Answer::End::kAnswered) refuse(answer.detail);
  if (answer.status != kOk) refuse("the answer has status " + std::to_string(answer.status));
  return std::move(answer.body);
}

}  // namespace command_center::api::identity
