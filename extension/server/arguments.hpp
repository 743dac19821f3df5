// Reads arguments of SQL functions as plain views and copies.
#pragma once

#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::server {

// All are Postgres regime; the memory is the calling context's.

// Throws 22004 when the argument is NULL.
void require_argument(FunctionCallInfoBaseData* fcinfo, int argument, const char* name);

// data() is null for NULL.
[[nodiscard]] std::string_view text_argument(FunctionCallInfoBaseData* fcinfo, int argument);

// The argument must not be NULL.
[[nodiscard]] identifiers::Uuid uuid_argument(FunctionCallInfoBaseData* fcinfo, int argument);

// A uuid that lives as long as `uuid`.
[[nodiscard]] Datum uuid_datum(const identifiers::Uuid& uuid) noexcept;

// A copy as text.
[[nodiscard]] Datum text_datum(std::string_view text);

// The same of datums that are not NULL.
[[nodiscard]] std::string_view text_view(Datum datum);
[[nodiscard]] identifiers::Uuid uuid_value(Datum uuid);

// The elements of a text[] that are not NULL, each zero-terminated. Plain data.
struct TextList {
  char** texts;
  int count;
};
[[nodiscard]] TextList text_list(Datum array);

// A copy for the server's functions; null where data() is null.
[[nodiscard]] const char* zero_terminated(std::string_view text);

// A detoasted jsonb, which the server's headers give no name that can be declared ahead.
[[nodiscard]] JsonbContainer* jsonb_root(Datum jsonb);

// jsonb's own text form.
[[nodiscard]] std::string_view jsonb_text(Datum jsonb);

// Throws 22023 for a name that is empty, longer than `limit` or has anything but letters, digits, dots,
// underscores and hyphens. What it names ends up in topics, headers and labels.
void check_name(std::string_view name, std::size_t limit, const char* what);

}  // namespace command_center::server
