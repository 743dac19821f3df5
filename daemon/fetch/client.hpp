// HTTP requests of ours to others, by libcurl: bounded in time and size, and without redirects, which could
// lead anywhere within reach.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/network/addresses.hpp"

namespace command_center::daemon::fetch {

enum class Schemes { kHttps, kHttpAndHttps };

// Which certificates to trust instead of the system's, and who we are; empty: none.
struct Trust {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
};

// To which addresses it connects, and then never through a proxy that the environment names. Where `only` is
// given, names are not looked up: the host of the URL has these addresses and no others.
struct Reach {
  std::optional<std::vector<network::Address>> only{};
  std::function<bool(const network::Address&)> may_connect{};  // asked of each address; none: all may
};

// Of a URL.
struct Endpoint {
  std::string scheme;
  std::string host;  // an IPv6 address without its brackets
  std::string port;
  bool has_user = false;
};

// Nothing where the URL cannot be read, is of another scheme, or names no host.
[[nodiscard]] std::optional<Endpoint> endpoint_of(const std::string& url, Schemes schemes);

struct Request {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<std::string_view> body{};  // by POST
  std::chrono::milliseconds limit{10'000};
  std::chrono::milliseconds connect_limit{0};  // 0: the same
  std::size_t most_answer = 0;                 // bytes of the answer that are kept
  enum class Longer { kIsCut, kFails } longer = Longer::kIsCut;
};

struct Answer {
  enum class End {
    kAnswered,
    kTooLong,
    kStopped,  // is_over() answered true
    kNone,
  } end = End::kNone;
  long status = 0;
  std::string body{};
  std::optional<std::chrono::seconds> retry_after{};
  std::string error{};   // libcurl's words for the kind of failure
  std::string detail{};  // and for this one, which may name what the other side said
};

// Keeps its connection. Of one thread at a time.
class Client {
 public:
  // Throws Failure(kInternal) when there is no memory.
  Client(Schemes schemes, Trust trust, std::string user_agent, Reach reach = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // May end as soon as `is_over` answers true.
  [[nodiscard]] Answer send(const Request& request, const std::function<bool()>& is_over);

 private:
  struct Handles;

  const Schemes schemes_;
  const Trust trust_;
  const std::string user_agent_;
  const Reach reach_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace command_center::daemon::fetch
