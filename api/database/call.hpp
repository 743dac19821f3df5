// One call of one SQL function for one request, as the pool runs it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/api.hpp"
#include "api/problems/problem.hpp"
#include "daemon/runtime/clock.hpp"
#include "daemon/spans/context.hpp"

namespace command_center::api::database {

using Parameter = std::optional<std::string>;  // as text; none: NULL

enum class Effect { kReads, kWrites };  // what only reads may run twice

// True when nobody waits for the outcome any more; empty: somebody does. What is queued is left out then, and
// a call that only reads is cancelled; an execute goes on to its end, whole. Called on threads of the pool.
using IsGone = std::function<bool()>;

struct Call {
  std::string sql;  // one statement with $1 …, from the route table, never from a request
  std::vector<Parameter> parameters;
  std::optional<std::string> role;      // SET LOCAL ROLE; none: the login role
  runtime::Clock::time_point deadline;  // cancelled then: 503
  Effect effect = Effect::kWrites;
  Parameter actor{};     // who control_audit says it was
  std::string tenant{};  // whose share of the connections it takes; empty: those of who acts for all
  IsGone is_gone{};
  std::string_view function{};           // of command_center, as its span is called; a constant
  std::optional<spans::Origin> trace{};  // of the request
};

// The first row's columns as text; no row: nothing. Statements of the route table answer one row.
using Row = std::vector<Parameter>;
struct Answer {
  std::optional<Row> row;
};
using Outcome = std::variant<Answer, problems::Problem>;

// Called once for each call that was taken, on a thread of the pool.
using Done = std::function<void(Outcome&&)>;

// Where calls and executes of one database go. Both answer false when the queue is full or draining (503 with
// Retry-After): `done` is not called then.
class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual bool submit(Call&& call, Done done) = 0;

  // One command, which may be executed together with others, each with an outcome of its own.
  struct Execute {
    std::string command_name;
    std::string payload;  // JSON text that was checked to be what jsonb takes
    std::string tenant;
    std::string initiator;  // JSON
    Parameter correlation_id, idempotency_key, property_id, environment,
        traceparent;                  // its tracestate behind a space
    std::optional<std::string> role;  // of the tenant, where batching is off
    runtime::Clock::time_point deadline;
    IsGone is_gone{};
    std::optional<spans::Origin> trace{};  // of the request
  };
  // The row: command_id, command_name, target_service, correlation_id, mode, replayed, result.
  [[nodiscard]] virtual bool execute(Execute&& command, Done done) = 0;
};

}  // namespace command_center::api::database
