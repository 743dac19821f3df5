// Searches the batches of a publisher for the one that holds a row. Numbers of batches have no gaps, and once
// a row lies behind the cursor it does so for every later batch: a search by halves.
#include "extension/command_center/outbox/publication.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// After rebase_outbox() the search begins at the batch before which nothing is in a window; one from before
// that may still stand there for resume_publication().
Statement select_publishers = {
    kInstallation,
    "SELECT publisher,"
    " (SELECT batch_id FROM (SELECT batch_id, snapshot_after FROM command_center.publication_batches AS batch"
    "   WHERE batch.publisher = publishers.publisher ORDER BY batch_id LIMIT 2) AS beginning"
    "  ORDER BY snapshot_after::text = '3:3:' DESC, batch_id LIMIT 1),"
    " (SELECT batch_id FROM command_center.publication_batches AS batch"
    "  WHERE batch.publisher = publishers.publisher ORDER BY batch_id DESC LIMIT 1)"
    " FROM command_center.publishers ORDER BY publisher",
    0,
    {},
    Planning::kOnce};

// $3 transaction, $4 position: whether the row lies in this batch or in an earlier one, and whether in one of
// an earlier window.
Statement select_covered = {kInstallation,
                            "SELECT pg_visible_in_snapshot($3, snapshot_after)"
                            " AND ($4 <= slice_through OR pg_visible_in_snapshot($3, snapshot_before)),"
                            " pg_visible_in_snapshot($3, snapshot_before) OR $4 <= slice_after, opened_at"
                            " FROM command_center.publication_batches WHERE publisher = $1 AND batch_id = $2",
                            4,
                            {TEXTOID, INT8OID, XID8OID, INT8OID},
                            Planning::kOnce};

struct Batches {
  Datum publisher;
  std::int64_t first;
  std::int64_t last;
};

struct Row {
  Datum transaction_id;
  std::int64_t position;
};

// What one batch says of a row.
struct Answer {
  bool found;
  bool covered;
  bool covered_before;
  TimestampTz opened_at;
};

Answer ask(const Batches& batches, std::int64_t batch_id, const Row& row) {
  Parameters parameters;
  parameters.add(batches.publisher);
  parameters.add_bigint(batch_id);
  parameters.add(row.transaction_id);
  parameters.add_bigint(row.position);
  if (read(select_covered, parameters) == 0) return {};
  return {true, bool_value(0, 0), bool_value(0, 1), DatumGetTimestampTz(value(0, 2, TIMESTAMPTZOID))};
}

// The first batch that covers the row; last + 1 when none does.
std::int64_t first_covering(const Batches& batches, const Row& row) {
  std::int64_t low = batches.first;
  std::int64_t beyond = batches.last + 1;
  while (low < beyond) {
    CHECK_FOR_INTERRUPTS();
    const std::int64_t middle = low + (beyond - low) / 2;
    if (ask(batches, middle, row).covered) {
      beyond = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

Publication publication_by(const Batches& batches, const Row& row) {
  const std::int64_t batch_id = first_covering(batches, row);
  if (batch_id > batches.last) return {};
  // The batch that held it is gone.
  if (ask(batches, batch_id, row).covered_before) return {true, false, 0};
  const Answer next = ask(batches, batch_id + 1, row);
  if (!next.found) return {};
  return {true, true, next.opened_at};
}

bool is_earlier(const Publication& left, const Publication& right) noexcept {
  if (!left.published || !right.published) return left.published;
  return left.time_known && (!right.time_known || left.at < right.at);
}

}  // namespace

Publication find_publication(Datum transaction_id, std::int64_t position) {
  const auto publishers = static_cast<int>(read(select_publishers, Parameters()));
  auto* batches = static_cast<Batches*>(palloc0(sizeof(Batches) * static_cast<std::size_t>(publishers + 1)));
  for (int i = 0; i < publishers; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    batches[i].publisher = datumCopy(value(row, 0, TEXTOID), false, -1);
    batches[i].first = is_null(row, 1) ? 1 : bigint_value(row, 1);
    batches[i].last = is_null(row, 2) ? 0 : bigint_value(row, 2);
  }
  Publication earliest = {};
  for (int i = 0; i < publishers; ++i) {
    const Publication found = publication_by(batches[i], {transaction_id, position});
    if (is_earlier(found, earliest)) earliest = found;
  }
  return earliest;
}

}  // namespace command_center::extension
