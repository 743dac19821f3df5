// Compares what Kafka says is published with what the database recorded; they go on together or not at all.
#include <algorithm>
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/parked.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr char kHint[] =
    "Nothing is published until an operator has found out why. After a failover or a restore to a point in "
    "time that lost commits, command-center-relay recover reads back what Kafka has; a deleted topic or "
    "another Kafka cluster is settled by command_center.rebase_outbox(). See docs/operations.md.";

// A part ends between positions of its batch. A rebase records the batch of Kafka's progress without its
// messages, as one published through itself.
Statement select_same_batch = {
    kInstallation,
    "SELECT published_through = batch_id FROM command_center.publication_batches"
    " WHERE publisher = $1 AND batch_id = $2 AND (messages > 0 OR published_through = batch_id)"
    " AND snapshot_before::text = $3 AND snapshot_after::text = $4"
    " AND CASE WHEN $6 THEN slice_through = $5 ELSE slice_after < $5 AND $5 <= slice_through END",
    6,
    {TEXTOID, INT8OID, TEXTOID, TEXTOID, INT8OID, BOOLOID}};

// Everything before a batch that has been begun is published.
Statement select_previous = {kInstallation,
                             "SELECT coalesce(max(batch_id), 0) FROM command_center.publication_batches"
                             " WHERE publisher = $1 AND batch_id < $2 AND batch_id >= $3 AND messages > 0",
                             3,
                             {TEXTOID, INT8OID, INT8OID}};

Statement select_format = {
    kInstallation,
    "SELECT coalesce(max(format), 1) FROM command_center.publication_formats WHERE publisher = $1",
    1,
    {TEXTOID}};
Statement insert_format = {
    kInstallation,
    "INSERT INTO command_center.publication_formats (publisher, format, since) VALUES ($1, $2, now())",
    2,
    {TEXTOID, INT4OID}};

constexpr int kLatestFormat = 2;

[[noreturn]] void disagree(const char* how, std::int64_t in_kafka, const Batch& last) {
  refuse("KC015", psprintf("Kafka and the database disagree on what is published: %s", how),
         psprintf("{\"batchInKafka\": " INT64_FORMAT ", \"lastBatch\": " INT64_FORMAT
                  ", \"publishedThrough\": " INT64_FORMAT "}",
                  in_kafka, last.batch_id, last.published_through),
         kHint);
}

enum class Recorded { kNo, kBatch, kRebased };

Recorded find_recorded(std::string_view publisher, const Progress& progress) {
  Parameters parameters;
  parameters.add_text(publisher);
  parameters.add_bigint(progress.batch_id);
  parameters.add_text(progress.snapshot_before);
  parameters.add_text(progress.snapshot_after);
  parameters.add_bigint(progress.last_position);
  parameters.add(BoolGetDatum(progress.complete));
  if (run(select_same_batch, parameters) == 0) return Recorded::kNo;
  return bool_value(0, 0) ? Recorded::kRebased : Recorded::kBatch;
}

std::int64_t batch_before(std::string_view publisher, std::int64_t batch_id, const Batch& last) {
  Parameters parameters;
  parameters.add_text(publisher);
  parameters.add_bigint(batch_id);
  parameters.add_bigint(last.published_through);
  (void)run(select_previous, parameters);
  return std::max(bigint_value(0, 0), last.published_through);
}

// A relay of an earlier version would send a part again, or look for progress where there is none any more.
void agree_on_format(std::string_view publisher, int format) {
  if (format < 1 || format > kLatestFormat) refuse("22023", "format must be 1 or 2");
  if (!is_installed(kInstallation, "publication_formats")) {
    if (format == 1) return;
    refuse("KC015", "the tables are those of an earlier version", nullptr, kInstallation.setup_hint);
  }
  Parameters parameters;
  parameters.add_text(publisher);
  (void)run(select_format, parameters);
  const int written = int_value(0, 0);
  if (format < written) {
    refuse("KC015", "the relay is of an earlier version than one that has published before",
           psprintf("{\"formatOfRelay\": %d, \"formatInKafka\": %d}", format, written),
           "Start a command-center-relay of version 0.4.0 or later.");
  }
  if (format == written) return;
  parameters.add_int(format);
  (void)run(insert_format, parameters);
}

// The outbox was rebased on this very record: from here on it is what is published.
void go_on_from(std::string_view publisher, const Progress& progress, Batch last) {
  ++last.batch_id;
  last.published_through = progress.batch_id;
  record_batch(publisher, last);
}

// What was put aside of a batch that is open is committed before the batch is published without it. A standby
// that was promoted may have the batch and not that, and would take the rest of it for published.
bool has_lost_parking(std::string_view publisher, const Progress& progress, const Batch& last) {
  if (progress.parked_through == nullptr || progress.batch_id <= last.published_through) return false;
  if (progress.timeline == static_cast<std::int64_t>(GetWALInsertionTimeLine())) return false;
  return !has_parked_at(parse_publisher(publisher).family, progress.parked_through);
}

// The batch that is published, agreed on by both sides. Without a record: Kafka has none.
std::int64_t agree(std::string_view publisher, const char* identity, bool has_record, Datum record) {
  const Batch last = last_batch(publisher);
  if (!has_record) {
    if (last.published_through > 0) disagree("Kafka has no progress record", 0, last);
    return 0;
  }
  const Progress progress = read_progress(record);
  if (std::strcmp(progress.identity, identity) != 0)
    disagree("the record is another database's", progress.batch_id, last);
  if (progress.batch_id < last.published_through) disagree("Kafka is behind", progress.batch_id, last);
  if (progress.batch_id > last.batch_id) disagree("Kafka is ahead", progress.batch_id, last);
  const Recorded recorded = find_recorded(publisher, progress);
  if (recorded == Recorded::kBatch && has_lost_parking(publisher, progress, last))
    disagree("the database lost what was put aside of the batch", progress.batch_id, last);
  if (recorded == Recorded::kNo) disagree("the batch has other contents", progress.batch_id, last);
  if (recorded == Recorded::kBatch && !progress.complete) {
    if (progress.batch_id == last.published_through) disagree("Kafka is behind", progress.batch_id, last);
    return batch_before(publisher, progress.batch_id, last);
  }
  if (last.messages == 0 && progress.batch_id != last.published_through)
    go_on_from(publisher, progress, last);
  return progress.batch_id;
}

Datum resume_publication(FunctionCallInfo fcinfo) {
  require_read_committed("resume_publication");
  require_argument(fcinfo, 0, "publisher");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const bool has_record = !PG_ARGISNULL(1);
  const OwnerSession session = open_session(kInstallation);
  lock_publisher(publisher, PublisherLock::kCursor);
  // Version 0.3.0 and earlier declare two parameters.
  agree_on_format(publisher, PG_NARGS() > 2 && !PG_ARGISNULL(2) ? PG_GETARG_INT32(2) : 1);
  const Standing standing = publisher_standing(publisher);
  require_turn(publisher, standing);
  const std::int64_t published = agree(publisher, standing.identity, has_record, PG_GETARG_DATUM(1));
  close_session(session);
  return Int64GetDatum(published);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_resume_publication);
}

Datum command_center_resume_publication(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::resume_publication(fcinfo); });
}
