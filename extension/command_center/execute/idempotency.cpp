// Looks for uses of a key with a snapshot that also shows what has not committed, in every day that may hold
// a live one. Only accepted commands leave a row: a refused one takes its row with it.
#include "extension/command_center/execute/idempotency.hpp"

#include <string>

#include "extension/command_center/arguments.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/leaf_partition.hpp"
#include "extension/command_center/primary_key_scan.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/sha256.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/core/error/error.hpp"

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

Statement insert_use = {
    "INSERT INTO command_center.idempotency_keys"
    " (tenant_id, command_name, idempotency_key, first_used_on, use_number, request_sha256, command_id, "
    "expires_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    8,
    {UUIDOID, TEXTOID, TEXTOID, DATEOID, INT4OID, BYTEAOID, UUIDOID, TIMESTAMPTZOID}};

Statement select_dispatch = {
    "SELECT target_service, correlation_id, mode, result FROM command_center.command_dispatches"
    " WHERE tenant_id = $1 AND command_id = $2",
    2,
    {UUIDOID, UUIDOID}};

// The sha256 of what must be the same for the same key: the payload's text, the property and the environment.
Datum request_sha256(const Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  StringInfoData content;
  initStringInfo(&content);
  const auto append = [&content](std::string_view part) {
    appendBinaryStringInfo(&content, part.data(), static_cast<int>(part.size()));
    appendStringInfoChar(&content, '\0');
  };
  append(acceptance.payload_text);
  append(request.has_property
             ? std::string_view(reinterpret_cast<const char*>(request.property_id.bytes.data()),
                                request.property_id.bytes.size())
             : std::string_view());
  append(request.environment);
  return sha256_datum({content.data, static_cast<std::size_t>(content.len)});
}

// Days since 2000-01-01 in UTC, as the type date counts them.
DateADT day_of(std::int64_t server_timestamp) {
  const std::int64_t days = server_timestamp / USECS_PER_DAY;
  return static_cast<DateADT>(server_timestamp < days * USECS_PER_DAY ? days - 1 : days);
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
  int last_number;  // of today's expired uses
};

bool same_bytes(Datum left, Datum right) {
  return DatumGetBool(DirectFunctionCall2(byteaeq, left, right));
}

void read_use(TupleTableSlot* slot, const Acceptance& acceptance, Datum sha256, DateADT today, Use& use) {
  bool null = false;
  const int number = DatumGetInt32(slot_getattr(slot, kUseNumber, &null));
  if (DatumGetDateADT(slot_getattr(slot, kFirstUsedOn, &null)) == today && number > use.last_number) {
    use.last_number = number;
  }
  if (DatumGetTimestampTz(slot_getattr(slot, kExpiresAt, &null)) <= acceptance.received_at) return;
  use.alive = true;
  use.same_content = same_bytes(slot_getattr(slot, kRequestSha256, &null), sha256);
  use.command_id = uuid_value(slot_getattr(slot, kCommandId, &null));
}

bool is_ours(TupleTableSlot* slot) {
  bool null = false;
  const Datum inserted_by = slot_getsysattr(slot, MinTransactionIdAttributeNumber, &null);
  return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(inserted_by));
}

// Looks at one day. Stops at the first use that is alive or in progress.
void look_at_day(Oid partition, const Acceptance& acceptance, Datum sha256, DateADT today, Use& use) {
  const Request& request = *acceptance.request;
  const Datum key[] = {uuid_datum(request.tenant_id), text_datum(request.command_name),
                       text_datum(request.idempotency_key)};
  SnapshotData dirty;
  InitDirtySnapshot(dirty);
  PrimaryKeyScan scan = begin_scan(partition, &dirty, key, lengthof(key));
  while (!use.alive && next_row(scan)) {
    if (TransactionIdIsValid(dirty.xmin)) {
      use.in_progress = dirty.xmin;
      use.partition = partition;
      use.row = scan.slot->tts_tid;
      break;
    }
    read_use(scan.slot, acceptance, sha256, today, use);
    use.ours = use.alive && is_ours(scan.slot);
    use.invisible = use.alive && !use.ours && IsolationUsesXactSnapshot() &&
                    !table_tuple_satisfies_snapshot(scan.table, scan.slot, GetTransactionSnapshot());
  }
  end_scan(scan);
}

const DateADT no_day = DATEVAL_NOBEGIN;

// Looks at every day, but one, from the oldest that may hold a live use.
Use look(const Acceptance& acceptance, Datum sha256, DateADT but_for = no_day) {
  Use use = {};
  Relation table = table_open(installed_relation("idempotency_keys"), AccessShareLock);
  const DateADT today = day_of(acceptance.received_at);
  const std::int64_t ttl = static_cast<std::int64_t>(settings().idempotency_ttl) * USECS_PER_SEC;
  // One day more: a clock may have been set back since.
  for (DateADT day = day_of(acceptance.received_at - ttl); day <= today + 1; ++day) {
    if (day == but_for) continue;
    const Oid partition = partition_for(table, DateADTGetDatum(day));
    if (OidIsValid(partition)) look_at_day(partition, acceptance, sha256, today, use);
    if (use.alive || TransactionIdIsValid(use.in_progress)) break;
  }
  table_close(table, NoLock);
  return use;
}

// The server's error of a wait that took too long becomes the one that the caller knows.
void say_in_progress(void* /*argument*/) {
  if (geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE) return;
  errcode(MAKE_SQLSTATE('K', 'C', '0', '0', '4'));
  errmsg("first use of the idempotency key is still in progress");
  errhint("Try again later. How long a call waits is the setting lock_timeout.");
}

void wait_for(const Use& use) {
  ErrorContextCallback rename = {error_context_stack, say_in_progress, nullptr};
  error_context_stack = &rename;
  Relation partition = table_open(use.partition, AccessShareLock);
  ItemPointerData row = use.row;
  XactLockTableWait(use.in_progress, partition, &row, XLTW_InsertIndex);
  table_close(partition, NoLock);
  error_context_stack = rename.previous;
}

[[noreturn]] void refuse_in_progress() {
  throw Error(sqlstate::kKeyInProgress, "first use of the idempotency key is still in progress", {},
              "Try again later.");
}

enum class Found { kNothing, kAnswer, kInProgress, kOtherContent, kInvisible, kDispatchGone };

// The answer lies in the dispatch row, which the newest snapshot shows even when the caller's statement began
// before. It is copied into `memory`: that of the session ends with it.
Found read_answer(const Use& use, MemoryContext memory, Acceptance& acceptance) {
  Parameters key;
  key.add(uuid_datum(acceptance.request->tenant_id));
  key.add(uuid_datum(use.command_id));
  if (run_with_latest_snapshot(select_dispatch, key) == 0) {
    // Its own transaction is still at it: a handler uses the key of the command it handles.
    return use.ours ? Found::kInProgress : Found::kDispatchGone;
  }
  const auto view = [](const char* text) { return std::string_view(text); };
  MemoryContext session_memory = MemoryContextSwitchTo(memory);
  acceptance.replayed = true;
  acceptance.command_id = use.command_id;
  acceptance.target = view(text_value(0, 0));
  acceptance.correlation_id = view(text_value(0, 1));
  acceptance.first_mode = view(text_value(0, 2));
  acceptance.result = is_null(0, 3) ? Datum{0} : JsonbPGetDatum(DatumGetJsonbPCopy(value(0, 3)));
  MemoryContextSwitchTo(session_memory);
  return Found::kAnswer;
}

Found look_and_wait(InProgress in_progress, MemoryContext memory, Acceptance& acceptance) {
  for (;;) {
    const Use use = look(acceptance, acceptance.claim.request_sha256);
    if (TransactionIdIsValid(use.in_progress)) {
      if (in_progress == InProgress::kRefuse) return Found::kInProgress;
      wait_for(use);
      continue;
    }
    acceptance.claim.use_number = use.last_number + 1;
    if (!use.alive) return Found::kNothing;
    if (use.invisible) return Found::kInvisible;
    if (!use.same_content) return Found::kOtherContent;
    return read_answer(use, memory, acceptance);
  }
}

constexpr const char* kConcurrentUse =
    "could not serialize access due to a concurrent use of the idempotency key";

// Around midnight two first uses may lie in two days, where no index keeps them apart. Each looks at the
// other days after its own row is in, so at least one sees the other. Its row cannot be taken back alone, so
// all of the statement goes, that of a batch too.
void refuse_use_of_another_day(const Acceptance& acceptance) {
  const Use use = look(acceptance, acceptance.claim.request_sha256, day_of(acceptance.received_at));
  if (use.alive || TransactionIdIsValid(use.in_progress)) refuse("40001", kConcurrentUse);
}

bool insert_claim(const Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  const std::int64_t ttl = static_cast<std::int64_t>(settings().idempotency_ttl) * USECS_PER_SEC;
  const OwnerSession session = open_session();
  Parameters row;
  row.add(uuid_datum(request.tenant_id));
  row.add_text(request.command_name);
  row.add_text(request.idempotency_key);
  row.add(DateADTGetDatum(day_of(acceptance.received_at)));
  row.add_int(acceptance.claim.use_number);
  row.add(acceptance.claim.request_sha256);
  row.add(uuid_datum(acceptance.command_id));
  row.add(TimestampTzGetDatum(acceptance.received_at + ttl));
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain, nullptr};
  error_context_stack = &hint;
  const bool claimed = run(insert_use, row) > 0;
  error_context_stack = hint.previous;
  if (claimed) refuse_use_of_another_day(acceptance);
  close_session(session);
  return claimed;
}

}  // namespace

bool answer_from_first_use(InProgress in_progress, Acceptance& acceptance) {
  acceptance.claim.request_sha256 = request_sha256(acceptance);
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session();
  const Found found = look_and_wait(in_progress, memory, acceptance);
  close_session(session);
  switch (found) {
    case Found::kNothing:
      return false;
    case Found::kAnswer:
      return true;
    case Found::kInProgress:
      refuse_in_progress();
    case Found::kInvisible:
      throw Error(sqlstate::kSerializationFailure, kConcurrentUse);
    case Found::kOtherContent:
      throw Error(sqlstate::kKeyReused,
                  "idempotency key was used with another payload, property or environment");
    case Found::kDispatchGone:
      break;
  }
  throw Error(sqlstate::kPastRetention,
              "dispatch of the first use of the idempotency key is past its retention");
}

void claim_key(InProgress in_progress, Acceptance& acceptance) {
  if (!insert_claim(acceptance)) (void)answer_from_first_use(in_progress, acceptance);
}

}  // namespace command_center::extension
