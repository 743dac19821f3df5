// A right that is missing must not stop what goes on without declarations.
#include "relay/declarations/declared_topics.hpp"

#include <charconv>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::declarations {
namespace {

template <typename Number>
Number number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with a number");
  }
  return value;
}

}  // namespace

Shapes declared_topics(postgres::Connection& connection, const std::set<std::string>& names) {
  const postgres::Result may_read = connection.transaction(
      "SELECT pg_catalog.has_function_privilege('command_center.list_topics(text, text)', 'EXECUTE')");
  if (may_read.text(0, 0) != "t") {
    logging::warning("may not read how topics are declared",
                     {{"hint", "An admin calls command_center.grant_access(role, 'relay') again."}});
    return {};
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + connection.quote(name);
  const postgres::Result rows = connection.transaction(
      "SELECT topic, partitions, cleanup, max_message_bytes FROM command_center.list_topics()" +
      (list.empty() ? list : " WHERE topic IN (" + list + ")"));
  Shapes shapes;
  for (int row = 0; row < rows.rows(); ++row) {
    shapes[std::string(rows.text(row, 0))] = {number<int>(rows.text(row, 1)), std::string(rows.text(row, 2)),
                                              number<std::int64_t>(rows.text(row, 3))};
  }
  return shapes;
}

}  // namespace command_center::relay::declarations
