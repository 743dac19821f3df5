// A standby of the current cluster that does not get everything, and is promoted all the same.
#pragma once

#include <string>

namespace command_center::e2e {

// Everything that connects after promote() finds this server: it takes the place of the first one in the
// environment, for as long as this lives. The first one is started again in the end.
class Standby {
 public:
  // Copies the cluster.
  Standby();
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  // Waits until it has everything that committed, and cuts it off: what comes later does not reach it.
  void cut_off();
  // Where it listens.
  [[nodiscard]] std::string port() const;
  // kill -9 of the primary, and the standby takes its place.
  void promote();

 private:
  std::string directory_;
  std::string first_port_;
  bool promoted_ = false;
};

}  // namespace command_center::e2e
