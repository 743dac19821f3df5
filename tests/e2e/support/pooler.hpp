// A PgBouncer in transaction mode before the test's server.
#pragma once

#include <string>

namespace command_center::e2e {

// While it lives, everything that connects goes through it and shares `sessions` sessions of the server for
// each database. It knows the user postgres, and `user` where one is given.
class Pooler {
 public:
  explicit Pooler(int sessions, const std::string& user = {});
  ~Pooler();
  Pooler(const Pooler&) = delete;
  Pooler& operator=(const Pooler&) = delete;

 private:
  std::string directory_;
  std::string server_port_;
};

}  // namespace command_center::e2e
