// The rows of a statement.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace command_center::daemon::postgres {

struct FreeResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

// Text of a field is borrowed from the result.
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

}  // namespace command_center::daemon::postgres
