// Clients of HTTP that repeat by key whatever was not accepted, and keep what they were told.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/api/kills/ledger.hpp"

namespace command_center::api_tests {

inline constexpr std::size_t kApis = 2;
using Ports = std::array<std::atomic<int>, kApis>;  // that of an API that is away is its last one

// The commands of the load, and the table that its handler writes into.
[[nodiscard]] std::string load_sql();

struct Told {
  Requests requests;
  Findings findings;
  std::map<std::string, std::int64_t> answers;  // how many of each kind, "503" or "broken off"
};

class Clients {
 public:
  // As many requests as asked for, or until finish(); what they do follows from the seed.
  Clients(int clients, std::int64_t requests, std::uint64_t seed, const Ports& ports, std::string tenant);
  // As finish().
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  [[nodiscard]] std::int64_t accepted() const { return accepted_; }
  [[nodiscard]] bool is_done() const { return begun_ >= requests_; }
  // Waits until what was begun is accepted.
  [[nodiscard]] Told finish();

 private:
  class One;

  std::int64_t requests_;
  const Ports& ports_;
  const std::string tenant_;
  std::atomic<std::int64_t> begun_{0};
  std::atomic<std::int64_t> accepted_{0};
  std::atomic<bool> stopping_{false};
  std::vector<Told> told_;
  std::vector<std::thread> threads_;
};

}  // namespace command_center::api_tests
