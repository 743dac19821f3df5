// Carries an error of the server through C++ code, whole and unchanged.
#pragma once

struct ErrorData;

namespace command_center::boundary {

// Thrown by call_pg and by what is built on it; `enter` raises the same error again: SQLSTATE, message,
// detail, hint, context, schema, table, column, constraint, cursor. Also the way to raise what
// in_subtransaction handed back: `throw PostgresError(outcome.error)`.
//
// The data lies in the memory context that was current when the error was met, and goes with that context.
// Null: the server had no memory left for a copy, and the error raised is "out of memory".
//
// Not a std::exception on purpose: nothing but the boundary may take it for an error it can handle, because
// the transaction is broken until it is rolled back.
class PostgresError final {
 public:
  explicit PostgresError(ErrorData* data) noexcept : data_(data) {}

  [[nodiscard]] ErrorData* data() const noexcept { return data_; }

 private:
  ErrorData* data_;
};

}  // namespace command_center::boundary
