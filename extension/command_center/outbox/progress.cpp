// Reads and writes progress records.
#include "extension/command_center/outbox/progress.hpp"
#include "extension/command_center/installation.hpp"

#include <cstring>

#include "extension/core/time/rfc3339.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

JsonbValue* member(Jsonb* progress, const char* name, jbvType type) {
  JsonbValue* found =
      getKeyJsonValueFromContainer(&progress->root, name, static_cast<int>(std::strlen(name)), nullptr);
  if (found != nullptr && found->type == type) return found;
  refuse("22023", psprintf("progress record has no valid member \"%s\"", name), nullptr,
         "Hand over the record as it stands in Kafka.");
}

char* text_member(Jsonb* progress, const char* name) {
  const JsonbValue* found = member(progress, name, jbvString);
  return pnstrdup(found->val.string.val, found->val.string.len);
}

std::int64_t bigint_member(Jsonb* progress, const char* name) {
  const JsonbValue* found = member(progress, name, jbvNumeric);
  return DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(found->val.numeric)));
}

// A member that an older version does not write.
char* optional_text_member(Jsonb* progress, const char* name) {
  return getKeyJsonValueFromContainer(&progress->root, name, static_cast<int>(std::strlen(name)), nullptr) ==
                 nullptr
             ? nullptr
             : text_member(progress, name);
}

std::int64_t optional_bigint_member(Jsonb* progress, const char* name) {
  return getKeyJsonValueFromContainer(&progress->root, name, static_cast<int>(std::strlen(name)), nullptr) ==
                 nullptr
             ? 0
             : bigint_member(progress, name);
}

// Only a relay that has published a part writes it.
bool is_complete(Jsonb* progress) {
  constexpr char kName[] = "complete";
  const JsonbValue* found = getKeyJsonValueFromContainer(&progress->root, kName, sizeof(kName) - 1, nullptr);
  return found == nullptr || member(progress, kName, jbvBool)->val.boolean;
}

const char* snapshot_text(Datum snapshot) {
  return DatumGetCString(DirectFunctionCall1(pg_snapshot_out, snapshot));
}

const char* instant_text(std::int64_t server_timestamp) {
  char buffer[64];
  const auto copy = [&](const std::string& text) { strlcpy(buffer, text.c_str(), sizeof(buffer)); };
  copy(time::to_rfc3339(unix_microseconds(server_timestamp)));
  return pstrdup(buffer);
}

}  // namespace

Progress read_progress(Datum document) {
  Jsonb* record = DatumGetJsonbP(document);
  if (!JB_ROOT_IS_OBJECT(record)) refuse("22023", "progress record is not a JSON object");
  return {text_member(record, "identity"),
          text_member(record, "publisher"),
          bigint_member(record, "batch"),
          text_member(record, "snapshotBefore"),
          text_member(record, "snapshotAfter"),
          bigint_member(record, "lastPosition"),
          optional_text_member(record, "openedAt"),
          is_complete(record),
          optional_bigint_member(record, "timeline"),
          optional_text_member(record, "parkedThrough")};
}

Progress* read_all_progress(Datum document, int& count) {
  Jsonb* all = DatumGetJsonbP(document);
  const bool is_list = JB_ROOT_IS_ARRAY(all) && !JB_ROOT_IS_SCALAR(all);
  count = is_list ? static_cast<int>(JB_ROOT_COUNT(all)) : 1;
  auto* records = static_cast<Progress*>(palloc(sizeof(Progress) * static_cast<std::size_t>(count + 1)));
  if (!is_list) {
    records[0] = read_progress(document);
    return records;
  }
  for (int i = 0; i < count; ++i) {
    JsonbValue* element = getIthJsonbValueFromContainer(&all->root, static_cast<uint32>(i));
    records[i] = read_progress(PointerGetDatum(JsonbValueToJsonb(element)));
  }
  if (count == 0) refuse("22023", "progress record is not a JSON object");
  return records;
}

Datum progress_record(std::string_view publisher, const char* identity, const Batch& batch) {
  StringInfoData text;
  initStringInfo(&text);
  appendStringInfo(
      &text, "{\"identity\": \"%s\", \"publisher\": \"%.*s\", \"timeline\": %u, \"batch\": " INT64_FORMAT,
      identity, static_cast<int>(publisher.size()), publisher.data(), GetWALInsertionTimeLine(),
      batch.batch_id);
  appendStringInfo(&text, ", \"snapshotBefore\": \"%s\"", snapshot_text(batch.snapshot_before));
  appendStringInfo(&text, ", \"snapshotAfter\": \"%s\", \"lastPosition\": " INT64_FORMAT,
                   snapshot_text(batch.snapshot_after), batch.slice_through);
  appendStringInfo(&text, ", \"openedAt\": \"%s\"}", instant_text(batch.opened_at));
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

}  // namespace command_center::extension
