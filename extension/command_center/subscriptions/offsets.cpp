// Reads and inserts rows of consumer_offsets.
#include "extension/command_center/subscriptions/offsets.hpp"

#include <algorithm>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/subscriptions/message.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// Of command_center.consumer_position.
constexpr Oid kPositionTypes[] = {TEXTOID, INT4OID, INT8OID, INT4OID, INT8OID};
constexpr int kPositionColumns = 5;

Statement select_stored = {
    kInstallation,
    "SELECT last.next_offset, last.advanced_at, last.end_offset"
    " FROM unnest($2, $3) WITH ORDINALITY AS asked (topic, partition, place)"
    " LEFT JOIN LATERAL (SELECT next_offset, advanced_at, end_offset"
    "  FROM command_center.consumer_offsets AS stored"
    "  WHERE stored.subscription_id = $1 AND stored.topic = asked.topic AND stored.partition = "
    "asked.partition"
    "  ORDER BY advanced_at DESC LIMIT 1) AS last ON true ORDER BY asked.place",
    3,
    {UUIDOID, TEXTARRAYOID, INT4ARRAYOID}};

// A clock that ran backwards must not put the new row before the last one.
Statement insert_offset = {
    kInstallation,
    "INSERT INTO command_center.consumer_offsets"
    " (subscription_id, topic, partition, advanced_at, next_offset, end_offset, message_timestamp)"
    " VALUES ($1, $2, $3, greatest(clock_timestamp(), $4 + interval '1 microsecond'), $5, $6, $7)",
    7,
    {UUIDOID, TEXTOID, INT4OID, TIMESTAMPTZOID, INT8OID, INT8OID, TIMESTAMPTZOID}};

Position read_position(Datum row) {
  Datum values[kPositionColumns] = {};
  bool nulls[kPositionColumns] = {};
  read_row(row, kPositionTypes, values, nulls);
  if (nulls[0] || nulls[1] || nulls[2])
    refuse("22023", "topic, partition and next_offset of a position must not be null");
  const Position position = {text_view(values[0]), DatumGetInt32(values[1]), DatumGetInt64(values[2]),
                             nulls[3] ? 1 : DatumGetInt32(values[3]),
                             nulls[4] ? -1 : DatumGetInt64(values[4])};
  if (position.partition < 0 || position.next_offset < 0 || position.attempt < 1)
    refuse("22023", "partition and next_offset of a position must not be negative, attempt at least 1");
  return position;
}

bool are_of_one_partition(const Position& left, const Position& right) {
  return left.partition == right.partition && left.topic == right.topic;
}

void check_distinct(const Positions& positions) {
  auto** sorted =
      static_cast<const Position**>(palloc(sizeof(void*) * (static_cast<std::size_t>(positions.count) + 1)));
  for (int i = 0; i < positions.count; ++i) sorted[i] = positions.positions + i;
  std::sort(sorted, sorted + positions.count, [](const Position* left, const Position* right) {
    return left->topic != right->topic ? left->topic < right->topic : left->partition < right->partition;
  });
  for (int i = 1; i < positions.count; ++i) {
    if (!are_of_one_partition(*sorted[i - 1], *sorted[i])) continue;
    refuse("22023", psprintf("partition %s/%d has two positions", zero_terminated(sorted[i]->topic),
                             sorted[i]->partition));
  }
}

}  // namespace

Positions read_positions(Datum array, int limit) {
  ArrayType* rows = DatumGetArrayTypeP(array);
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  Positions read = {nullptr, 0};
  deconstruct_array(rows, ARR_ELEMTYPE(rows), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &read.count);
  if (read.count > limit)
    refuse("KC014", psprintf("%d partitions are above the limit of %d", read.count, limit));
  read.positions =
      static_cast<Position*>(palloc0(sizeof(Position) * static_cast<std::size_t>(read.count + 1)));
  for (int i = 0; i < read.count; ++i) {
    if (nulls[i]) refuse("22004", "position must not be null");
    read.positions[i] = read_position(elements[i]);
  }
  check_distinct(read);
  return read;
}

StoredOffset* stored_offsets(const identifiers::Uuid& subscription_id, const Positions& positions) {
  const auto size = static_cast<std::size_t>(positions.count) + 1;
  auto* topics = static_cast<Datum*>(palloc(sizeof(Datum) * size));
  auto* partitions = static_cast<Datum*>(palloc(sizeof(Datum) * size));
  for (int i = 0; i < positions.count; ++i) {
    topics[i] = text_datum(positions.positions[i].topic);
    partitions[i] = Int32GetDatum(positions.positions[i].partition);
  }
  Parameters parameters;
  parameters.add(uuid_datum(subscription_id));
  parameters.add(PointerGetDatum(construct_array(topics, positions.count, TEXTOID, -1, false, TYPALIGN_INT)));
  parameters.add(PointerGetDatum(
      construct_array(partitions, positions.count, INT4OID, sizeof(std::int32_t), true, TYPALIGN_INT)));
  (void)run_with_latest_snapshot(select_stored, parameters);
  auto* stored = static_cast<StoredOffset*>(palloc0(sizeof(StoredOffset) * size));
  for (int i = 0; i < positions.count; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    if (is_null(row, 0)) continue;
    stored[i] = {true, bigint_value(row, 0), DatumGetTimestampTz(value(row, 1, TIMESTAMPTZOID)),
                 is_null(row, 2) ? -1 : bigint_value(row, 2)};
  }
  return stored;
}

void store_offsets(const identifiers::Uuid& subscription_id, const Advance* advances, int count) {
  ErrorContextCallback context = {error_context_stack, hint_at_maintain,
                                  const_cast<Installation*>(&kInstallation)};
  error_context_stack = &context;
  for (int i = 0; i < count; ++i) {
    const Advance& advance = advances[i];
    Parameters row;
    row.add(uuid_datum(subscription_id));
    row.add_text(advance.position->topic);
    row.add_int(advance.position->partition);
    if (advance.before->is_there) {
      row.add(TimestampTzGetDatum(advance.before->advanced_at));
    } else {
      row.add_null();
    }
    row.add_bigint(advance.position->next_offset);
    if (advance.position->end_offset >= 0) {
      row.add_bigint(advance.position->end_offset);
    } else {
      row.add_null();
    }
    if (advance.has_timestamp) {
      row.add(TimestampTzGetDatum(advance.message_timestamp));
    } else {
      row.add_null();
    }
    if (run(insert_offset, row) != 1) refuse("KC015", "a trigger of consumer_offsets swallowed an offset");
  }
  error_context_stack = context.previous;
}

}  // namespace command_center::extension
