// Writes a row of a tenant: admission, the catalogue from the session's cache, one row into today's
// partition.
#include "extension/boundary/enter.hpp"
#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/cache.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_writer.hpp"
#include "tests/example/extension/guestbook/tables.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guestbook {
namespace {

enum Argument : int { kBook, kRemark, kTenantId };

constexpr std::size_t kBooksKept = 100;
constexpr int kColumns = 5;

// Whether a book is open; one that is not there is kept as well.
CatalogueCache<bool>* books = nullptr;

Statement select_open = {kInstallation, "SELECT is_open FROM guestbook.books WHERE book = $1", 1, {TEXTOID}};

WrittenTable entries = {kEntries,
                        {kInstallation,
                         "INSERT INTO guestbook.entries (tenant_id, entry_id, book, remark, written_by)"
                         " VALUES ($1, $2, $3, $4, $5)",
                         kColumns,
                         {UUIDOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID}}};

bool load_book(std::string_view book) {
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(book);
  const bool is_open = read_stable(select_open, parameters) > 0 && bool_value(0, 0);
  (void)books->put(book, is_open, kBooksKept);
  close_session(session);
  return is_open;
}

bool is_open(std::string_view book) {
  if (books == nullptr)
    books = &boundary::make_in_context<CatalogueCache<bool>>(TopMemoryContext, kInstallation);
  begin_reading(kInstallation);
  const bool* found = books->find(book);
  return found != nullptr ? *found : load_book(book);
}

Datum write_entry(FunctionCallInfo fcinfo) {
  extension::check_tenant(uuid_argument(fcinfo, kTenantId));
  if (!is_open(text_argument(fcinfo, kBook))) {
    refuse("KC002", psprintf("book \"%s\" is not open", text_to_cstring(PG_GETARG_TEXT_PP(kBook))), nullptr,
           "guestbook.set_book() opens it.");
  }
  const char* writer = GetUserNameFromId(GetUserId(), false);
  auto* answer = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
  *answer = *DatumGetUUIDP(uuid_datum(new_uuid(GetCurrentTimestamp())));

  const OwnerSession session = open_session(kInstallation);
  const Datum values[kColumns] = {PG_GETARG_DATUM(kTenantId), UUIDPGetDatum(answer), PG_GETARG_DATUM(kBook),
                                  PG_GETARG_DATUM(kRemark), text_datum(writer)};
  const bool nulls[kColumns] = {};
  write_rows(entries, values, nulls, 1);
  close_session(session);
  return UUIDPGetDatum(answer);
}

}  // namespace
}  // namespace command_center::guestbook

extern "C" {
PG_FUNCTION_INFO_V1(guestbook_write_entry);
}

Datum guestbook_write_entry(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guestbook::write_entry(fcinfo); });
}
