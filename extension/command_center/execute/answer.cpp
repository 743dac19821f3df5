// Turns an acceptance into columns.
#include "extension/command_center/execute/answer.hpp"

#include <algorithm>

#include "extension/command_center/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void fill_acceptance(const Acceptance& acceptance, Datum* values, bool* nulls) {
  const auto text = [](std::string_view value) {
    return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
  };
  const Datum columns[kAcceptanceColumns] = {text("accepted"),
                                             uuid_datum(acceptance.command_id),
                                             text(acceptance.request->command_name),
                                             text(acceptance.target),
                                             text(acceptance.correlation_id),
                                             text(mode_of(acceptance)),
                                             BoolGetDatum(acceptance.replayed),
                                             acceptance.result};
  std::copy_n(columns, kAcceptanceColumns, values);
  std::fill_n(nulls, kAcceptanceColumns, false);
  nulls[kAcceptanceColumns - 1] = acceptance.result == 0;
}

}  // namespace command_center::extension
