// Draws positions and inserts messages.
#include "extension/command_center/outbox/append.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/shared_state/outbox_signal.hpp"
#include "extension/command_center/tables.hpp"

#include "extension/server/arguments.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kColumns = 10;
constexpr int kColumnsBefore = 9;

WrittenTable outbox = {
    kTransactionalOutbox,
    {kInstallation,
     "INSERT INTO command_center.transactional_outbox"
     " (\"position\", transaction_id, tenant_id, message_id, command_id, topic, partition_key,"
     " headers, value, ordered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
     kColumns,
     {INT8OID, XID8OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONOID, TEXTOID, BOOLOID}}};

// As versions before 0.4.0 made it, until setup() has been called.
WrittenTable outbox_before = {
    kTransactionalOutboxBefore,
    {kInstallation,
     "INSERT INTO command_center.transactional_outbox"
     " (\"position\", transaction_id, tenant_id, message_id, command_id, topic, partition_key,"
     " headers, value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     kColumnsBefore,
     {INT8OID, XID8OID, UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, JSONOID, TEXTOID}}};

}  // namespace

Datum take_transaction_id() {
  return FullTransactionIdGetDatum(GetTopFullTransactionId());
}

std::int64_t draw_position() {
  return nextval_internal(installed_relation(kInstallation, "outbox_position"), false);
}

bool outbox_knows_order() {
  return get_attnum(installed_relation(kInstallation, "transactional_outbox"), "ordered") !=
         InvalidAttrNumber;
}

void append_messages(const NewMessage* messages, int count, Datum transaction_id) {
  if (count == 0) return;
  const bool knows_order = outbox_knows_order();
  const std::ptrdiff_t columns = knows_order ? kColumns : kColumnsBefore;
  auto* rows = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count * columns)));
  auto* nulls = static_cast<bool*>(palloc0(sizeof(bool) * static_cast<std::size_t>(count * columns)));
  for (int i = 0; i < count; ++i) {
    const NewMessage& message = messages[i];
    Datum* row = rows + i * columns;
    row[0] = Int64GetDatum(message.position);
    row[1] = transaction_id;
    row[2] = uuid_datum(message.tenant_id);
    row[3] = uuid_datum(message.message_id);
    row[4] = uuid_datum(message.command_id);
    row[5] = message.topic;
    row[6] = message.partition_key;
    row[7] = message.headers;
    row[8] = message.value;
    nulls[(i * columns) + 8] = message.value == 0;
    if (knows_order) row[9] = BoolGetDatum(message.ordered);
  }
  write_rows(knows_order ? outbox : outbox_before, rows, nulls, count);
  signal_outbox_at_commit();
}

}  // namespace command_center::extension
