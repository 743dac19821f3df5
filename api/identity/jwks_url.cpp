// No redirect is followed: who can answer for the issuer's host could otherwise send us to any host within
// reach.
#include "api/identity/jwks_url.hpp"

#include <curl/curl.h>

#include <memory>

#include "api/api.hpp"
#include "api/identity/addresses.hpp"
#include "daemon/failure.hpp"

namespace command_center::api::identity {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 10;
constexpr long kOk = 200;
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

struct Handle {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
};
struct UrlHandle {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct Text {
  void operator()(char* text) const noexcept { curl_free(text); }
};

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(FailureKind::kRefused, kConnectionFailure, "could not fetch the JWK set: " + why);
}

std::size_t take(const char* bytes, std::size_t size, std::size_t count, void* to) noexcept {
  auto& body = *static_cast<std::string*>(to);
  const std::size_t length = size * count;
  if (length > kMostBytes - body.size()) return 0;
  try {
    body.append(bytes, length);
  } catch (...) {
    return 0;
  }
  return length;
}

int look(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

// curl_global_init() must run once, before threads of ours use the library.
void start_library() {
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (outcome != CURLE_OK) refuse(curl_easy_strerror(outcome));
}

}  // namespace

bool is_url(std::string_view location) noexcept {
  return location.find("://") != std::string_view::npos;
}

std::optional<std::string> find_url_mistake(const std::string& url) {
  start_library();
  const std::unique_ptr<CURLU, UrlHandle> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return "--jwks is no URL that can be read";
  char* part = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_HOST, &part, 0) != CURLUE_OK) return "--jwks names no host";
  const std::unique_ptr<char, Text> host(part);
  if (url.compare(0, kHttps.size(), kHttps) == 0) return std::nullopt;
  if (url.compare(0, kHttp.size(), kHttp) == 0 && is_loopback_host(host.get())) return std::nullopt;
  return "--jwks must be an https URL, or a file: keys that come over plain HTTP are anybody's";
}

std::string fetch(const std::string& url, const std::string& ca_file, const std::atomic<bool>& stopping) {
  start_library();
  const std::unique_ptr<CURL, Handle> curl(curl_easy_init());
  if (!curl) refuse("no memory");
  std::string body;
  char error[CURL_ERROR_SIZE] = "";
  const auto set = [&](CURLoption option, auto value) {
    if (const CURLcode outcome = curl_easy_setopt(curl.get(), option, value); outcome != CURLE_OK)
      refuse(curl_easy_strerror(outcome));
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");  // which of them was judged by find_url_mistake()
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_TIMEOUT, kSeconds);
  set(CURLOPT_USERAGENT, "command-center-api");
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
  set(CURLOPT_WRITEFUNCTION, take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, look);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&stopping)));
  const CURLcode outcome = curl_easy_perform(curl.get());
  if (outcome == CURLE_WRITE_ERROR) refuse("it is too large");
  if (outcome != CURLE_OK) refuse(error[0] != '\0' ? error : curl_easy_strerror(outcome));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != kOk) refuse("the answer has status " + std::to_string(status));
  return body;
}

}  // namespace command_center::api::identity
