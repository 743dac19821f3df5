// Sets synchronous_commit as SET LOCAL does.
#include "extension/command_center/outbox/durable_commit.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void make_commit_durable() {
  if (synchronous_commit >= SYNCHRONOUS_COMMIT_REMOTE_FLUSH) return;
  (void)set_config_option("synchronous_commit", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0,
                          false);
}

}  // namespace command_center::extension
