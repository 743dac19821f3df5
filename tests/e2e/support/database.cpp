// Registers one small command of its own, so that no catalogue is needed.
#include "tests/e2e/support/database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace command_center::e2e {
namespace {

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

std::string next_name() {
  static std::atomic<int> count{0};
  return "e2e_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

}  // namespace

Client::Client(const std::string& database) : connection_(PQconnectdb(("dbname=" + database).c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  PQsetNoticeProcessor(
      connection_.get(), [](void* /*context*/, const char* /*notice*/) {}, nullptr);
}

std::vector<Row> Client::query(const std::string& sql) {
  const std::unique_ptr<PGresult, Clear> result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  }
  std::vector<Row> rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      rows.back().emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return rows;
}

std::string Client::value(const std::string& sql) {
  const auto rows = query(sql);
  if (rows.size() != 1 || rows[0].size() != 1) throw std::runtime_error("not one value: " + sql);
  return rows[0][0];
}

Database::Database() : name_(next_name()) {
  Client("postgres").query("CREATE DATABASE " + name_);
  Client client = connect();
  client.query("CREATE EXTENSION command_center");
  client.query("SELECT command_center.setup()");
  client.query("SELECT command_center.set_service('orders')");
  client.query(
      "SELECT command_center.register_command('order.place', '{\"type\": \"object\", \"properties\":"
      " {\"number\": {\"type\": \"integer\"}}}', default_target => 'orders')");
  tenant_ = client.value("SELECT gen_random_uuid()");
}

Database::~Database() {
  // With the servers' directory, for whoever looks into it.
  if (std::getenv("COMMAND_CENTER_TEST_KEEP") != nullptr) return;
  try {
    Client("postgres").query("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The server may be down on purpose; its directory goes away with it.
  }
}

void Database::execute(int count) const {
  connect().query(execute_sql(count));
}

std::string Database::execute_sql(int count) const {
  return "SELECT count(command_center.execute_command('order.place', jsonb_build_object('number', number), "
         "'" +
         tenant_ + "')) FROM generate_series(1, " + std::to_string(count) + ") AS number";
}

Ids Database::committed() const {
  Ids ids;
  for (const Row& row : connect().query(
           "SELECT command_id FROM command_center.command_dispatches WHERE tenant_id = '" + tenant_ + "'")) {
    ids.insert(row[0]);
  }
  return ids;
}

}  // namespace command_center::e2e
