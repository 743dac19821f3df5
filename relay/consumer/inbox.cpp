// One SQL function for each step; columns are taken by position, as the contract lists them.
#include "relay/consumer/inbox.hpp"

#include <charconv>
#include <initializer_list>

#include "daemon/failure.hpp"
#include "daemon/postgres/texts.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::consumer {
namespace {

using postgres::ArrayText;
using stop_points::StopPoint;

constexpr const char* kApply =
    "SELECT topic, partition, status, next_offset, handled, filtered, dead_letters, sqlstate, message"
    " FROM command_center.apply_messages($1, $2::uuid,"
    " ARRAY(SELECT ROW(t, p, o, a, e)::command_center.consumer_position FROM ROWS FROM ("
    "  pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::integer[]), pg_catalog.unnest($5::bigint[]),"
    "  pg_catalog.unnest($6::integer[]), pg_catalog.unnest($7::bigint[])) AS expected (t, p, o, a, e)),"
    " ARRAY(SELECT ROW(t, p, o, pg_catalog.to_timestamp(ts / 1000.0), k, v, NULL, kb, vb, h::jsonb)"
    "  ::command_center.kafka_message FROM ROWS FROM ("
    "  pg_catalog.unnest($8::text[]), pg_catalog.unnest($9::integer[]), pg_catalog.unnest($10::bigint[]),"
    "  pg_catalog.unnest($11::bigint[]), pg_catalog.unnest($12::text[]), pg_catalog.unnest($13::text[]),"
    "  pg_catalog.unnest($14::bytea[]), pg_catalog.unnest($15::bytea[]), pg_catalog.unnest($16::text[]))"
    "  WITH ORDINALITY AS message (t, p, o, ts, k, v, kb, vb, h, place) ORDER BY place))";

// What a handler left to the commit, which has no limit, is done within that of the statement.
constexpr const char* kDeferredToo = "; SET CONSTRAINTS ALL IMMEDIATE";

constexpr const char* kBeginConsuming =
    "SELECT topic, partition, next_offset FROM command_center.begin_consuming($1, $2::uuid,"
    " ARRAY(SELECT ROW(t, p, o, NULL, NULL)::command_center.consumer_position FROM ROWS FROM ("
    "  pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::integer[]), pg_catalog.unnest($5::bigint[]))"
    "  AS position (t, p, o)))";

// doctor() looks for these words.
constexpr const char* kPassOver =
    "SELECT command_center.move_consumer_offset($1, $2, $3::integer, $4::bigint, 'not in kafka any more',"
    " $5::bigint)";

constexpr const char* kSubscriptions =
    "SELECT subscription, subscription_id, version, consumer_group, pg_catalog.array_to_string(topics, ' '),"
    " start_at, CASE WHEN start_at NOT IN ('earliest', 'latest') THEN"
    "  pg_catalog.floor(extract(epoch FROM start_at::timestamptz) * 1000)::bigint END, batch_messages,"
    " pg_catalog.floor(extract(epoch FROM batch_wait) * 1000)::bigint"
    " FROM command_center.list_subscriptions('active')";

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with a number");
  }
  return value;
}

// The statement with each $n in it as a literal. Nothing else in it has a dollar.
std::string with(const postgres::Connection& connection, std::string_view sql,
                 std::initializer_list<std::string> parameters) {
  std::string filled;
  while (true) {
    const std::size_t dollar = sql.find('$');
    filled += sql.substr(0, dollar);
    if (dollar == std::string_view::npos) return filled;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(sql.data() + dollar + 1, sql.data() + sql.size(), number);
    filled += connection.quote(parameters.begin()[number - 1]);
    sql.remove_prefix(static_cast<std::size_t>(end - sql.data()));
  }
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    found.emplace_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
  }
  return found;
}

Outcome::Status status_of(std::string_view name) {
  if (name == "applied") return Outcome::Status::kApplied;
  if (name == "failed") return Outcome::Status::kFailed;
  return name == "moved" ? Outcome::Status::kMoved : Outcome::Status::kUntouched;
}

void add_either(ArrayText& texts, ArrayText& bytes, const std::optional<std::string>& value) {
  if (!value) {
    texts.add_null();
    bytes.add_null();
  } else if (postgres::is_text(*value)) {
    texts.add(*value);
    bytes.add_null();
  } else {
    texts.add_null();
    bytes.add_bytes(*value);
  }
}

}  // namespace

std::vector<Subscription> Inbox::active_subscriptions() {
  std::vector<Subscription> found;
  const postgres::Result rows = connection_.transaction(kSubscriptions);
  for (int row = 0; row < rows.rows(); ++row) {
    Subscription one;
    one.name = rows.text(row, 0);
    one.id = rows.text(row, 1);
    one.version = static_cast<int>(integer(rows.text(row, 2)));
    one.group = rows.text(row, 3);
    one.topics = words(rows.text(row, 4));
    one.start_at = rows.text(row, 5);
    if (!rows.is_null(row, 6)) one.start_ms = integer(rows.text(row, 6));
    one.batch_messages = static_cast<int>(integer(rows.text(row, 7)));
    one.batch_wait = std::chrono::milliseconds(integer(rows.text(row, 8)));
    found.push_back(std::move(one));
  }
  return found;
}

Offsets Inbox::begin(const Subscription& subscription, const Offsets& offsets) {
  ArrayText topics;
  ArrayText partitions;
  ArrayText next;
  for (const auto& [partition, offset] : offsets) {
    topics.add(std::string_view(partition.first));
    partitions.add(std::int64_t{partition.second});
    next.add(offset);
  }
  const postgres::Result rows = connection_.transaction(
      with(connection_, kBeginConsuming,
           {subscription.name, subscription.id, topics.text(), partitions.text(), next.text()}));
  Offsets stored;
  for (int row = 0; row < rows.rows(); ++row) {
    stored[{std::string(rows.text(row, 0)), static_cast<std::int32_t>(integer(rows.text(row, 1)))}] =
        integer(rows.text(row, 2));
  }
  return stored;
}

bool Inbox::pass_over(const Subscription& subscription, const Partition& partition, std::int64_t expected,
                      std::int64_t first) {
  try {
    (void)connection_.transaction(with(connection_, kPassOver,
                                       {subscription.name, partition.first, std::to_string(partition.second),
                                        std::to_string(first), std::to_string(expected)}));
  } catch (const Failure& failure) {
    if (failure.sqlstate() != sqlstate::kVersionClash) throw;
    return false;
  }
  return true;
}

std::vector<Outcome> Inbox::apply(const Subscription& subscription, const Positions& expected,
                                  const std::vector<const Message*>& messages,
                                  std::chrono::milliseconds limit) {
  start_applying(subscription, expected, messages, limit);
  return finish_applying();
}

void Inbox::start_applying(const Subscription& subscription, const Positions& expected,
                           const std::vector<const Message*>& messages, std::chrono::milliseconds limit) {
  ArrayText position[5];
  for (const auto& [partition, at] : expected) {
    position[0].add(std::string_view(partition.first));
    position[1].add(std::int64_t{partition.second});
    position[2].add(at.next_offset);
    position[3].add(std::int64_t{at.attempt});
    if (at.end_offset >= 0) {
      position[4].add(at.end_offset);
    } else {
      position[4].add_null();
    }
  }
  ArrayText topics;
  ArrayText partitions;
  ArrayText offsets;
  ArrayText timestamps;
  ArrayText keys;
  ArrayText values;
  ArrayText key_bytes;
  ArrayText value_bytes;
  ArrayText headers;
  for (const Message* message : messages) {
    topics.add(std::string_view(message->partition.first));
    partitions.add(std::int64_t{message->partition.second});
    offsets.add(message->offset);
    if (message->timestamp_ms >= 0) {
      timestamps.add(message->timestamp_ms);
    } else {
      timestamps.add_null();
    }
    add_either(keys, key_bytes, message->key);
    add_either(values, value_bytes, message->value);
    headers.add(std::string_view(message->headers));
  }
  const std::string statement = with(
      connection_, kApply,
      {subscription.name, subscription.id, position[0].text(), position[1].text(), position[2].text(),
       position[3].text(), position[4].text(), topics.text(), partitions.text(), offsets.text(),
       timestamps.text(), keys.text(), values.text(), key_bytes.text(), value_bytes.text(), headers.text()});
  stop_points::reached(StopPoint::kBeforeApply);
  connection_.start_transaction(statement + kDeferredToo, limit);
}

std::vector<Outcome> Inbox::finish_applying() {
  const postgres::Result rows = connection_.finish_transaction();
  stop_points::reached(StopPoint::kAfterApply);
  std::vector<Outcome> outcomes;
  for (int row = 0; row < rows.rows(); ++row) {
    Outcome outcome;
    outcome.partition = {std::string(rows.text(row, 0)),
                         static_cast<std::int32_t>(integer(rows.text(row, 1)))};
    outcome.status = status_of(rows.text(row, 2));
    if (!rows.is_null(row, 3)) outcome.next_offset = integer(rows.text(row, 3));
    outcome.handled = integer(rows.text(row, 4));
    outcome.filtered = integer(rows.text(row, 5));
    outcome.dead_letters = integer(rows.text(row, 6));
    outcome.sqlstate = rows.text(row, 7);
    outcome.message = rows.text(row, 8);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace command_center::relay::consumer
