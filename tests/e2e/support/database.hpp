// A database of a test's own, with the extension set up, in which a service executes commands.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace command_center::e2e {

using Row = std::vector<std::string>;
using Ids = std::set<std::string>;

// Statements on one connection. Throws std::runtime_error with the server's message.
class Client {
 public:
  explicit Client(const std::string& database);
  std::vector<Row> query(const std::string& sql);
  // The only field of the only row.
  std::string value(const std::string& sql);

 private:
  struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
};

class Database {
 public:
  // Creates the database, the extension and its tables, and registers the command `order.place`.
  Database();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  // All commands of a test belong to this tenant.
  [[nodiscard]] const std::string& tenant() const { return tenant_; }
  [[nodiscard]] Client connect() const { return Client(name_); }

  // Executes `count` commands in one transaction.
  void execute(int count) const;
  // SQL that executes `count` commands.
  [[nodiscard]] std::string execute_sql(int count) const;

  // The commands that committed.
  [[nodiscard]] Ids committed() const;

 private:
  std::string name_;
  std::string tenant_;
};

}  // namespace command_center::e2e
