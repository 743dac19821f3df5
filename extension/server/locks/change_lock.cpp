// Locks tables by their oid.
#include "extension/server/locks/change_lock.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "extension/server/locks/own_lock.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// Of two extensions, and within one as its tables are listed; one that is not listed comes last.
Rank rank_of(const Installation& installation, const char* table) {
  const char* const* first = installation.watched;
  const char* const* last = first + installation.watched_count;
  const auto place =
      std::find_if(first, last, [table](const char* watched) { return std::strcmp(watched, table) == 0; });
  return {LockKind::kCatalogue, named_lock(LockKind::kCatalogue, installation.schema).key,
          static_cast<std::uint64_t>(place - first)};
}

}  // namespace

void lock_for_change(const Installation& installation, const char* table) {
  const Oid relation = installed_relation(installation, table);
  const Rank rank = rank_of(installation, table);
  if (may_wait_for(rank)) {
    LockRelationOid(relation, ShareRowExclusiveLock);
  } else if (!ConditionalLockRelationOid(relation, ShareRowExclusiveLock)) {
    refuse_busy(psprintf("table \"%s.%s\"", installation.schema, table));
  }
  note_held(rank, InLockTable::kAlready);
}

}  // namespace command_center::server
