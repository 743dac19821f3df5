// Runs our own SQL statements: planned once for each backend, with typed parameters, as the owner of the
// tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "extension/server/installation.hpp"
#include "extension/server/server_types.hpp"

// The server's name.
struct _SPI_plan;  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

struct PortalData;
struct ReturnSetInfo;

namespace command_center::server {

inline constexpr int kMaxParameters = 24;

// The server plans a statement again for each execution where it thinks that the values make another plan
// cheaper: for partitions, always, though they are told apart while a plan runs as well. kOnce has it planned
// once, and then an execution locks every partition of the tables it reads. kEachTime has it planned for the
// values, so that only the partitions which these leave are locked: a call must not fill the lock table, nor
// wait for maintain() to empty a day that it does not look at.
enum class Planning { kServerDecides, kOnce, kEachTime };

// A statement with its plan once it has one. Static storage only: the plan is kept until the backend ends.
struct Statement {
  const Installation& installation;  // whose tables it names
  const char* sql;
  int parameter_count;
  Oid parameter_types[kMaxParameters];
  Planning planning = Planning::kServerDecides;
  _SPI_plan* plan = nullptr;
};

// The values of one execution, in order. Plain data; texts are copied into the current memory context.
class Parameters {
 public:
  void add(Datum value);
  void add_null();
  void add_text(std::string_view text);
  void add_text_or_null(std::string_view text);  // data() is null for NULL
  void add_int(int value);
  void add_bigint(std::int64_t value);
  void add_argument(FunctionCallInfoBaseData* fcinfo, int argument);
  void append(const Parameters& others);

  [[nodiscard]] const Datum* values() const noexcept { return values_; }
  [[nodiscard]] const char* nulls() const noexcept { return nulls_; }
  [[nodiscard]] int count() const noexcept { return count_; }

 private:
  void put(Datum value, char null);

  Datum values_[kMaxParameters] = {};
  char nulls_[kMaxParameters] = {};
  int count_ = 0;
};

// What a session of statements must put back: in between SPI is connected, the owner acts, and names are
// looked up in pg_catalog alone. Settings that are changed meanwhile are put back. Ended by the server itself
// when an error leaves.
struct OwnerSession {
  Identity identity;
  int settings_level;
};

// All of the following are Postgres regime.
[[nodiscard]] OwnerSession open_session(const Installation& installation);
void close_session(OwnerSession session);

// The same as another than the owner: within open_session(), the definer of a SECURITY DEFINER function. The
// search path is fixed anew, since a trigger of the owner may have changed it.
[[nodiscard]] OwnerSession open_session_as(Identity identity);

// Runs a statement with a snapshot of its own and answers the number of rows; they stay readable until the
// next run.
std::uint64_t run(Statement& statement, const Parameters& parameters);

// Reads with the newest snapshot, whatever the isolation of the caller's transaction.
std::uint64_t run_with_latest_snapshot(Statement& statement, const Parameters& parameters);

// The same for a statement that locks rows: those that were committed just now, too.
std::uint64_t lock_with_latest_snapshot(Statement& statement, const Parameters& parameters);

// Changes rows as the newest snapshot shows them: after lock_for_change() nobody has changed them since.
// 40001 where the caller's transaction, REPEATABLE READ or SERIALIZABLE, is too old to see a row that it
// would change.
std::uint64_t change_with_latest_snapshot(Statement& statement, const Parameters& parameters);

// The same where a lock of ours is what keeps others out: a row that the caller's transaction is too old to
// see is changed as well.
std::uint64_t change_under_lock(Statement& statement, const Parameters& parameters);

// Runs what is no statement of ours: its text is made as it is needed. Keeps no plan.
void run_text(const char* sql);

// The same with a parameter for each of the first types, reading with the newest snapshot. Answers the number
// of rows, which stay readable until the next run.
std::uint64_t run_text_with(const char* sql, const Oid* types, const Parameters& parameters);

// Reads with the snapshot of the calling statement: several reads see the same moment.
std::uint64_t read(Statement& statement, const Parameters& parameters);

// A plan of `sql`, which has the meaning and the parameters of the statement, until SPI_freeplan(). KC015
// with a hint as of the statement.
[[nodiscard]] _SPI_plan* make_plan(const Statement& statement, const char* sql, Planning planning);
// As above, by such a plan.
std::uint64_t read_by(_SPI_plan* plan, const Parameters& parameters);

// Runs a statement a few rows at a time: each fetch answers how many, 0 at the end, and they stay readable
// until the next.
[[nodiscard]] PortalData* open_cursor(Statement& statement, const Parameters& parameters);
[[nodiscard]] std::uint64_t fetch(PortalData* cursor, int rows);

// For as long as it is in force, statements scan tables by their indexes, whatever their statistics say; a
// plan made while a table was small would read all of it. Ended by the server itself when an error leaves.
[[nodiscard]] int force_index_scans();
void resume_planner(int level);

// Column `column` (from 0) of row `row` of the last result. The tables are the user's, who may have altered
// them and put triggers on them: another type than the one asked for, a NULL that the table of setup() would
// not have, and a row that is not there (a trigger swallowed it) are KC015, never another reading of the same
// bytes.
[[nodiscard]] bool is_null(std::uint64_t row, int column);
[[nodiscard]] Datum value(std::uint64_t row, int column, Oid type);  // by reference: in the session's memory
[[nodiscard]] char* text_value(std::uint64_t row, int column);       // of any type, by its output function
[[nodiscard]] char* text_value_or_null(std::uint64_t row, int column);  // null for NULL
[[nodiscard]] std::int64_t bigint_value(std::uint64_t row, int column);
[[nodiscard]] int int_value(std::uint64_t row, int column);
[[nodiscard]] bool bool_value(std::uint64_t row, int column);

// Adds all rows of the last result to that of a set-returning function, which has the same columns.
void put_rows(const ReturnSetInfo* result);

}  // namespace command_center::server
