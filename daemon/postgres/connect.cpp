// libpq goes from host to host by itself only where it waits by itself: PQconnectPoll() stays with the first
// address that is silent. So each address is a connection of its own here.
#include "daemon/postgres/connect.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/postgres/failures.hpp"

namespace command_center::daemon::postgres {
namespace {

constexpr std::chrono::seconds kDefaultLimit{10};
constexpr std::chrono::seconds kShortestLimit{2};  // libpq's

struct FreeOptions {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

struct Target {
  std::string host;     // a name, which certificates are checked against, or a directory of sockets
  std::string address;  // empty: libpq looks the host up
  std::string port;
};

// First what a connection string may override, then the string, then what it may not.
struct Parameters {
  explicit Parameters(const std::string& conninfo) {
    add("fallback_application_name", program_invocation_short_name);
    add("keepalives_idle", "10");
    add("keepalives_interval", "5");
    add("keepalives_count", "3");
    add("tcp_user_timeout", "30000");
    // A standby takes no lease; after a failover it is another host that does.
    if (std::getenv("PGTARGETSESSIONATTRS") == nullptr) add("target_session_attrs", "primary");
    add("dbname", conninfo.c_str());
    add("client_encoding", "UTF8");
  }

  void add(const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  }

  [[nodiscard]] ConnectionHandle start() const {
    std::vector<const char*> all_names(names);
    std::vector<const char*> all_values(values);
    all_names.push_back(nullptr);
    all_values.push_back(nullptr);
    ConnectionHandle connection(PQconnectStartParams(all_names.data(), all_values.data(), 1));
    if (!connection)
      throw Failure(FailureKind::kPostgres, kConnectionFailure, "out of memory for a connection");
    return connection;
  }

  std::vector<const char*> names;
  std::vector<const char*> values;
};

// What strings, variables and service files make up together: only a connection knows, and one that cannot
// start, for a value that is none, touches no network.
Options understood(const std::string& conninfo) {
  Parameters parameters(conninfo);
  parameters.add("target_session_attrs", "none, only look");
  const ConnectionHandle probe = parameters.start();
  return Options(PQconninfo(probe.get()));
}

std::string value_of(const PQconninfoOption* options, std::string_view name) {
  for (; options != nullptr && options->keyword != nullptr; ++options) {
    if (name == options->keyword) return options->val == nullptr ? std::string() : options->val;
  }
  return {};
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = list.find(',', begin);
    parts.push_back(list.substr(begin, comma - begin));
    if (comma == std::string::npos) return parts;
    begin = comma + 1;
  }
}

// libpq's rule for lists: one value is meant for all.
std::string element(const std::vector<std::string>& parts, std::size_t index) {
  return parts.size() == 1 ? parts[0] : index < parts.size() ? parts[index] : std::string();
}

// The addresses of a name; none where it cannot be looked up, which libpq then says in its own words.
std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::vector<std::string> addresses;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) ==
        0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

bool is_socket_directory(const std::string& host) {
  return host.empty() || host[0] == '/' || host[0] == '@';
}

std::vector<Target> targets_of(const PQconninfoOption* options) {
  const std::vector<std::string> hosts = split(value_of(options, "host"));
  const std::vector<std::string> given = split(value_of(options, "hostaddr"));
  const std::vector<std::string> ports = split(value_of(options, "port"));
  std::vector<Target> targets;
  for (std::size_t index = 0; index < std::max(hosts.size(), given.size()); ++index) {
    const std::string host = index < hosts.size() ? hosts[index] : std::string();
    std::vector<std::string> addresses;
    if (index < given.size() && !given[index].empty()) {
      addresses = {given[index]};
    } else if (!is_socket_directory(host)) {
      addresses = addresses_of(host);
    }
    if (addresses.empty()) addresses.emplace_back();
    for (std::string& address : addresses)
      targets.push_back({host, std::move(address), element(ports, index)});
  }
  return targets;
}

std::chrono::milliseconds limit_of(const PQconninfoOption* options) {
  const std::string text = value_of(options, "connect_timeout");
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds > 0 ? std::max(std::chrono::seconds(seconds), kShortestLimit) : kDefaultLimit;
}

// Answers what went wrong, or nothing.
std::optional<std::string> establish(PGconn* connection, std::chrono::milliseconds limit,
                                     runtime::Waiter& waiter) {
  const auto deadline = runtime::Clock::now() + limit;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD)
      return one_line(PQerrorMessage(connection));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - runtime::Clock::now());
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    switch (waiter.wait_for_fd(PQsocket(connection), events, left, runtime::OnStop::kEnd)) {
      case runtime::WaitEnd::kStopping:
        throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while connecting");
      case runtime::WaitEnd::kTimeout:
        return "no answer within " + std::to_string(limit.count()) + " ms";
      case runtime::WaitEnd::kReady:
        status = PQconnectPoll(connection);
    }
  }
  return std::nullopt;
}

}  // namespace

ConnectionHandle connect(const std::string& conninfo, runtime::Waiter& waiter) {
  const Options options = understood(conninfo);
  const std::chrono::milliseconds limit = limit_of(options.get());
  std::string said;
  for (const Target& target : targets_of(options.get())) {
    Parameters parameters(conninfo);
    parameters.add("host", target.host.c_str());
    parameters.add("hostaddr", target.address.c_str());
    parameters.add("port", target.port.c_str());
    ConnectionHandle connection = parameters.start();
    const auto problem = establish(connection.get(), limit, waiter);
    if (!problem) return connection;
    said +=
        (said.empty() ? "" : "; ") + (target.host.empty() ? target.address : target.host) + ": " + *problem;
  }
  throw Failure(FailureKind::kPostgres, kConnectionFailure, "could not connect to postgres", said);
}

std::optional<std::string> find_mistake(const std::string& conninfo) {
  if (conninfo.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  char* message = nullptr;
  const Options options(PQconninfoParse(conninfo.c_str(), &message));
  PQfreemem(message);
  if (!options) return "the postgres connection string is malformed";
  return std::nullopt;
}

}  // namespace command_center::daemon::postgres
