// Where leases are kept, as a lease sees it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace command_center::relay::leases {

// The answer to asking for a lease.
struct Answer {
  bool granted;
  std::int64_t term;                     // of whoever has it
  std::chrono::milliseconds expires_in;  // of whoever has it
};

// One lease that several processes ask for. What acquire() and release() throw ends the session.
class Store {
 public:
  virtual ~Store() = default;
  // Takes or renews the lease for `holder` where nobody else has it.
  [[nodiscard]] virtual Answer acquire(const std::string& holder, std::chrono::seconds ttl) = 0;
  // Gives it up at once, if `holder` has it.
  virtual void release(const std::string& holder) = 0;
};

}  // namespace command_center::relay::leases
