// Unpacks the server's datums.
#include "extension/server/arguments.hpp"

#include <cstring>
#include <string>

#include "extension/core/error/error.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

void require_argument(FunctionCallInfo fcinfo, int argument, const char* name) {
  if (PG_ARGISNULL(argument)) throw Error(sqlstate::kNullArgument, std::string(name) + " must not be null");
}

std::string_view text_argument(FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) return {};
  return text_view(PG_GETARG_DATUM(argument));
}

identifiers::Uuid uuid_argument(FunctionCallInfo fcinfo, int argument) {
  return uuid_value(PG_GETARG_DATUM(argument));
}

std::string_view text_view(Datum datum) {
  const struct varlena* value = DatumGetTextPP(datum);
  return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

Datum text_datum(std::string_view text) {
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

identifiers::Uuid uuid_value(Datum uuid) {
  identifiers::Uuid made;
  std::memcpy(made.bytes.data(), DatumGetUUIDP(uuid)->data, made.bytes.size());
  return made;
}

TextList text_list(Datum array) {
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
  TextList list = {static_cast<char**>(palloc(sizeof(char*) * static_cast<std::size_t>(count + 1))), 0};
  for (int i = 0; i < count; ++i) {
    if (!nulls[i]) list.texts[list.count++] = TextDatumGetCString(elements[i]);
  }
  return list;
}

Datum uuid_datum(const identifiers::Uuid& uuid) noexcept {
  return UUIDPGetDatum(reinterpret_cast<const pg_uuid_t*>(uuid.bytes.data()));
}

const char* zero_terminated(std::string_view text) {
  return text.data() == nullptr ? nullptr : pnstrdup(text.data(), text.size());
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
    throw Error(sqlstate::kInvalidParameter, std::string(what) + " must be 1 to " + std::to_string(limit) +
                                                 " letters, digits, dots, underscores or hyphens");
  }
}

}  // namespace command_center::server
