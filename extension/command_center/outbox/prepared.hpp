// Transactions that are prepared where Kafka and the database are brought together: nobody sees their rows
// yet, so nobody can ask whether Kafka has them.
#pragma once

namespace command_center::extension {

enum class Prepared { kRefused, kAwaited };

// Whatever is prepared at the moment is over when this returns; what is prepared later is of this server's
// own time. kAwaited: waits for a moment, as they are short where somebody works with them. KC015 where one
// stays. Postgres regime, in an open session.
void require_none_prepared(Prepared handling);

}  // namespace command_center::extension
