// Compares what Kafka says is published with what the database recorded; they go on together or not at all.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr char kHint[] =
    "Nothing is published until an operator has found out why: a restore to a point in time, a failover that "
    "lost commits, a deleted "
    "topic, or another Kafka cluster. command_center.rebase_outbox() settles it: see docs/operations.md.";

Statement select_same_batch = {
    kInstallation,
    "SELECT FROM command_center.publication_batches"
    // A rebase records the batch of Kafka's progress without its messages, as one published through itself.
    " WHERE publisher = $1 AND batch_id = $2 AND (messages > 0 OR published_through = batch_id)"
    " AND snapshot_before::text = $3 AND snapshot_after::text = $4 AND slice_through = $5",
    5,
    {TEXTOID, INT8OID, TEXTOID, TEXTOID, INT8OID}};

[[noreturn]] void disagree(const char* how, std::int64_t in_kafka, const Batch& last) {
  refuse("KC015", psprintf("Kafka and the database disagree on what is published: %s", how),
         psprintf("{\"batchInKafka\": " INT64_FORMAT ", \"lastBatch\": " INT64_FORMAT
                  ", \"publishedThrough\": " INT64_FORMAT "}",
                  in_kafka, last.batch_id, last.published_through),
         kHint);
}

bool is_recorded(std::string_view publisher, const Progress& progress) {
  Parameters parameters;
  parameters.add_text(publisher);
  parameters.add_bigint(progress.batch_id);
  parameters.add_text(progress.snapshot_before);
  parameters.add_text(progress.snapshot_after);
  parameters.add_bigint(progress.last_position);
  return run(select_same_batch, parameters) > 0;
}

// The outbox was rebased on this very record: from here on it is what is published.
void go_on_from(std::string_view publisher, const Progress& progress, Batch last) {
  ++last.batch_id;
  last.published_through = progress.batch_id;
  record_batch(publisher, last);
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
  if (!is_recorded(publisher, progress)) disagree("the batch has other contents", progress.batch_id, last);
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
  const std::int64_t published =
      agree(publisher, publisher_identity(publisher), has_record, PG_GETARG_DATUM(1));
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
