// A refusal as every door tells it: RFC 9457 over HTTP, a status with details over gRPC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/request.hpp"
#include "api/http/response.hpp"

namespace command_center::api::problems {

// Never holds text of an exception, SQL or a path of the server.
struct Problem {
  int status = 500;
  std::string code;    // SQLSTATE: KC001 … as docs/errors.md lists them, or the server's own
  std::string title;   // of the code, the same for every instance
  std::string detail;  // the message: what was wrong this time
  std::string hint;
  std::string errors;  // JSON of located errors or of what the code's DETAIL holds; else empty
  std::optional<int> retry_after_seconds;  // Retry-After
  std::string outcome;                     // "unknown": what was asked for may have happened all the same
  http::Fields headers;                    // others, such as Allow, WWW-Authenticate
  std::string witness;  // JSON of what is in the way: this is the verdict CONFLICT, not a mistake
};

// What the database said, by the table of docs/errors.md. `detail` is the server's DETAIL: it becomes
// `errors` where it is JSON, and is not passed on otherwise unless the code is one of ours.
[[nodiscard]] Problem from_sqlstate(std::string_view sqlstate, std::string_view message,
                                    std::string_view detail, std::string_view hint);

// What the door itself refuses; `code` is empty for what has no SQLSTATE (401, 404 of a path, 405, 415 …).
[[nodiscard]] Problem make(int status, std::string_view detail, std::string_view hint = {});

// The same for a code of the table, said by the door: a payload that jsonb refuses, a tenant that is
// another's.
[[nodiscard]] Problem make_coded(std::string_view sqlstate, std::string_view detail,
                                 std::string_view hint = {});

// application/problem+json with type, title, status, detail, instance, code, hint, outcome, and `errors`: an
// array as `errors`, an object as `details`. With a witness, status is the verdict: consumers of problems
// pass over a status that is no number (RFC 9457, 3.1).
[[nodiscard]] http::Response to_response(const Problem& problem, std::string_view instance);

// The gRPC status code of an SQLSTATE (grpc::StatusCode as a number), by the same table.
[[nodiscard]] int grpc_code_of(std::string_view sqlstate);

}  // namespace command_center::api::problems
