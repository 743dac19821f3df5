// One connection to the database: statements without names, waits that a stop can end, and rows as they
// arrive.
#pragma once

#include <libpq-fe.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::postgres {

struct FreeResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

// The rows of a statement. Text of a field is borrowed from the result.
class Result {
 public:
  explicit Result(PGresult* result) : result_(result) {}

  [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
  [[nodiscard]] bool is_null(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
  }
  [[nodiscard]] std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  [[nodiscard]] const PGresult* get() const { return result_.get(); }

 private:
  std::unique_ptr<PGresult, FreeResult> result_;
};

// A parameter: text, or nothing for NULL.
using Parameter = std::optional<std::string>;
using Parameters = std::initializer_list<Parameter>;

// Every function throws Failure(kPostgres) with the server's SQLSTATE (class 08 where the connection broke);
// the connection is good for nothing but destruction then. No statement has a time limit of ours: waiting for
// a synchronous standby is right. Dead peers are noticed by TCP keepalives.
class Connection {
 public:
  // Connects within 10 seconds.
  Connection(const std::string& conninfo, runtime::Waiter& waiter);

  // Several statements that return nothing but one result with rows, in one round trip; the text holds no
  // parameter.
  Result script(const std::string& sql);

  // Starts a statement whose rows are taken one by one with next_row(), so that they are never all in memory.
  void start_rows(const char* sql, Parameters parameters);
  // The next row as a result of one row; nothing after the last, and the connection is free again.
  std::optional<Result> next_row();

  // True when next_row() would not wait.
  [[nodiscard]] bool has_result();

  // A literal in quotes for script().
  [[nodiscard]] std::string quote(std::string_view text) const;

  // True when a WARNING arrived since the last call that may say that a commit did not wait for its standby.
  [[nodiscard]] bool take_commit_warning();

 private:
  struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };

  static void on_notice(void* self, const PGresult* notice) noexcept;
  void send(const char* sql, Parameters parameters);
  void establish();
  // The next result of the statement under way, or null.
  PGresult* await_result();
  [[noreturn]] void fail_connection();

  runtime::Waiter& waiter_;
  std::unique_ptr<PGconn, Finish> connection_;
  bool commit_warning_ = false;
};

// What is wrong with a connection string, if anything; never repeats it, since it may hold a password.
[[nodiscard]] std::optional<std::string> find_mistake(const std::string& conninfo);

}  // namespace command_center::daemon::postgres
