// The commit of a prepared transaction survives the server that it was decided on: a promoted standby, or a
// restored copy, may have the transaction and not its end, and Kafka its messages.
#include "extension/command_center/outbox/prepared.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr long kPauseMs = 20;
constexpr int kMostPauses = 50;

Statement select_prepared = {kInstallation,
                             "SELECT coalesce(array_agg(transaction::text), '{}') FROM pg_prepared_xacts"
                             " WHERE database = current_database()",
                             0,
                             {}};
Statement select_one_of = {kInstallation,
                           "SELECT gid FROM pg_prepared_xacts"
                           " WHERE database = current_database() AND transaction::text = ANY ($1) LIMIT 1",
                           1,
                           {TEXTARRAYOID}};

void pause() {
  (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kPauseMs, PG_WAIT_EXTENSION);
  ResetLatch(MyLatch);
  CHECK_FOR_INTERRUPTS();
}

}  // namespace

void require_none_prepared(Prepared handling) {
  (void)run(select_prepared, Parameters());
  Parameters earlier;
  earlier.add(datumCopy(value(0, 0, TEXTARRAYOID), false, -1));
  for (int pauses = 0; run(select_one_of, earlier) > 0; ++pauses) {
    if (handling == Prepared::kRefused || pauses == kMostPauses) {
      refuse("KC015", psprintf("transaction \"%s\" is prepared", text_value(0, 0)),
             "Kafka may have its messages, and nobody sees them here before it is committed.",
             "COMMIT PREPARED or ROLLBACK PREPARED whatever pg_prepared_xacts shows of this database.");
    }
    pause();
  }
}

}  // namespace command_center::extension
