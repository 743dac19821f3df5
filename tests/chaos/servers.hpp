// The servers of a chaos run, how to hurt them, and how to put them right again.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
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
  // A standby is made, caught up and promoted, and the primary killed with -9 before. Commits wait for the
  // standby from the moment it counts, so that none is lost.
  void fail_over();
  // The same with a standby for which nobody waits, and which hears nothing any more for so long before: what
  // commits meanwhile is lost.
  void lose_commits(std::chrono::milliseconds duration);
  // When that was: by the checker's clock, from before the standby was cut off until it was the primary.
  struct Loss {
    std::int64_t from;
    std::int64_t to;
  };
  [[nodiscard]] const std::vector<Loss>& losses() const { return losses_; }
  // Starts it if it is down, for whatever reason, and waits until it answers.
  void put_right();
  // What else runs there: of the sessions of `application`, or of all clients (empty). Empty when it does not
  // answer.
  [[nodiscard]] std::vector<pid_t> backends(const std::string& application) const;
  [[nodiscard]] pid_t postmaster() const;
  [[nodiscard]] std::string data() const { return directory_ + "/data"; }

 private:
  // Answers where it is; it runs.
  [[nodiscard]] std::string make_standby();
  void await_standby(const std::string& state) const;
  void promote(const std::string& standby);

  std::string directory_;
  std::atomic<int> port_{0};
  int standbys_ = 0;
  std::vector<Loss> losses_;
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
