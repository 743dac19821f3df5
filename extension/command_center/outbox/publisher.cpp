// Reads and compares identities, and queues those who would publish at once.
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/installation.hpp"

#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_installation = {
    kInstallation, "SELECT database_uuid FROM command_center.installation", 0, {}};
// As long as setup() has not made the table of shards, there are none.
Statement select_publisher = {
    kInstallation, "SELECT identity FROM command_center.publishers WHERE publisher = $1", 1, {TEXTOID}};
Statement select_of_family = {
    kInstallation,
    "SELECT known.identity FROM command_center.publishers AS known"
    " LEFT JOIN command_center.publisher_shards AS share ON share.publisher = known.publisher"
    " WHERE known.publisher = $1 OR share.family = $1 ORDER BY known.publisher <> $1, share.generation LIMIT "
    "1",
    1,
    {TEXTOID}};

// One that has no shards has every key. A second one of that kind would begin with what the first has sent.
Statement select_standing = {
    kInstallation,
    "SELECT known.identity, share.ends_at, share.transaction_bound, share.position_bound,"
    " EXISTS (SELECT FROM command_center.publisher_shards AS earlier"
    "  JOIN command_center.publishers AS unfinished ON unfinished.publisher = earlier.publisher"
    "  WHERE earlier.family = share.family AND earlier.generation < share.generation),"
    " (SELECT min(other.publisher) FROM command_center.publishers AS other"
    "  WHERE share.publisher IS NULL AND other.publisher <> known.publisher"
    "  AND EXISTS (SELECT FROM command_center.publication_batches AS batch"
    "   WHERE batch.publisher = other.publisher)"
    "  AND NOT EXISTS (SELECT FROM command_center.publication_batches AS batch"
    "   WHERE batch.publisher = known.publisher))"
    " FROM command_center.publishers AS known"
    " LEFT JOIN command_center.publisher_shards AS share ON share.publisher = known.publisher"
    " WHERE known.publisher = $1",
    1,
    {TEXTOID}};

Statement select_successors = {
    kInstallation,
    "SELECT latest.shards FROM command_center.publisher_shards AS ended"
    " JOIN command_center.publisher_shards AS latest ON latest.family = ended.family"
    " WHERE ended.publisher = $1 ORDER BY latest.generation DESC LIMIT 1",
    1,
    {TEXTOID}};

Statement delete_publisher = {
    kInstallation, "DELETE FROM command_center.publishers WHERE publisher = $1", 1, {TEXTOID}};

Statement count_others = {
    kInstallation, "SELECT count(*) FROM command_center.publishers WHERE publisher <> $1", 1, {TEXTOID}};
Statement count_others_than_shards = {
    kInstallation,
    "SELECT count(*) FROM command_center.publishers AS known WHERE known.publisher <> $1 AND NOT EXISTS ("
    " SELECT FROM command_center.publisher_shards AS share"
    " WHERE share.publisher = known.publisher AND share.family = $1)",
    1,
    {TEXTOID}};

constexpr char kCursorsInUse[] = "the cursors of the publishers";

OwnLock every_cursor() {
  return named_lock(LockKind::kPublishers, "every cursor");
}

[[noreturn]] void refuse_unknown(std::string_view publisher) {
  refuse("KC002",
         psprintf("publisher \"%.*s\" does not exist", static_cast<int>(publisher.size()), publisher.data()),
         nullptr, "The publisher that setup() makes is \"default\".");
}

// A relay takes the hint for its own: it asks which publisher to be now (relay/outbox).
void refuse_ended(std::string_view publisher, const Parameters& named) {
  if (run(select_successors, named) == 0) return;
  const std::int64_t shards = bigint_value(0, 0);
  refuse("KC015",
         psprintf("publisher \"%.*s\" has published all that was its own", static_cast<int>(publisher.size()),
                  publisher.data()),
         psprintf("{\"shards\": " INT64_FORMAT "}", shards),
         psprintf("Start relays with --shard 1/" INT64_FORMAT " and so on: set_publishers() was called.",
                  shards));
}

}  // namespace

const char* database_identity() {
  if (run(select_installation, Parameters()) == 0) {
    refuse("KC015", "table \"command_center.installation\" is empty", nullptr,
           "It holds the uuid that setup() gave to this database; restore the row.");
  }
  return psprintf("%s." UINT64_FORMAT ".%u", text_value(0, 0), GetSystemIdentifier(), MyDatabaseId);
}

bool knows_shards() {
  return is_installed(kInstallation, "publisher_shards");
}

const char* recorded_identity(std::string_view publisher) {
  Parameters parameters;
  parameters.add_text(publisher);
  if (run(knows_shards() ? select_of_family : select_publisher, parameters) == 0) refuse_unknown(publisher);
  return text_value(0, 0);
}

Standing publisher_standing(std::string_view publisher) {
  Parameters named;
  named.add_text(publisher);
  Standing standing = {};
  if (!knows_shards()) {
    standing.identity = recorded_identity(publisher);
    require_own_identity(standing.identity);
    return standing;
  }
  if (run(select_standing, named) == 0) {
    refuse_ended(publisher, named);
    refuse_unknown(publisher);
  }
  standing.identity = text_value(0, 0);
  standing.ends = !is_null(0, 1);
  standing.waits = bool_value(0, 4);
  if (standing.ends) {
    standing.end.snapshot_after = datumCopy(value(0, 1, PG_SNAPSHOTOID), false, -1);
    standing.end.transaction_bound_after = datumCopy(value(0, 2, XID8OID), true, sizeof(std::uint64_t));
    standing.end.position_bound_after = bigint_value(0, 3);
  }
  const char* other = text_value_or_null(0, 5);
  require_own_identity(standing.identity);
  if (other == nullptr) return standing;
  refuse("KC015", psprintf("publisher \"%s\" publishes every message already", other), nullptr,
         "Take the second one out of command_center.publishers; set_publishers() divides the work.");
}

void require_own_identity(const char* recorded) {
  const char* current = database_identity();
  if (std::strcmp(recorded, current) == 0) return;
  refuse("KC015", "outbox belongs to another database",
         psprintf("{\"recorded\": \"%s\", \"current\": \"%s\"}", recorded, current),
         "This is a copy or a restored dump. Nothing is published until command_center.rebase_outbox() was "
         "called with the progress that Kafka holds. See docs/operations.md.");
}

const char* publisher_identity(std::string_view publisher) {
  return publisher_standing(publisher).identity;
}

void require_turn(std::string_view publisher, const Standing& standing) {
  if (!standing.waits) return;
  refuse("KC015",
         psprintf("publisher \"%.*s\" waits for earlier ones", static_cast<int>(publisher.size()),
                  publisher.data()),
         nullptr, "Relays that are started with --shard publish what those left, and go on from there.");
}

void require_single_family(std::string_view family) {
  Parameters named;
  named.add_text(family);
  (void)run(knows_shards() ? count_others_than_shards : count_others, named);
  if (bigint_value(0, 0) == 0) return;
  refuse("KC015", "the outbox has more than one publisher", nullptr,
         "Take the others out of command_center.publishers, and put them back afterwards: they begin from "
         "there.");
}

void end_publisher(std::string_view publisher) {
  Parameters parameters;
  parameters.add_text(publisher);
  (void)run(delete_publisher, parameters);
}

void lock_publisher(std::string_view publisher, PublisherLock lock) {
  const bool cursor = lock == PublisherLock::kCursor;
  if (cursor) take_lock(every_cursor(), LockMode::kShared, kCursorsInUse);
  const OwnLock named = named_lock(
      LockKind::kPublisher, psprintf("%s of %s", cursor ? "cursor" : "lease", zero_terminated(publisher)));
  take_lock(named, LockMode::kExclusive, cursor ? "the publisher's cursor" : "the publisher's lease");
}

void lock_all_cursors() {
  take_lock(every_cursor(), LockMode::kExclusive, kCursorsInUse);
}

void require_read_committed(const char* function) {
  if (!IsolationUsesXactSnapshot()) return;
  refuse("25001", psprintf("%s cannot run under REPEATABLE READ or SERIALIZABLE", function), nullptr,
         "Call it in a transaction of its own with the isolation level READ COMMITTED.");
}

}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_database_identity);
PG_FUNCTION_INFO_V1(command_center_publisher_identity);
}

Datum command_center_database_identity(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;  // NOLINT(google-build-using-namespace)
  (void)fcinfo;
  return command_center::boundary::enter([] {
    MemoryContext caller = CurrentMemoryContext;
    const OwnerSession session = open_session(kInstallation);
    const char* identity = MemoryContextStrdup(caller, database_identity());
    close_session(session);
    return CStringGetTextDatum(identity);
  });
}

Datum command_center_publisher_identity(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;  // NOLINT(google-build-using-namespace)
  return command_center::boundary::enter([fcinfo] {
    MemoryContext caller = CurrentMemoryContext;
    const std::string_view publisher = text_argument(fcinfo, 0);
    const OwnerSession session = open_session(kInstallation);
    const char* identity = MemoryContextStrdup(caller, publisher_identity(publisher));
    close_session(session);
    return CStringGetTextDatum(identity);
  });
}
