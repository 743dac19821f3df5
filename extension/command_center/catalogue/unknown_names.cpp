// Looks names up that filters gave.
#include "extension/command_center/catalogue/unknown_names.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_unknown = {
    kInstallation,
    "SELECT format('command \"%s\" does not exist', $1) WHERE $1 IS NOT NULL AND NOT EXISTS ("
    "  SELECT FROM command_center.command_templates WHERE command_name = $1)"
    " UNION ALL SELECT format('service \"%s\" does not exist', $2) WHERE $2 IS NOT NULL AND NOT EXISTS ("
    "  SELECT FROM command_center.services WHERE service_id = $2)",
    2,
    {TEXTOID, TEXTOID}};

}  // namespace

void tell_of_unknown_names(std::string_view command_name, std::string_view service_id) {
  if (command_name.data() == nullptr && service_id.data() == nullptr) return;
  Parameters names;
  names.add_text_or_null(command_name);
  names.add_text_or_null(service_id);
  const std::uint64_t rows = run_with_latest_snapshot(select_unknown, names);
  for (std::uint64_t row = 0; row < rows; ++row) ereport(NOTICE, (errmsg("%s", text_value(row, 0))));
}

}  // namespace command_center::extension
