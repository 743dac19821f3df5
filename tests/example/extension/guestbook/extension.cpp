// The days of the guest book and what its doctor() asks, for its own functions and for those of the Command
// Center.
#include "tests/example/extension/guestbook/extension.hpp"

#include <iterator>

#include "extension/boundary/enter.hpp"
#include "extension/server/days/keeping.hpp"
#include "extension/server/doctor/examine.hpp"
#include "tests/example/extension/guestbook/tables.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guestbook {
namespace {

constexpr int kSecondsKept = 30 * 86'400;
constexpr int kLockTimeout = 1000;

int maintain() {
  constexpr KeptTable kTables[] = {{{"entries", PartitionedBy::kUuidV7}, kSecondsKept, nullptr, nullptr}};
  return keep_days(kInstallation, kTables, static_cast<int>(std::size(kTables)), kLockTimeout);
}

constexpr Check kChecks[] = {
    {"books",
     "SELECT 'warning', 'no book is open: every entry is refused', 'SELECT guestbook.set_book(…);'"
     " WHERE NOT EXISTS (SELECT FROM guestbook.books WHERE is_open)"}};

Checks checks() noexcept {
  return {kChecks, static_cast<int>(std::size(kChecks))};
}

Datum doctor(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  examine(kExtension, reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
  return Datum{0};
}

}  // namespace

const Extension kExtension = {kInstallation, nullptr, maintain, checks, table_shapes, nullptr};

}  // namespace command_center::guestbook

extern "C" {
PG_FUNCTION_INFO_V1(guestbook_maintain);
PG_FUNCTION_INFO_V1(guestbook_doctor);
}

Datum guestbook_maintain(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  return command_center::boundary::enter(
      [] { return Int32GetDatum(command_center::guestbook::kExtension.maintain()); });
}

Datum guestbook_doctor(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guestbook::doctor(fcinfo); });
}
