// One connection to the database: transactions without named statements, waits that a stop can end, rows as
// they arrive.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/postgres/connect.hpp"
#include "daemon/postgres/result.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::postgres {

// Where the database is, and how long it may take.
struct Server {
  std::string conninfo;  // a libpq connection string; empty: PG* of the environment
  // Of a statement; of rows one by one, how long each may be waited for.
  std::chrono::seconds statement_limit{30};
};

// Every function throws Failure(kPostgres) with the server's SQLSTATE (class 08 where the connection broke);
// the connection is good for nothing but destruction then. Whatever a role or a database has set, statements
// run with the settings that we rely on (pinned_settings.hpp), and under a limit of ours: the server cancels
// the statement, and when it does not answer either (a frozen backend), the connection is given up. Only a
// commit may take as long as it wants: waiting for a synchronous standby is right.
class Connection {
 public:
  // Connects (connect.hpp).
  Connection(const Server& server, runtime::Waiter& waiter);

  // `select`, a SELECT without parameters, in a transaction of its own; answers its rows. READ COMMITTED,
  // which the functions want, while the role or the database may default to another level.
  // `limit` replaces that of the server for what may take long.
  Result transaction(const std::string& select);
  Result transaction(const std::string& select, std::chrono::milliseconds limit);

  // The same in the background: after start_transaction() the connection is good for nothing but the other
  // two until finish_transaction(), which waits for the end and answers the rows. go_on() waits for nothing;
  // true when the transaction is committed.
  void start_transaction(const std::string& select);
  void start_transaction(const std::string& select, std::chrono::milliseconds limit);
  [[nodiscard]] bool go_on();
  // Waits until nothing but the commit is under way, so that no transaction is left open over a longer wait
  // for something else; not for longer than `time`.
  void reach_commit(std::chrono::milliseconds time);
  Result finish_transaction();

  // Starts such a transaction whose rows are taken one by one with next_row(), so that they are never all in
  // memory.
  void start_rows(const std::string& select);
  // The next row as a result of one row; nothing after the last, and the connection is free again.
  std::optional<Result> next_row();

  // `select`, a SELECT that waits for something by itself and changes nothing, as a statement of its own.
  // Nothing when it is not over after the time, or when stopping is asked for: it goes on, and the next call
  // waits for it whatever it is given. Meanwhile the connection is good for nothing else.
  std::optional<Result> await(const std::string& select, std::chrono::milliseconds time);

  // A literal in quotes.
  [[nodiscard]] std::string quote(std::string_view text) const;

  // True when a WARNING arrived since the last call that may say that a commit did not wait for its standby.
  [[nodiscard]] bool take_commit_warning();

 private:
  static void on_notice(void* self, const PGresult* notice) noexcept;
  void pin();
  [[nodiscard]] std::string begin(std::chrono::milliseconds limit) const;
  void send(const std::string& sql);
  void start_commit();
  void require_answer(std::chrono::milliseconds limit, runtime::Clock::time_point since) const;
  // Throws when it says that a statement failed; what has rows is kept.
  static void keep(PGresult* raw, Result& rows);
  // Whether something of the statements under way can be taken without waiting.
  [[nodiscard]] bool has_result();
  // The rows of the last of several statements that has any.
  Result take_rows(std::optional<std::chrono::milliseconds> limit);
  Result script(const std::string& sql, std::optional<std::chrono::milliseconds> limit);
  // The next result of the statements under way, or null.
  PGresult* await_result(std::optional<std::chrono::milliseconds> limit);

  runtime::Waiter& waiter_;
  std::chrono::seconds statement_limit_;
  ConnectionHandle connection_;
  std::string pins_;       // of each transaction; empty where the session has them
  bool awaiting_ = false;  // what await() sent is under way
  // Of a transaction.
  enum class Stage { kNone, kStatement, kCommit };
  Stage stage_ = Stage::kNone;
  std::chrono::milliseconds limit_{0};
  runtime::Clock::time_point started_{};
  Result rows_{nullptr};
  bool commit_warning_ = false;
};

}  // namespace command_center::daemon::postgres
