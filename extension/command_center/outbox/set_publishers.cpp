// Divides the keys of an outbox among publishers. One snapshot is the end of those there were and the
// beginning of the new ones, so each message has one publisher; and the new ones do not begin before the
// others have published all that is theirs, so a key keeps its order.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/durable_commit.hpp"
#include "extension/command_center/outbox/generation.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostPublishers = 64;

// A publisher that was never divided has no row yet.
Statement insert_first = {
    kInstallation,
    "INSERT INTO command_center.publisher_shards (publisher, family, generation, shard, shards)"
    " SELECT known.publisher, known.publisher, 1, 1, 1 FROM command_center.publishers AS known"
    " WHERE known.publisher = $1 AND NOT EXISTS (SELECT FROM command_center.publisher_shards AS share"
    "  WHERE share.family = $1 OR share.publisher = $1)",
    1,
    {TEXTOID}};

Statement end_generation = {
    kInstallation,
    "UPDATE command_center.publisher_shards SET ends_at = $3, transaction_bound = $4, position_bound = $5"
    " WHERE family = $1 AND generation = $2",
    5,
    {TEXTOID, INT8OID, PG_SNAPSHOTOID, XID8OID, INT8OID}};

[[noreturn]] void refuse_shards(std::string_view family, std::int64_t has, int asked) {
  refuse("KC015",
         psprintf("publisher \"%.*s\" is divided into " INT64_FORMAT ", not into %d",
                  static_cast<int>(family.size()), family.data(), has, asked),
         psprintf("{\"shards\": " INT64_FORMAT "}", has),
         has == 1 ? "Start the relay without --shard, or call command_center.set_publishers()."
                  : psprintf("Start relays with --shard 1/" INT64_FORMAT
                             " and so on, or call command_center.set_publishers().",
                             has));
}

Datum set_publishers(FunctionCallInfo fcinfo) {
  require_read_committed("set_publishers");
  const int count = PG_GETARG_INT32(0);
  const std::string_view family = text_argument(fcinfo, 1);
  if (count < 1 || count > kMostPublishers) refuse("22023", "publishers must be between 1 and 64");
  const OwnerSession session = open_session(kInstallation);
  require_shards();
  lock_all_cursors();
  Parameters named;
  named.add_text(family);
  (void)run(insert_first, named);
  Generation generation = latest_generation(family);
  require_own_identity(recorded_identity(family));
  if (generation.shards != count) {
    Batch end = before_everything();
    end_window(end);
    named.add_bigint(generation.number);
    named.add(end.snapshot_after);
    named.add(end.transaction_bound_after);
    named.add_bigint(end.position_bound_after);
    (void)run(end_generation, named);
    const Datum before = describe(generation);
    ++generation.number;
    generation.shards = count;
    begin_generation(family, generation, end, database_identity());
    audit("set_publishers", psprintf("publisher %.*s", static_cast<int>(family.size()), family.data()),
          before, describe(generation));
  }
  close_session(session);
  make_commit_durable();
  return Int64GetDatum(generation.number);
}

Datum publisher_of_shard(FunctionCallInfo fcinfo) {
  const int shard = PG_GETARG_INT32(0);
  const int shards = PG_GETARG_INT32(1);
  const std::string_view family = text_argument(fcinfo, 2);
  if (shards < 1 || shards > kMostPublishers || shard < 1 || shard > shards)
    refuse("22023", "shard must be between 1 and shards, and that at most 64");
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const Generation generation = latest_generation(family);
  if (generation.shards != shards) refuse_shards(family, generation.shards, shards);
  // Several relays take several of those that others left.
  const TextList at_work = publishers_at_work(family);
  const char* publisher = MemoryContextStrdup(caller, at_work.texts[(shard - 1) % at_work.count]);
  close_session(session);
  return CStringGetTextDatum(publisher);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_publishers);
PG_FUNCTION_INFO_V1(command_center_publisher_of_shard);
}

Datum command_center_set_publishers(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::set_publishers(fcinfo); });
}

Datum command_center_publisher_of_shard(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::publisher_of_shard(fcinfo); });
}
