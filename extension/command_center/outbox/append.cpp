// Locks keys, draws positions and inserts messages.
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <tuple>

#include "extension/command_center/outbox/position_sequence.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kColumns = 9;
constexpr int kMostKeysLockedOneByOne = 64;

WrittenTable outbox = {
    "transactional_outbox",
    kColumns,
    3,
    {kInstallation,
     "INSERT INTO command_center.transactional_outbox"
     " (\"position\", transaction_id, tenant_id, message_id, command_id, topic, partition_key,"
     " headers, value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     kColumns,
     {INT8OID, XID8OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONOID, TEXTOID}}};

std::uint64_t hash_of(const identifiers::Uuid& tenant_id) {
  return DatumGetUInt64(
      hash_any_extended(tenant_id.bytes.data(), static_cast<int>(tenant_id.bytes.size()), 0));
}

std::uint64_t hash_of(const OrderedKey& key) {
  return DatumGetUInt64(hash_any_extended(reinterpret_cast<const unsigned char*>(key.partition_key.data()),
                                          static_cast<int>(key.partition_key.size()),
                                          hash_of(key.tenant_id)));
}

struct KeyLock {
  std::uint64_t tenant;
  std::uint64_t key;
};

bool operator<(const KeyLock& left, const KeyLock& right) noexcept {
  return std::tie(left.tenant, left.key) < std::tie(right.tenant, right.key);
}

bool operator==(const KeyLock& left, const KeyLock& right) noexcept {
  return left.tenant == right.tenant && left.key == right.key;
}

void lock_shared(std::uint64_t key) {
  (void)DirectFunctionCall1(pg_advisory_xact_lock_shared_int8, UInt64GetDatum(key));
}

void lock_exclusive(std::uint64_t key) {
  (void)DirectFunctionCall1(pg_advisory_xact_lock_int8, UInt64GetDatum(key));
}

// Whoever takes one key of a tenant holds the tenant in shared mode, so that all its keys can be had at once.
void lock_tenant(std::uint64_t tenant, bool shared) {
  shared ? lock_shared(tenant) : lock_exclusive(tenant);
}

// Then all its keys are ours, and one lock is enough.
bool is_whole(std::uint64_t tenant) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<std::uint32_t>(tenant >> 32),
                       static_cast<std::uint32_t>(tenant), 1);
#if PG_VERSION_NUM >= 170000
  return LockHeldByMe(&tag, ExclusiveLock, false);
#else
  return LockHeldByMe(&tag, ExclusiveLock);
#endif
}

}  // namespace

void lock_ordered_keys(OrderedKey* keys, int count, int to_come) {
  if (count == 0) return;
  require_counting_one_by_one(
      "Ordered commands cannot be taken until then: ALTER SEQUENCE command_center.outbox_position CACHE 1 "
      "INCREMENT 1 NO CYCLE;");
  auto* locks = static_cast<KeyLock*>(palloc(sizeof(KeyLock) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) locks[i] = {hash_of(keys[i].tenant_id), hash_of(keys[i])};
  std::sort(locks, locks + count);
  const KeyLock* end = std::unique(locks, locks + count);
  const bool one_by_one = end - locks + to_come <= kMostKeysLockedOneByOne;
  for (const KeyLock* lock = locks; lock != end; ++lock) {
    if (is_whole(lock->tenant)) continue;
    if (lock == locks || lock->tenant != lock[-1].tenant) lock_tenant(lock->tenant, one_by_one);
    if (one_by_one) lock_exclusive(lock->key);
  }
}

Datum take_transaction_id() {
  return FullTransactionIdGetDatum(GetTopFullTransactionId());
}

std::int64_t draw_position() {
  return nextval_internal(installed_relation(kInstallation, "outbox_position"), false);
}

void append_messages(const NewMessage* messages, int count, Datum transaction_id) {
  if (count == 0) return;
  auto* rows = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count * kColumns)));
  auto* nulls = static_cast<bool*>(palloc0(sizeof(bool) * static_cast<std::size_t>(count * kColumns)));
  for (int i = 0; i < count; ++i) {
    const NewMessage& message = messages[i];
    Datum* row = rows + static_cast<std::ptrdiff_t>(i) * kColumns;
    row[0] = Int64GetDatum(message.position);
    row[1] = transaction_id;
    row[2] = uuid_datum(message.tenant_id);
    row[3] = uuid_datum(message.message_id);
    row[4] = uuid_datum(message.command_id);
    row[5] = message.topic;
    row[6] = message.partition_key;
    row[7] = message.headers;
    row[8] = message.value;
    nulls[(i * kColumns) + 8] = message.value == 0;
  }
  write_rows(outbox, rows, nulls, count);
}

}  // namespace command_center::extension
