// Unpacks the server's datums.
#include "extension/command_center/arguments.hpp"

#include <cstring>

#include "extension/command_center/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void require_argument(FunctionCallInfo fcinfo, int argument, const char* name) {
  if (PG_ARGISNULL(argument)) refuse("22004", psprintf("%s must not be null", name));
}

std::string_view text_argument(FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) return {};
  const text* value = PG_GETARG_TEXT_PP(argument);
  return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

identifiers::Uuid uuid_argument(FunctionCallInfo fcinfo, int argument) {
  identifiers::Uuid uuid;
  std::memcpy(uuid.bytes.data(), PG_GETARG_UUID_P(argument)->data, uuid.bytes.size());
  return uuid;
}

Datum uuid_datum(const identifiers::Uuid& uuid) noexcept {
  return UUIDPGetDatum(reinterpret_cast<const pg_uuid_t*>(uuid.bytes.data()));
}

JsonbContainer* jsonb_root(Datum jsonb) {
  return &DatumGetJsonbP(jsonb)->root;
}

std::string_view jsonb_text(Datum jsonb) {
  Jsonb* document = DatumGetJsonbP(jsonb);
  StringInfoData text;
  initStringInfo(&text);
  (void)JsonbToCString(&text, &document->root, VARSIZE(document));
  return {text.data, static_cast<std::size_t>(text.len)};
}

void check_name(std::string_view name, std::size_t limit, const char* what) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (name.empty() || name.size() > limit || name.find_first_not_of(kAllowed) != std::string_view::npos) {
    refuse("22023",
           psprintf("%s must be 1 to %zu letters, digits, dots, underscores or hyphens", what, limit));
  }
}

}  // namespace command_center::extension
