// Names functions, never their arguments.
#include "api/database/statement_span.hpp"

#include "daemon/failure.hpp"

namespace command_center::api::database {

spans::Span begin_statement(std::string_view function, const spans::Contexts& contexts,
                            std::size_t commands) {
  if (contexts.empty()) return {};
  spans::Span span = spans::begin_for(function.empty() ? "SELECT" : function, spans::Kind::kClient, contexts,
                                      spans::Parent::Place::kHere);
  span.set("db.system.name", "postgresql");
  if (!function.empty()) span.set("db.stored_procedure.name", "command_center." + std::string(function));
  if (commands > 1) span.set("db.operation.batch.size", static_cast<std::int64_t>(commands));
  return span;
}

void end_statement(spans::Span& span, const Ran& ran) noexcept {
  try {
    if (ran.end == End::kLost || ran.end == End::kUnconfirmed) span.fail(kConnectionFailure);
    if (ran.end == End::kRefused) {
      span.set("db.response.status_code", ran.refusal.sqlstate);
      span.fail(ran.refusal.sqlstate);
    }
    span.end();
  } catch (...) {
    // No memory.
  }
}

}  // namespace command_center::api::database
