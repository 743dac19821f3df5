// A synchronous standby that is not there, so that commits wait for it.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"

namespace command_center::e2e {

// Commits wait for as long as it lives.
class MissingStandby {
 public:
  explicit MissingStandby(const Database& database) : client_(database.connect()) {
    name_standby("nobody");
    await_waiting_commits(database);
  }
  ~MissingStandby() { name_standby(""); }
  MissingStandby(const MissingStandby&) = delete;
  MissingStandby& operator=(const MissingStandby&) = delete;

  // Commits at once all the same.
  void commits(const Database& database, const std::string& sql) const {
    Client client = database.connect();
    client.query("SET synchronous_commit = local");
    client.query(sql);
  }

  // Cancels the wait of a statement that contains the text; false when none waits in time.
  [[nodiscard]] bool cancels_wait_of(const std::string& text) {
    return eventually([&] { return cancelled_wait_of(text); });
  }

 private:
  bool cancelled_wait_of(const std::string& text) {
    return client_.value(
               "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
               " AND query LIKE '%" +
               text + "%' AND pid <> pg_backend_pid()") != "0";
  }

  // Commits wait from when the checkpointer has read the setting, which no function tells: commits until one
  // waits.
  void await_waiting_commits(const Database& database) {
    std::atomic<bool> one_waited{false};
    auto commits = std::async(std::launch::async, [&] {
      Client client = database.connect();
      while (!one_waited) client.query("SELECT pg_logical_emit_message(true, 'probe', '')");
    });
    const bool waits = eventually([&] {
      if (cancelled_wait_of("pg_logical_emit_message")) one_waited = true;
      return commits.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
    one_waited = true;
    commits.get();
    if (!waits) throw std::runtime_error("commits do not wait for the standby");
  }

  void name_standby(const std::string& name) {
    client_.query("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
    client_.query("SELECT pg_reload_conf()");
  }

  Client client_;
};

}  // namespace command_center::e2e
