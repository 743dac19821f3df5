// Adds books, opens and closes them: a change of a catalogue.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/statements.hpp"
#include "tests/example/extension/guestbook/installation.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guestbook {
namespace {

enum Argument : int { kBook, kIsOpen };

constexpr std::size_t kMaxBook = 200;

Statement select_book = {
    kInstallation, "SELECT to_jsonb(known) FROM guestbook.books AS known WHERE book = $1", 1, {TEXTOID}};

Statement upsert_book = {kInstallation,
                         "INSERT INTO guestbook.books AS known (book, is_open) VALUES ($1, $2)"
                         " ON CONFLICT (book) DO UPDATE SET is_open = $2 WHERE known.is_open <> $2"
                         " RETURNING to_jsonb(known)",
                         2,
                         {TEXTOID, BOOLOID}};

Datum set_book(FunctionCallInfo fcinfo) {
  check_name(text_argument(fcinfo, kBook), kMaxBook, "book");

  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "books");
  Parameters row;
  row.add_argument(fcinfo, kBook);
  const Datum before = run_with_latest_snapshot(select_book, row) > 0 ? value(0, 0, JSONBOID) : Datum{0};
  row.add_argument(fcinfo, kIsOpen);
  if (change_with_latest_snapshot(upsert_book, row) > 0) {
    extension::audit_of_other("guestbook.set_book",
                              psprintf("book %s", text_to_cstring(PG_GETARG_TEXT_PP(kBook))), before,
                              value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "books");
  }
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::guestbook

extern "C" {
PG_FUNCTION_INFO_V1(guestbook_set_book);
}

Datum guestbook_set_book(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guestbook::set_book(fcinfo); });
}
