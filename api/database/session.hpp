// One connection of the pool: whole transactions, each in one round trip.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/database/call.hpp"
#include "daemon/postgres/connect.hpp"
#include "daemon/postgres/result.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::api::database {

// SQLSTATE of a role of the transaction that is not there or may not be taken, whatever the server calls it.
inline constexpr const char* kNoSuchRole = "0P000";

// What the server said against a statement.
struct Refusal {
  std::string sqlstate, message, detail, hint;
};

struct Transaction {
  std::string sql;
  std::vector<Parameter> parameters;
  std::optional<std::string> role;
  Effect effect = Effect::kWrites;
  Parameter actor{};
  std::chrono::milliseconds lock_limit{0};
  std::chrono::milliseconds limit{0};  // of the statement; the server ends it then (57014)
  // What an earlier transaction committed may be all that it finds: its commit waits for the standby, too.
  bool confirms_earlier = false;
  IsGone is_gone{};  // asked now and then: the server is told to end it then, too
};

enum class End {
  kCommitted,
  kRefused,      // and rolled back
  kLost,         // the connection broke before all was said: it may have been committed
  kUnconfirmed,  // committed here; a synchronous standby may lack it: the wait for it was cancelled
};

struct Ran {
  End end = End::kLost;
  postgres::Result rows{nullptr};  // kCommitted, kUnconfirmed
  Refusal refusal;                 // kRefused
  bool was_abandoned = false;      // the server was told to end it
};

class Session {
 public:
  // Connects, and pins the settings that functions rely on. Throws Failure(kPostgres).
  Session(const std::string& conninfo, runtime::Waiter& waiter);

  // BEGIN; the role and the limits; the statement; COMMIT, in one pipeline. After kLost the session is good
  // for nothing but destruction. Waits a little longer than the limits say: whoever does not answer then is
  // lost.
  [[nodiscard]] Ran run(const Transaction& transaction);

  // False when the server has closed the connection, as far as is known without asking.
  [[nodiscard]] bool is_alive();

 private:
  [[nodiscard]] bool send(const std::string& sql, const std::vector<Parameter>& parameters);
  [[nodiscard]] bool send_all(const Transaction& transaction);
  // Waits until the next result is there; false at the deadline and when the connection broke.
  [[nodiscard]] bool await_result(runtime::Clock::time_point deadline);
  // Asks the server to end the statement, once nobody waits for it.
  void look_for_client();
  void roll_back();
  [[nodiscard]] Ran read(const Transaction& transaction, runtime::Clock::time_point deadline);
  static void on_notice(void* self, const PGresult* notice) noexcept;

  postgres::ConnectionHandle connection_;
  std::string pins_;  // of each transaction; empty where the session has them
  bool is_broken_ = false;
  bool was_abandoned_ = false;
  bool is_committing_ = false;   // only the COMMIT is left
  bool is_unconfirmed_ = false;  // so the server says of it
  IsGone is_gone_;               // of the transaction under way; empty once it was told to end
};

}  // namespace command_center::api::database
