// What the thread writes is its own until it is done, since it may outlive who asked.
#include "daemon/network/resolver.hpp"

#include <netdb.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "daemon/runtime/clock.hpp"

namespace command_center::daemon::network {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};

struct Lookup {
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
  std::optional<std::vector<Address>> found;
};

struct Free {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

std::optional<std::vector<Address>> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int outcome = getaddrinfo(host.c_str(), nullptr, &hints, &first);
  if (outcome == EAI_AGAIN || outcome == EAI_SYSTEM || outcome == EAI_MEMORY) return std::nullopt;
  std::vector<Address> found;
  if (outcome != 0) return found;
  const std::unique_ptr<addrinfo, Free> list(first);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    const auto address = address_of(*one->ai_addr);
    if (address && std::find(found.begin(), found.end(), *address) == found.end()) found.push_back(*address);
  }
  return found;
}

}  // namespace

std::optional<std::vector<Address>> resolve(const std::string& host, std::chrono::milliseconds limit,
                                            const std::function<bool()>& is_over) {
  // What is an address already asks nobody.
  if (const auto literal = parse_address(host)) return std::vector<Address>{*literal};
  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host] {
    std::optional<std::vector<Address>> found;
    try {
      found = look_up(host);
    } catch (...) {
      // No memory: as if nobody had answered.
    }
    const std::lock_guard<std::mutex> lock(lookup->mutex);
    lookup->found = std::move(found);
    lookup->has_ended = true;
    lookup->ended.notify_all();
  }).detach();
  const auto end = runtime::Clock::now() + limit;
  std::unique_lock<std::mutex> lock(lookup->mutex);
  while (!lookup->has_ended && runtime::Clock::now() < end && !is_over())
    lookup->ended.wait_for(lock, kLookEvery);
  return lookup->has_ended ? lookup->found : std::nullopt;
}

}  // namespace command_center::daemon::network
