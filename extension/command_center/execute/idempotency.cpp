// Looks for uses of a key with a snapshot that also shows what has not committed, in every day there is. Only
// accepted commands leave a row: a refused one takes its row with it.
#include "extension/command_center/execute/idempotency.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/tables.hpp"

#include <string>

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/locks/secret.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/canonical.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/locks/maintenance_lock.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/locks/rank.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/primary_key_scan.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/sha256.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Column : int {
  kTenantId = 1,
  kCommandName,
  kKey,
  kFirstUsedOn,
  kUseNumber,
  kRequestSha256,
  kCommandId,
  kExpiresAt
};

WrittenTable uses = {
    kIdempotencyKeys,
    {kInstallation,
     "INSERT INTO command_center.idempotency_keys"
     " (tenant_id, command_name, idempotency_key, first_used_on, use_number, request_sha256, command_id,"
     " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
     " ON CONFLICT (tenant_id, command_name, idempotency_key, first_used_on, use_number) DO NOTHING",
     kExpiresAt,
     {UUIDOID, TEXTOID, TEXTOID, DATEOID, INT4OID, BYTEAOID, UUIDOID, TIMESTAMPTZOID}}};

// What has committed, of tables that are not as written.
Statement select_uses = {kInstallation,
                         "SELECT first_used_on, use_number, expires_at, request_sha256, command_id, xmin"
                         " FROM command_center.idempotency_keys"
                         " WHERE tenant_id = $1 AND command_name = $2 AND idempotency_key = $3",
                         3,
                         {UUIDOID, TEXTOID, TEXTOID},
                         Planning::kEachTime};

Statement select_dispatch = {
    kInstallation,
    "SELECT target_service, correlation_id, mode, result FROM command_center.command_dispatches"
    " WHERE tenant_id = $1 AND command_id = $2",
    2,
    {UUIDOID, UUIDOID}};

// The sha256 of what must be the same for the same key: a text of the payload, the property and the
// environment.
Datum request_sha256(const Request& request, std::string_view payload_text) {
  StringInfoData content;
  initStringInfo(&content);
  const auto append = [&content](std::string_view part) {
    appendBinaryStringInfo(&content, part.data(), static_cast<int>(part.size()));
    appendStringInfoChar(&content, '\0');
  };
  append(payload_text);
  append(request.has_property
             ? std::string_view(reinterpret_cast<const char*>(request.property_id.bytes.data()),
                                request.property_id.bytes.size())
             : std::string_view());
  append(request.environment);
  return sha256_datum({content.data, static_cast<std::size_t>(content.len)});
}

// Releases before 0.3.0 hashed the payload as it is spelled: their uses are found by that.
void hash_request(Acceptance& acceptance) {
  const std::string_view spelled = acceptance.payload_text;
  const Request& request = *acceptance.request;
  const bool has_fraction = spelled.find('.') != std::string_view::npos;
  const std::string_view canonical =
      has_fraction ? json::canonical_text(spelled, static_cast<char*>(palloc(spelled.size()))) : spelled;
  acceptance.claim.request_sha256 = request_sha256(request, canonical);
  acceptance.claim.spelled_sha256 =
      canonical.size() < spelled.size() ? request_sha256(request, spelled) : Datum{0};
}

// Days since 2000-01-01 in UTC, as the type date counts them.
DateADT day_of(std::int64_t server_timestamp) {
  const std::int64_t days = server_timestamp / USECS_PER_DAY;
  return static_cast<DateADT>(server_timestamp < days * USECS_PER_DAY ? days - 1 : days);
}

// What a look is for.
enum class Look {
  kForFirstUse,  // of any day: it may have begun under a longer idempotency_ttl
  kForOthers,    // than our claim, around its day
};

struct Search {
  Look look;
  const Acceptance* acceptance;
  std::int64_t alive_at;
  InProgress in_progress;
};

std::int64_t ttl() {
  return static_cast<std::int64_t>(settings().idempotency_ttl) * USECS_PER_SEC;
}

// What one look at the days found. Plain data.
struct Use {
  bool alive;                 // committed, or by this transaction, and not expired
  TransactionId in_progress;  // somebody else's, not ended; its row's place:
  Oid partition;
  ItemPointerData row;
  bool ours;       // of this transaction
  bool invisible;  // committed after the snapshot of a REPEATABLE READ transaction was taken
  bool same_content;
  identifiers::Uuid command_id;
  int last_number;  // of the expired uses of the day the command was received
  bool key_locked;  // somebody else holds the key's lock, see lock_key()
  bool waited;      // for that lock
};

// A row of the table.
struct UseRow {
  DateADT first_used_on;
  int number;
  TimestampTz expires_at;
  Datum request_sha256;
  Datum command_id;
};

bool same_bytes(Datum left, Datum right) {
  return DatumGetBool(DirectFunctionCall2(byteaeq, left, right));
}

bool is_same_request(const KeyClaim& claim, Datum used_sha256) {
  return same_bytes(used_sha256, claim.request_sha256) ||
         (claim.spelled_sha256 != 0 && same_bytes(used_sha256, claim.spelled_sha256));
}

UseRow row_of(TupleTableSlot* slot) {
  return {DatumGetDateADT(present_value(slot, kFirstUsedOn)), DatumGetInt32(present_value(slot, kUseNumber)),
          DatumGetTimestampTz(present_value(slot, kExpiresAt)), present_value(slot, kRequestSha256),
          present_value(slot, kCommandId)};
}

UseRow row_of(std::uint64_t row) {
  return {DatumGetDateADT(value(row, 0, DATEOID)), int_value(row, 1),
          DatumGetTimestampTz(value(row, 2, TIMESTAMPTZOID)), value(row, 3, BYTEAOID),
          value(row, 4, UUIDOID)};
}

bool is_of_day(const UseRow& row, const Acceptance& acceptance) {
  return row.first_used_on == day_of(acceptance.received_at);
}

// The unique index has room for one such row: ours.
bool is_claim(const UseRow& row, const Acceptance& acceptance) {
  return is_of_day(row, acceptance) && row.number == acceptance.claim.use_number;
}

void read_use(const UseRow& row, const Search& search, Use& use) {
  if (is_of_day(row, *search.acceptance) && row.number > use.last_number) use.last_number = row.number;
  if (row.expires_at <= search.alive_at) return;
  use.alive = true;
  use.same_content = is_same_request(search.acceptance->claim, row.request_sha256);
  use.command_id = uuid_value(row.command_id);
}

bool is_ours(TupleTableSlot* slot) {
  bool null = false;
  const Datum inserted_by = slot_getsysattr(slot, MinTransactionIdAttributeNumber, &null);
  return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(inserted_by));
}

// Looks at one day. Stops at the first use that is alive or in progress.
void look_at_day(Oid partition, const Search& search, Use& use) {
  const Request& request = *search.acceptance->request;
  const Datum key[] = {uuid_datum(request.tenant_id), text_datum(request.command_name),
                       text_datum(request.idempotency_key)};
  SnapshotData dirty;
  InitDirtySnapshot(dirty);
  PrimaryKeyScan scan = begin_scan(partition, &dirty, key, lengthof(key));
  while (!use.alive && next_row(scan)) {
    const UseRow row = row_of(scan.slot);
    if (search.look == Look::kForOthers && is_claim(row, *search.acceptance)) continue;
    if (TransactionIdIsValid(dirty.xmin)) {
      use.in_progress = dirty.xmin;
      use.partition = partition;
      use.row = scan.slot->tts_tid;
      break;
    }
    read_use(row, search, use);
    use.ours = use.alive && is_ours(scan.slot);
    use.invisible = use.alive && !use.ours && IsolationUsesXactSnapshot() &&
                    !table_tuple_satisfies_snapshot(scan.table, scan.slot, GetTransactionSnapshot());
  }
  end_scan(scan);
}

// What to do about a day that maintain() may have locked. Somebody else's lock, of a VACUUM FULL say, is
// waited for.
enum class Locked { kWait, kPassOver };

enum class Day { kEmpty, kHasRows, kNotAsWritten };

// Days that retention has emptied, and those to come, cost no look into an index.
Day open_day(Oid partition, Locked locked) {
  if (locked == Locked::kWait || !ConditionalLockRelationOid(partition, AccessShareLock)) {
    if (locked == Locked::kPassOver && is_maintained_now(kInstallation)) return Day::kEmpty;
    LockRelationOid(partition, AccessShareLock);
  }
  Relation opened = table_open(partition, NoLock);
  Day day = Day::kNotAsWritten;
  if (is_as_written(opened, kIdempotencyKeys))
    day = RelationGetNumberOfBlocks(opened) > 0 ? Day::kHasRows : Day::kEmpty;
  table_close(opened, day == Day::kHasRows ? NoLock : AccessShareLock);
  return day;
}

// Whether all of them could be read directly; else what was found says nothing.
bool look_at_days(Leaves days, Locked locked, const Search& search, Use& use) {
  for (int i = 0; i < days.count && !use.alive && !TransactionIdIsValid(use.in_progress); ++i) {
    const Day day = open_day(days.partitions[i], locked);
    if (day == Day::kNotAsWritten) return false;
    if (day == Day::kHasRows) look_at_day(days.partitions[i], search, use);
  }
  return true;
}

// Days before idempotency_ttl, where only a longer one can have left a live use, are passed over while
// maintain() retires them: it has seen that nothing there is alive, and nobody waits for it.
bool look_directly(Relation table, const Search& search, Use& use) {
  if (!is_as_written(table, kIdempotencyKeys) || !has_only_leaves(table)) return false;
  const bool all = search.look == Look::kForFirstUse;
  const std::int64_t received_at = search.acceptance->received_at;
  const DateADT first = all ? day_of(received_at - ttl()) : day_of(received_at) - 1;
  // One day more: a clock may have been set back since.
  const DateADT last = day_of(GetCurrentTimestamp()) + 1;
  const auto between = [table](DateADT from, DateADT to) {
    return partitions_between(table, DateADTGetDatum(from), DateADTGetDatum(to));
  };
  Oid any_day = default_partition(table);
  return look_at_days(between(first, last), Locked::kWait, search, use) &&
         look_at_days({&any_day, OidIsValid(any_day) ? 1 : 0}, Locked::kWait, search, use) &&
         (!all || look_at_days(between(DATEVAL_NOBEGIN, first - 1), Locked::kPassOver, search, use));
}

// The server's error of a wait that took too long becomes the one that the caller knows. Without its key the
// table cannot tell a second use from a first.
void say_in_progress(void* /*argument*/) {
  if (geterrcode() == ERRCODE_INVALID_COLUMN_REFERENCE) {
    errcode(MAKE_SQLSTATE('K', 'C', '0', '1', '5'));
    errmsg("table \"command_center.idempotency_keys\" has lost its primary key");
    errhint(
        "Commands with an idempotency key cannot be taken until it has the one that setup() made: see "
        "doctor().");
  }
  if (geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE) return;
  errcode(MAKE_SQLSTATE('K', 'C', '0', '0', '4'));
  errmsg("first use of the idempotency key is still in progress");
  errhint("Try again later. How long a call waits is the setting lock_timeout.");
}

// --- by statements, of tables that are not as written ---

// A statement does not see what has not committed: uses of a key come one after the other then, by a lock
// until the end of the transaction. A tenant has so many, since they take room in the server's table of
// locks.
constexpr std::uint64_t kKeyLocks = 256;

bool lock_key(const Search& search, Use& use) {
  const Request& request = *search.acceptance->request;
  const hash::SipKey* secret = lock_secret();
  if (secret == nullptr) return true;
  const auto& id = request.tenant_id.bytes;
  const auto salt = static_cast<std::uint64_t>(LockKind::kIdempotencyKey);
  const std::uint64_t tenant = hash::sip_hash({secret->low ^ salt, secret->high},
                                              {reinterpret_cast<const char*>(id.data()), id.size()});
  const std::uint64_t key =
      hash::sip_hash({secret->low ^ tenant, secret->high}, request.idempotency_key) % kKeyLocks;
  const OwnLock lock = {{LockKind::kIdempotencyKey, tenant, key}, (tenant & ~(kKeyLocks - 1)) | key};
  if (try_lock(lock, LockMode::kExclusive)) return true;
  if (search.in_progress == InProgress::kRefuse) return false;
  ErrorContextCallback rename = {error_context_stack, say_in_progress, nullptr};
  error_context_stack = &rename;
  take_lock(lock, LockMode::kExclusive, "idempotency key");
  error_context_stack = rename.previous;
  use.waited = true;
  return true;
}

Parameters key_of(const Request& request) {
  Parameters key;
  key.add(uuid_datum(request.tenant_id));
  key.add_text(request.command_name);
  key.add_text(request.idempotency_key);
  return key;
}

// Whether a use is not there for the snapshot of a REPEATABLE READ transaction.
bool is_invisible(const Request& request, const identifiers::Uuid& command_id) {
  if (!IsolationUsesXactSnapshot()) return false;
  const std::uint64_t rows = run(select_uses, key_of(request));
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (uuid_value(value(row, 4, UUIDOID)) == command_id) return false;
  }
  return true;
}

Use look_by_statement(const Search& search) {
  const Request& request = *search.acceptance->request;
  Use use = {};
  if (!lock_key(search, use)) {
    use.key_locked = true;
    return use;
  }
  const OwnerSession session = open_session(kInstallation);
  const std::uint64_t rows = run_with_latest_snapshot(select_uses, key_of(request));
  for (std::uint64_t row = 0; row < rows && !use.alive; ++row) {
    const UseRow found = row_of(row);
    if (search.look == Look::kForOthers && is_claim(found, *search.acceptance)) continue;
    read_use(found, search, use);
    use.ours = use.alive && TransactionIdIsCurrentTransactionId(DatumGetTransactionId(value(row, 5, XIDOID)));
  }
  use.invisible = use.alive && !use.ours && is_invisible(request, use.command_id);
  close_session(session);
  return use;
}

Use look(const Search& search) {
  Use use = {};
  Relation table = table_open(installed_relation(kInstallation, "idempotency_keys"), AccessShareLock);
  const bool directly = look_directly(table, search, use);
  table_close(table, NoLock);
  return directly ? use : look_by_statement(search);
}

void wait_for(const Use& use) {
  Relation partition = table_open(use.partition, AccessShareLock);
  ErrorContextCallback rename = {error_context_stack, say_in_progress, nullptr};
  error_context_stack = &rename;
  ItemPointerData row = use.row;
  XactLockTableWait(use.in_progress, partition, &row, XLTW_InsertIndex);
  error_context_stack = rename.previous;
  table_close(partition, NoLock);
}

[[noreturn]] void refuse_in_progress() {
  throw Error(sqlstate::kKeyInProgress, "first use of the idempotency key is still in progress", {},
              "Try again later.");
}

enum class Found { kNothing, kAnswer, kInProgress, kOtherContent, kInvisible, kDispatchGone };

// The answer lies in the dispatch row, which the newest snapshot shows even when the caller's statement began
// before. It is copied: the memory of the session ends with it.
Found read_answer(const Use& use, Acceptance& acceptance) {
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  Parameters key;
  key.add(uuid_datum(acceptance.request->tenant_id));
  key.add(uuid_datum(use.command_id));
  const bool found = run_with_latest_snapshot(select_dispatch, key) > 0;
  if (found) {
    const auto view = [](const char* text) { return std::string_view(text); };
    MemoryContext session_memory = MemoryContextSwitchTo(memory);
    acceptance.replayed = true;
    acceptance.command_id = use.command_id;
    acceptance.target = view(text_value(0, 0));
    acceptance.correlation_id = view(text_value(0, 1));
    acceptance.first_mode = view(text_value(0, 2));
    acceptance.result = is_null(0, 3) ? Datum{0} : JsonbPGetDatum(DatumGetJsonbPCopy(value(0, 3, JSONBOID)));
    MemoryContextSwitchTo(session_memory);
  }
  close_session(session);
  if (found) return Found::kAnswer;
  // Its own transaction is still at it: a handler uses the key of the command it handles.
  return use.ours ? Found::kInProgress : Found::kDispatchGone;
}

// What waiting does to the time of the command: until its messages are written it is received when the wait
// ends. Whether a use is alive is asked for the moment the call came.
enum class Received { kAfterWaiting, kBefore };

// The id is of the same time: lists look for times by ids. The catalogue is the one of now, too.
void receive_again(Acceptance& acceptance) {
  begin_decision();
  acceptance.received_at = GetCurrentTimestamp();
  acceptance.command_id = new_uuid(acceptance.received_at);
}

// Uses of several keys in one transaction are waited for in the order of this.
Rank rank_of(const Request& request) {
  const auto hash = [](std::string_view text, std::uint64_t seed) {
    return hash_bytes_extended(reinterpret_cast<const unsigned char*>(text.data()),
                               static_cast<int>(text.size()), seed);
  };
  const auto& tenant = request.tenant_id.bytes;
  const std::uint64_t of_tenant = hash({reinterpret_cast<const char*>(tenant.data()), tenant.size()}, 0);
  return {LockKind::kIdempotencyKey, hash(request.idempotency_key, hash(request.command_name, of_tenant)), 0};
}

Found look_and_wait(InProgress in_progress, Received received, Acceptance& acceptance) {
  const Search search = {Look::kForFirstUse, &acceptance, acceptance.received_at, in_progress};
  for (;;) {
    const Use use = look(search);
    if (use.key_locked) return Found::kInProgress;
    if (use.waited && received == Received::kAfterWaiting) receive_again(acceptance);
    if (TransactionIdIsValid(use.in_progress)) {
      if (in_progress == InProgress::kRefuse) return Found::kInProgress;
      if (!may_wait_for(rank_of(*acceptance.request))) refuse_busy("the idempotency key");
      wait_for(use);
      if (received == Received::kAfterWaiting) receive_again(acceptance);
      continue;
    }
    acceptance.claim.use_number = use.last_number + 1;
    if (!use.alive) return Found::kNothing;
    if (use.invisible) return Found::kInvisible;
    if (!use.same_content) return Found::kOtherContent;
    return read_answer(use, acceptance);
  }
}

constexpr const char* kConcurrentUse =
    "could not serialize access due to a concurrent use of the idempotency key";
constexpr const char* kRunAgain = "Run the transaction again.";

// Whether there is an answer, which `acceptance` then holds; what else was found is thrown.
bool answer(InProgress in_progress, Received received, Acceptance& acceptance) {
  switch (look_and_wait(in_progress, received, acceptance)) {
    case Found::kNothing:
      return false;
    case Found::kAnswer:
      return true;
    case Found::kInProgress:
      refuse_in_progress();
    case Found::kInvisible:
      throw Error(sqlstate::kSerializationFailure, kConcurrentUse, {}, kRunAgain);
    case Found::kOtherContent:
      throw Error(
          sqlstate::kKeyReused, "idempotency key was used with another payload, property or environment", {},
          "Repeat the first request exactly to get its answer; a new request needs a key of its own.");
    case Found::kDispatchGone:
      break;
  }
  throw Error(sqlstate::kPastRetention,
              "dispatch of the first use of the idempotency key is past its retention");
}

// Around midnight two first uses may lie in two days, where no index keeps them apart. Each looks at the
// other days after its own row is in, so at least one sees the other. Its row cannot be taken back alone, so
// all of the statement goes, that of a batch too.
void refuse_use_of_another_day(const Acceptance& acceptance) {
  const Use use = look({Look::kForOthers, &acceptance, acceptance.received_at, InProgress::kRefuse});
  if (use.alive || use.key_locked || TransactionIdIsValid(use.in_progress))
    refuse("40001", kConcurrentUse, nullptr, kRunAgain);
}

// False when a use with this number is there already. It lives from now on, however long ago the command was
// received: who waits for it must find it alive.
bool insert_claim(const Acceptance& acceptance) {
  PreventCommandIfReadOnly("execute_command");
  const Request& request = *acceptance.request;
  const Datum row[kExpiresAt] = {uuid_datum(request.tenant_id),
                                 text_datum(request.command_name),
                                 text_datum(request.idempotency_key),
                                 DateADTGetDatum(day_of(acceptance.received_at)),
                                 Int32GetDatum(acceptance.claim.use_number),
                                 acceptance.claim.request_sha256,
                                 uuid_datum(acceptance.command_id),
                                 TimestampTzGetDatum(GetCurrentTimestamp() + ttl())};
  const bool nulls[kExpiresAt] = {};
  // Only where it goes by a statement does it wait for the transaction of another use.
  ErrorContextCallback rename = {error_context_stack, say_in_progress, nullptr};
  error_context_stack = &rename;
  const Identity calling = become_owner(kInstallation);
  const bool claimed = write_unless_taken(uses, row, nulls);
  resume_identity(calling);
  error_context_stack = rename.previous;
  if (claimed) {
    note_held(rank_of(request), InLockTable::kAlready);
    refuse_use_of_another_day(acceptance);
  }
  return claimed;
}

// Two who insert at once may both step back, and a use may end in a rollback between insertion and look.
constexpr int kMostClaims = 10;

// Where nobody else has the key, running again would not help.
void refuse_claim(const Acceptance& acceptance) {
  if (goes_by_statement(uses, DateADTGetDatum(day_of(acceptance.received_at))))
    refuse("KC015", "use of the idempotency key was not written down", nullptr,
           "Somebody changed \"command_center.idempotency_keys\", or put a trigger or a rule on it, since "
           "setup() "
           "made it: see doctor().");
  refuse("40001", kConcurrentUse, nullptr, kRunAgain);
}

}  // namespace

bool answer_from_first_use(InProgress in_progress, Acceptance& acceptance) {
  hash_request(acceptance);
  return answer(in_progress, Received::kAfterWaiting, acceptance);
}

void claim_key(InProgress in_progress, Acceptance& acceptance) {
  for (int i = 0; i < kMostClaims; ++i) {
    if (insert_claim(acceptance) || answer(in_progress, Received::kBefore, acceptance)) return;
  }
  refuse_claim(acceptance);
}

}  // namespace command_center::extension
