// Who publishes: the publishers of this database, and the identity under which they do.
#pragma once

#include <string_view>

namespace command_center::extension {

// All are Postgres regime, in an open session.

// "<uuid of the installation>.<system identifier>.<oid of the database>".
[[nodiscard]] const char* database_identity();

// The identity that the rows of a publisher say they have. KC002 when there is no such publisher.
[[nodiscard]] const char* recorded_identity(std::string_view publisher);

// The same, if it is this database's. KC002 when there is no such publisher; KC015 when its rows came from
// another database, so that a restored copy never goes on by itself.
[[nodiscard]] const char* publisher_identity(std::string_view publisher);

// Lets one transaction at a time move a publisher's cursor, or its lease, until that ends.
enum class PublisherLock { kCursor, kLease };
void lock_publisher(std::string_view publisher, PublisherLock lock);

// KC015 unless the lease is this relay's. Who asks under the lock of the cursor, which a relay that has just
// got the lease takes as well, is told before that one reads anything.
void require_lease(std::string_view publisher, std::string_view holder);

// 25001 under REPEATABLE READ and SERIALIZABLE: there a function cannot see what was committed while it
// waited for a lock.
void require_read_committed(const char* function);

}  // namespace command_center::extension
