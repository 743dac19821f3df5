// The servers of a chaos run, how to hurt them, and how to put them right again.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

namespace command_center::chaos {

// A small file system below a server's data, which can be full. Needs a user who may mount.
class SmallDisk {
 public:
  // Puts it below `directory`, which is empty or will be; false when this user may not.
  static bool mount(const std::string& directory);
  // Nothing more can be written, or a lot. False when the directory is not a small disk.
  static bool fill(const std::string& directory);
  static void free(const std::string& directory);
  static void unmount(const std::string& directory);
};

// PostgreSQL, wherever its primary is now. One thread hurts it; any may ask for the port.
class Postgres {
 public:
  Postgres();
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  [[nodiscard]] int port() const { return port_.load(); }
  [[nodiscard]] std::string conninfo(const std::string& database) const;

  // kill -9 of the postmaster and all of its children, and a start.
  void crash();
  // Whether a standby was made, caught up and promoted, and the primary killed with -9 before. Commits wait
  // for the standby from the moment it counts, so that none is lost.
  void fail_over();
  // Starts it if it is down, for whatever reason, and waits until it answers.
  void put_right();
  // What else runs there: of the sessions of `application`, or of all clients (empty). Empty when it does not
  // answer.
  [[nodiscard]] std::vector<pid_t> backends(const std::string& application) const;
  [[nodiscard]] pid_t postmaster() const;
  [[nodiscard]] std::string data() const { return directory_ + "/data"; }

 private:
  std::string directory_;
  std::atomic<int> port_{0};
  int standbys_ = 0;
};

class Kafka {
 public:
  Kafka();
  ~Kafka();
  Kafka(const Kafka&) = delete;
  Kafka& operator=(const Kafka&) = delete;

  void crash();
  void put_right();
  [[nodiscard]] pid_t broker() const;
  [[nodiscard]] std::string data() const { return directory_ + "/data"; }

 private:
  std::string directory_;
};

}  // namespace command_center::chaos
