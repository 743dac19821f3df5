// Reads and writes generations.
#include "extension/command_center/outbox/generation.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_latest = {kInstallation,
                           "SELECT generation, shards FROM command_center.publisher_shards WHERE family = $1"
                           " ORDER BY generation DESC LIMIT 1",
                           1,
                           {TEXTOID}};

// What the first batch of a publisher begins with is no beginning where it is before everything: then nothing
// belongs to an earlier one.
Statement insert_shard = {
    kInstallation,
    "INSERT INTO command_center.publisher_shards (publisher, family, generation, shard, shards, begins_at)"
    " VALUES ($1, $2, $3, $4, $5, nullif($6::text, '3:3:')::pg_snapshot)",
    6,
    {TEXTOID, TEXTOID, INT8OID, INT8OID, INT8OID, PG_SNAPSHOTOID}};

Statement select_at_work = {
    kInstallation,
    "SELECT share.publisher FROM command_center.publisher_shards AS share"
    " JOIN command_center.publishers AS known ON known.publisher = share.publisher"
    " WHERE share.family = $1 AND share.generation = (SELECT min(unfinished.generation)"
    "  FROM command_center.publisher_shards AS unfinished"
    "  JOIN command_center.publishers AS other ON other.publisher = unfinished.publisher"
    "  WHERE unfinished.family = $1) ORDER BY share.shard",
    1,
    {TEXTOID}};

Statement insert_publisher = {kInstallation,
                              "INSERT INTO command_center.publishers (publisher, identity) VALUES ($1, $2)",
                              2,
                              {TEXTOID, TEXTOID}};

}  // namespace

void require_shards() {
  if (knows_shards()) return;
  refuse("KC015", "the tables are those of an earlier version", nullptr, kInstallation.setup_hint);
}

Generation latest_generation(std::string_view family) {
  Parameters parameters;
  parameters.add_text(family);
  if (knows_shards() && run(select_latest, parameters) > 0) return {bigint_value(0, 0), bigint_value(0, 1)};
  (void)recorded_identity(family);
  return {1, 1};
}

void begin_generation(std::string_view family, const Generation& generation, const Batch& before,
                      const char* identity) {
  Batch beginning = before_everything();
  beginning.batch_id = 1;
  beginning.snapshot_before = beginning.snapshot_after = before.snapshot_after;
  beginning.transaction_bound_before = beginning.transaction_bound_after = before.transaction_bound_after;
  beginning.position_bound_before = beginning.position_bound_after = before.position_bound_after;
  beginning.opened_at = GetCurrentTimestamp();
  for (std::int64_t shard = 1; shard <= generation.shards; ++shard) {
    const char* publisher = psprintf("%s:" INT64_FORMAT ":" INT64_FORMAT "/" INT64_FORMAT,
                                     zero_terminated(family), generation.number, shard, generation.shards);
    Parameters row;
    row.add_text(publisher);
    row.add_text(family);
    row.add_bigint(generation.number);
    row.add_bigint(shard);
    row.add_bigint(generation.shards);
    row.add(beginning.snapshot_after);
    (void)run(insert_shard, row);
    Parameters known;
    known.add_text(publisher);
    known.add_text(identity);
    (void)run(insert_publisher, known);
    record_batch(publisher, beginning);
  }
}

server::TextList publishers_at_work(std::string_view family) {
  Parameters parameters;
  parameters.add_text(family);
  const std::uint64_t count = knows_shards() ? run_with_latest_snapshot(select_at_work, parameters) : 0;
  server::TextList found = {static_cast<char**>(palloc(sizeof(char*) * (count + 1))),
                            static_cast<int>(count)};
  for (std::uint64_t row = 0; row < count; ++row) found.texts[row] = text_value(row, 0);
  // It was never divided.
  if (count == 0) found.texts[found.count++] = pstrdup(zero_terminated(family));
  return found;
}

Datum describe(const Generation& generation) {
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("{\"generation\": " INT64_FORMAT
                                                                ", \"publishers\": " INT64_FORMAT "}",
                                                                generation.number, generation.shards)));
}

}  // namespace command_center::extension
