// Every option is set for each request anew; what stays is the connection.
#include "daemon/fetch/client.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "daemon/failure.hpp"

namespace command_center::daemon::fetch {
namespace {

struct Cleanup {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
  void operator()(char* text) const noexcept { curl_free(text); }
};
using List = std::unique_ptr<curl_slist, Cleanup>;
using Url = std::unique_ptr<CURLU, Cleanup>;

[[noreturn]] void fail(const std::string& what) {
  throw Failure(FailureKind::kInternal, kConnectionFailure, what);
}

// Must run once, before threads of ours use the library.
void start_library() {
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (outcome != CURLE_OK) fail(curl_easy_strerror(outcome));
}

const char* protocols_of(Schemes schemes) {
  return schemes == Schemes::kHttps ? "https" : "http,https";
}

Url parse(const std::string& url) {
  start_library();
  Url parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return nullptr;
  return parsed;
}

std::optional<std::string> part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, Cleanup> owned(text);
  return std::string(text);
}

void append(List& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) fail("no memory");
  (void)list.release();
  list.reset(longer);
}

List list_of(const Request& request) {
  List list;
  if (request.body) append(list, "Expect:");
  for (const auto& [name, value] : request.headers) {
    std::string line = name;
    // A header without a value ends in a semicolon for the library.
    append(list, value.empty() ? line.append(";") : line.append(": ").append(value));
  }
  return list;
}

// "host:port:address,[address]", in place of what a lookup would answer.
List pins_of(const std::string& url, const Reach& reach) {
  if (!reach.only) return nullptr;
  const auto endpoint = endpoint_of(url, Schemes::kHttpAndHttps);
  // What is an address already is looked up nowhere.
  if (!endpoint || network::parse_address(endpoint->host)) return nullptr;
  std::string text = endpoint->host + ":" + endpoint->port + ":";
  for (const network::Address& address : *reach.only) {
    if (text.back() != ':') text += ',';
    text += network::is_v4(address) ? network::to_text(address) : "[" + network::to_text(address) + "]";
  }
  List list;
  append(list, text);
  return list;
}

struct Taken {
  const Request& request;
  std::string body{};
  bool was_longer = false;
};

std::size_t take(const char* bytes, std::size_t size, std::size_t count, void* to) noexcept {
  auto& taken = *static_cast<Taken*>(to);
  const std::size_t length = size * count;
  const std::size_t left = taken.request.most_answer - taken.body.size();
  try {
    taken.body.append(bytes, std::min(length, left));
  } catch (...) {
    return 0;
  }
  if (length <= left) return length;
  taken.was_longer = true;
  return taken.request.longer == Request::Longer::kIsCut ? length : 0;
}

int look(void* is_over, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  try {
    return (*static_cast<const std::function<bool()>*>(is_over))() ? 1 : 0;
  } catch (...) {
    return 1;
  }
}

bool may_connect(const Reach& reach, const network::Address& address) {
  if (reach.only && std::find(reach.only->begin(), reach.only->end(), address) == reach.only->end())
    return false;
  return !reach.may_connect || reach.may_connect(address);
}

// The last word about an address, just before it is connected to, however it was found.
curl_socket_t open_socket(void* to, curlsocktype /*purpose*/, curl_sockaddr* where) noexcept {
  const auto& reach = *static_cast<const Reach*>(to);
  try {
    const auto address = network::address_of(where->addr);
    if (!address || !may_connect(reach, *address)) return CURL_SOCKET_BAD;
  } catch (...) {
    return CURL_SOCKET_BAD;
  }
  return socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

}  // namespace

std::optional<Endpoint> endpoint_of(const std::string& url, Schemes schemes) {
  const Url parsed = parse(url);
  if (!parsed) return std::nullopt;
  const auto scheme = part_of(parsed, CURLUPART_SCHEME);
  const auto host = part_of(parsed, CURLUPART_HOST);
  const auto port = part_of(parsed, CURLUPART_PORT);
  if (!scheme || !host || !port || host->empty()) return std::nullopt;
  if (*scheme != "https" && (schemes == Schemes::kHttps || *scheme != "http")) return std::nullopt;
  const bool has_user = part_of(parsed, CURLUPART_USER) || part_of(parsed, CURLUPART_PASSWORD);
  const bool has_brackets = host->front() == '[' && host->back() == ']';
  return Endpoint{*scheme, has_brackets ? host->substr(1, host->size() - 2) : *host, *port, has_user};
}

struct Client::Handles {
  std::unique_ptr<CURL, Cleanup> curl;
};

Client::Client(Schemes schemes, Trust trust, std::string user_agent, Reach reach)
    : schemes_(schemes),
      trust_(std::move(trust)),
      user_agent_(std::move(user_agent)),
      reach_(std::move(reach)),
      handles_(std::make_unique<Handles>()) {
  start_library();
  handles_->curl.reset(curl_easy_init());
  if (!handles_->curl) fail("no memory");
}

Client::~Client() = default;

Answer Client::send(const Request& request, const std::function<bool()>& is_over) {
  CURL* const curl = handles_->curl.get();
  const List headers = list_of(request);
  const List pins = pins_of(request.url, reach_);
  char error[CURL_ERROR_SIZE] = "";
  Taken taken{request};
  curl_easy_reset(curl);  // connections stay
  const auto set = [curl](CURLoption option, auto value) {
    if (const CURLcode outcome = curl_easy_setopt(curl, option, value); outcome != CURLE_OK)
      fail(curl_easy_strerror(outcome));
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, protocols_of(schemes_));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.limit.count()));
  if (request.connect_limit.count() > 0)
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_limit.count()));
  set(CURLOPT_USERAGENT, user_agent_.c_str());
  set(CURLOPT_HTTPHEADER, headers.get());
  if (request.body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body->data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
  }
  if (!trust_.ca_file.empty()) {
    set(CURLOPT_CAINFO, trust_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // else those of the system are trusted as well
  }
  if (!trust_.certificate_file.empty()) set(CURLOPT_SSLCERT, trust_.certificate_file.c_str());
  if (!trust_.key_file.empty()) set(CURLOPT_SSLKEY, trust_.key_file.c_str());
  if (pins) set(CURLOPT_RESOLVE, pins.get());
  if (reach_.only || reach_.may_connect) {
    set(CURLOPT_PROXY, "");
    set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(CURLOPT_OPENSOCKETDATA, const_cast<void*>(static_cast<const void*>(&reach_)));
  }
  set(CURLOPT_WRITEFUNCTION, take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&taken));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, look);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&is_over)));
  const CURLcode outcome = curl_easy_perform(curl);
  Answer answer;
  if (outcome != CURLE_OK) {
    if (outcome == CURLE_ABORTED_BY_CALLBACK) answer.end = Answer::End::kStopped;
    if (outcome == CURLE_WRITE_ERROR && taken.was_longer) answer.end = Answer::End::kTooLong;
    answer.error = curl_easy_strerror(outcome);
    answer.detail = error[0] != '\0' ? std::string(error) : answer.error;
    return answer;
  }
  answer.end = Answer::End::kAnswered;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  answer.body = std::move(taken.body);
  curl_off_t wait = 0;
  if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
    answer.retry_after = std::chrono::seconds(wait);
  return answer;
}

}  // namespace command_center::daemon::fetch
