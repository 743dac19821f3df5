// A server that says it is shutting down may have committed before: classes 57 and 08 count as broken.
#include "tests/checker/session.hpp"

#include <string_view>

namespace command_center::checker {
namespace {

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

bool says_broken(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view sqlstate = field == nullptr ? "" : field;
  return sqlstate.empty() || sqlstate.substr(0, 3) == "57P" || sqlstate.substr(0, 2) == "08";
}

}  // namespace

Session::Session(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  PQsetNoticeProcessor(
      connection_.get(), [](void* /*context*/, const char* /*notice*/) {}, nullptr);
}

Reply Session::run(const std::string& sql) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) return Reply::kBroken;
  const std::unique_ptr<PGresult, Clear> result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    error_ = PQerrorMessage(connection_.get());
    const bool broken = PQstatus(connection_.get()) != CONNECTION_OK || says_broken(result.get());
    if (broken) connection_.reset(nullptr);
    return broken ? Reply::kBroken : Reply::kRefused;
  }
  tag_ = PQcmdStatus(result.get());
  rows_.assign(static_cast<std::size_t>(PQntuples(result.get())), {});
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      rows_[static_cast<std::size_t>(row)].emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return Reply::kDone;
}

}  // namespace command_center::checker
