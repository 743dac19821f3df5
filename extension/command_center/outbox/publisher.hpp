// Who publishes: the publishers of this database, and the identity under which they do.
#pragma once

#include <string_view>

#include "extension/command_center/outbox/batch.hpp"

namespace command_center::extension {

// All are Postgres regime, in an open session.

// "<uuid of the installation>.<system identifier>.<oid of the database>".
[[nodiscard]] const char* database_identity();

// The identity that the rows of a publisher, or of one of its shards, say they have. KC002 when there is no
// such publisher.
[[nodiscard]] const char* recorded_identity(std::string_view publisher);

// What a publisher may do, and until when. Plain data.
struct Standing {
  const char* identity;
  bool waits;  // earlier ones have not published all that is theirs
  bool ends;
  Batch end;  // where it ends, as the end of a window
};

// KC002 when there is no such publisher; KC015 when its rows came from another database, when it has ended,
// and when it would send again what another one sends.
[[nodiscard]] Standing publisher_standing(std::string_view publisher);

// KC015 while the publisher waits for earlier ones.
void require_turn(std::string_view publisher, const Standing& standing);

// KC015 when anybody publishes but this one or its shards. One column says whether a row is published, so it
// cannot answer for several.
void require_single_family(std::string_view family);

// It has published all that is its own.
void end_publisher(std::string_view publisher);

// KC015 unless that is this database's.
void require_own_identity(const char* recorded);

// False between a new library and setup().
[[nodiscard]] bool knows_shards();

// This database's, with the errors of publisher_standing(): a restored copy never goes on by itself.
[[nodiscard]] const char* publisher_identity(std::string_view publisher);

// Lets one transaction at a time move a publisher's cursor, or its lease, until that ends.
enum class PublisherLock { kCursor, kLease };
void lock_publisher(std::string_view publisher, PublisherLock lock);

// Keeps every publisher's cursor where it is until the transaction ends.
void lock_all_cursors();

// KC015 unless the lease is this relay's. Who asks under the lock of the cursor, which a relay that has just
// got the lease takes as well, is told before that one reads anything.
void require_lease(std::string_view publisher, std::string_view holder);

// 25001 under REPEATABLE READ and SERIALIZABLE: there a function cannot see what was committed while it
// waited for a lock.
void require_read_committed(const char* function);

}  // namespace command_center::extension
