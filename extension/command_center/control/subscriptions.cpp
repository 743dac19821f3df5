// Makes subscriptions, changes them and takes them back.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/subscriptions/message_handler.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kSubscription,
  kTopics,
  kHandler,
  kStartAt,
  kFilter,
  kStatus,
  kMaxAttempts,
  kDeadLetterTopic,
  kSchemaCheck,
  kConsumerGroup,
  kGroupSuffix,
  kBatchMessages,
  kBatchWait,
  kExpectedVersion
};

// What services report by Kafka: everybody's, so its topic and handler are known.
constexpr const char* kAcknowledgements = "command_center.acknowledgements";
constexpr const char* kAcknowledgementsTopic = "commands.acknowledgements";
constexpr const char* kAcknowledgementsHandler =
    "command_center.acknowledge_message(command_center.kafka_message)";

constexpr std::size_t kMaxName = 200;
constexpr int kMostTopics = 64;
constexpr int kMostAttempts = 100;
constexpr int kMostBatchMessages = 10'000;
constexpr int kMostFilterValues = 100;

Statement select_subscription = {
    kInstallation,
    "SELECT version, topics, dead_letter_topic, to_jsonb(known) FROM command_center.subscriptions AS known"
    " WHERE subscription = $1",
    1,
    {TEXTOID}};

// NULL keeps what stands; an empty group takes it away.
#define WANTED                                                                                 \
  "coalesce($2, known.topics), coalesce($3, known.handler), coalesce($4, known.start_at),"     \
  " coalesce($5, known.filter), coalesce($6, known.status), coalesce($7, known.max_attempts)," \
  " coalesce($8, known.dead_letter_topic), coalesce($9, known.schema_check),"                  \
  " CASE WHEN $10 IS NULL THEN known.consumer_group ELSE nullif($10, '') END,"                 \
  " coalesce($11, known.group_suffix), coalesce($12, known.batch_messages), coalesce($13, known.batch_wait)"
#define COLUMNS                                                                               \
  "topics, handler, start_at, filter, status, max_attempts, dead_letter_topic, schema_check," \
  " consumer_group, group_suffix, batch_messages, batch_wait"

Statement insert_subscription = {
    kInstallation,
    "INSERT INTO command_center.subscriptions AS known (subscription, " COLUMNS
    ")"
    " VALUES ($1, $2, $3, coalesce($4, 'earliest'), coalesce($5, '{}'), coalesce($6, 'active'),"
    " coalesce($7, 5), $8, coalesce($9, 'known'), nullif($10, ''), coalesce($11, ''), coalesce($12, 500),"
    " coalesce($13, '100 milliseconds'))"
    " RETURNING to_jsonb(known)",
    13,
    {TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
     INT4OID, INTERVALOID}};

Statement update_subscription = {
    kInstallation,
    "UPDATE command_center.subscriptions AS known SET version = version + 1, changed_at = now(), (" COLUMNS
    ") = ROW(" WANTED ") WHERE subscription = $1 AND (" COLUMNS ") IS DISTINCT FROM (" WANTED
    ") RETURNING to_jsonb(known)",
    13,
    {TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
     INT4OID, INTERVALOID}};

Statement renew_subscription = {
    kInstallation,
    "UPDATE command_center.subscriptions AS known SET version = version + 1, changed_at = now(),"
    " subscription_id = gen_random_uuid(), start_at = coalesce($2, start_at) WHERE subscription = $1"
    " RETURNING to_jsonb(known)",
    2,
    {TEXTOID, TEXTOID}};

Statement delete_subscription = {
    kInstallation, "DELETE FROM command_center.subscriptions WHERE subscription = $1", 1, {TEXTOID}};

Statement select_kind = {
    kInstallation, "SELECT kind FROM command_center.topics WHERE topic = $1", 1, {TEXTOID}};

Statement declare_topic = {
    kInstallation,
    "INSERT INTO command_center.topics AS declared (topic) VALUES ($1) RETURNING to_jsonb(declared)",
    1,
    {TEXTOID}};

// What stands; version 0: there is none.
struct Standing {
  int version;
  TextList topics;
  const char* dead_letter_topic;
  Datum row;
};

Standing find_standing(std::string_view name) {
  Parameters parameters;
  parameters.add_text(name);
  if (run_with_latest_snapshot(select_subscription, parameters) == 0) return {};
  return {int_value(0, 0), text_list(datumCopy(value(0, 1, TEXTARRAYOID), false, -1)), text_value(0, 2),
          datumCopy(value(0, 3, JSONBOID), false, -1)};
}

bool is_given(FunctionCallInfo fcinfo, Argument argument) {
  return PG_NARGS() > argument && !PG_ARGISNULL(argument);
}

const char* object_of(const char* name) {
  return psprintf("subscription %s", name);
}

void check_version(FunctionCallInfo fcinfo, int argument, const char* name, int version) {
  if (PG_ARGISNULL(argument) || PG_GETARG_INT32(argument) == version) return;
  refuse("KC006",
         version == 0 ? psprintf("subscription \"%s\" does not exist", name)
                      : psprintf("subscription \"%s\" has version %d, not %d", name, version,
                                 PG_GETARG_INT32(argument)),
         psprintf("{\"version\": %d}", version));
}

void check_one_of(FunctionCallInfo fcinfo, Argument argument, std::initializer_list<const char*> allowed,
                  const char* what) {
  if (!is_given(fcinfo, argument)) return;
  const std::string_view given = text_argument(fcinfo, argument);
  if (std::any_of(allowed.begin(), allowed.end(), [given](const char* one) { return given == one; })) return;
  refuse("KC013", what);
}

void check_within(FunctionCallInfo fcinfo, Argument argument, int most, const char* what) {
  if (!is_given(fcinfo, argument)) return;
  const int given = PG_GETARG_INT32(argument);
  if (given < 1 || given > most)
    refuse("KC013", psprintf("%s of a subscription must be 1 to %d", what, most));
}

void check_batch_wait(FunctionCallInfo fcinfo) {
  if (!is_given(fcinfo, kBatchWait)) return;
  const Interval* wait = PG_GETARG_INTERVAL_P(kBatchWait);
  if (wait->month == 0 && wait->day == 0 && wait->time >= 0 && wait->time <= 10 * USECS_PER_SEC) return;
  refuse("KC013", "batch_wait of a subscription must be 0 to 10 seconds");
}

void check_group(FunctionCallInfo fcinfo, Argument argument, const char* what) {
  if (!is_given(fcinfo, argument)) return;
  const std::string_view given = text_argument(fcinfo, argument);
  if (!given.empty()) check_name(given, kMaxName, what);
}

void check_topics(FunctionCallInfo fcinfo) {
  if (!is_given(fcinfo, kTopics)) return;
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(kTopics);
  if (array_contains_nulls(array)) refuse("22004", "topic must not be null");
  const TextList topics = text_list(PG_GETARG_DATUM(kTopics));
  if (topics.count < 1 || topics.count > kMostTopics)
    refuse("KC013", psprintf("a subscription has 1 to %d topics", kMostTopics));
  for (int i = 0; i < topics.count; ++i) {
    check_topic_name(topics.texts[i]);
    for (int k = 0; k < i; ++k) {
      if (strcmp(topics.texts[i], topics.texts[k]) == 0)
        refuse("KC013", psprintf("topic \"%s\" is named twice", topics.texts[i]));
    }
  }
}

// How start_at is stored: earliest, latest, or a time in UTC.
Datum start_argument(FunctionCallInfo fcinfo, int argument) {
  const std::string_view given = text_argument(fcinfo, argument);
  if (given == "earliest" || given == "latest") return text_datum(given);
  const TimestampTz time =
      DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(zero_terminated(given)),
                                              ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  if (TIMESTAMP_NOT_FINITE(time) || unix_microseconds(time) < 0)
    refuse("KC013", "start_at of a subscription must be earliest, latest or a time since 1970");
  struct pg_tm parts = {};
  fsec_t fraction = 0;
  if (timestamp2tm(time, nullptr, &parts, &fraction, nullptr, nullptr) != 0 || parts.tm_year > 9999)
    refuse("KC013", "start_at of a subscription must be earliest, latest or a time since 1970");
  return text_datum(psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year, parts.tm_mon,
                             parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, fraction));
}

constexpr const char* kFilterShape =
    R"(filter of a subscription must be a JSON object: {"header": "value"} or {"header": ["one", "other"]})";

void push_value(JsonbParseState** state, JsonbValue& token, int& values) {
  if (token.type != jbvString || ++values > kMostFilterValues) refuse("KC013", kFilterShape);
  (void)pushJsonbValue(state, WJB_ELEM, &token);
}

// {"header": "value"} becomes {"header": ["value"]}.
Datum filter_argument(FunctionCallInfo fcinfo) {
  Jsonb* given = PG_GETARG_JSONB_P(kFilter);
  if (!JB_ROOT_IS_OBJECT(given)) refuse("KC013", kFilterShape);
  JsonbParseState* state = nullptr;
  (void)pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  JsonbIterator* iterator = JsonbIteratorInit(&given->root);
  JsonbValue token;
  int values = 0;
  for (JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true); kind != WJB_DONE;
       kind = JsonbIteratorNext(&iterator, &token, true)) {
    if (kind == WJB_KEY) (void)pushJsonbValue(&state, WJB_KEY, &token);
    if (kind != WJB_VALUE) continue;
    (void)pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
    if (token.type == jbvBinary && JsonContainerIsArray(token.val.binary.data)) {
      JsonbIterator* elements = JsonbIteratorInit(token.val.binary.data);
      JsonbValue element;
      const int before = values;
      for (JsonbIteratorToken inner = JsonbIteratorNext(&elements, &element, true); inner != WJB_DONE;
           inner = JsonbIteratorNext(&elements, &element, true)) {
        if (inner == WJB_ELEM) push_value(&state, element, values);
      }
      if (values == before) refuse("KC013", kFilterShape);
    } else {
      push_value(&state, token, values);
    }
    (void)pushJsonbValue(&state, WJB_END_ARRAY, nullptr);
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

void check_arguments(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kSubscription, "subscription");
  check_name(text_argument(fcinfo, kSubscription), kMaxName, "subscription");
  check_topics(fcinfo);
  check_one_of(fcinfo, kStatus, {"active", "paused"}, "status of a subscription must be active or paused");
  check_one_of(fcinfo, kSchemaCheck, {"off", "known", "required"},
               "schema_check of a subscription must be off, known or required");
  check_within(fcinfo, kMaxAttempts, kMostAttempts, "max_attempts");
  check_within(fcinfo, kBatchMessages, kMostBatchMessages, "batch_messages");
  check_batch_wait(fcinfo);
  check_group(fcinfo, kConsumerGroup, "consumer_group");
  check_group(fcinfo, kGroupSuffix, "group_suffix");
  if (is_given(fcinfo, kDeadLetterTopic)) check_topic_name(text_argument(fcinfo, kDeadLetterTopic));
}

// Dead letters go through the outbox like events, so their topic is declared like theirs.
void declare_dead_letter_topic(const char* topic) {
  Parameters parameters;
  parameters.add_text(topic);
  if (run_with_latest_snapshot(select_kind, parameters) > 0) {
    if (strcmp(text_value(0, 0), "events") == 0) return;
    refuse("KC007", psprintf("topic \"%s\" is for commands", topic), nullptr,
           "Dead letters need a topic of their own.");
  }
  const TopicUse use = find_use(topic);
  if (use.collides_with != nullptr) refuse_collision(topic, use.collides_with);
  if (use.commands) {
    refuse("KC007", psprintf("topic \"%s\" is used for commands", topic), nullptr,
           "Dead letters need a topic of their own.");
  }
  (void)run(declare_topic, parameters);
  audit("set_topic", psprintf("topic %s", topic), Datum{0}, value(0, 0, JSONBOID));
  announce_catalogue_change(kInstallation, "topics");
}

// What its dead letters come to must not come back to it.
const char* dead_letter_topic_of(FunctionCallInfo fcinfo, const Standing& before, Datum given_topics) {
  const TextList topics = given_topics != 0 ? text_list(given_topics) : before.topics;
  const char* wanted = before.dead_letter_topic;
  if (is_given(fcinfo, kDeadLetterTopic)) {
    wanted = text_to_cstring(PG_GETARG_TEXT_PP(kDeadLetterTopic));
  } else if (wanted == nullptr) {
    wanted = psprintf("%s.dlq", topics.texts[0]);
    check_topic_name(wanted);
  }
  for (int i = 0; i < topics.count; ++i) {
    if (strcmp(topics.texts[i], wanted) == 0)
      refuse("KC007", psprintf("topic \"%s\" cannot have the dead letters of what comes from it", wanted));
  }
  return wanted;
}

void lock_for_subscriptions(std::string_view name) {
  (void)installed_relation(kInstallation, "subscriptions");
  lock_subscription(name, LockMode::kExclusive);
  lock_for_change(kInstallation, "topics");
  lock_for_change(kInstallation, "subscriptions");
}

void record(const char* action, const char* name, const Standing& before, Datum after) {
  audit(action, object_of(name), before.row, after);
  announce_catalogue_change(kInstallation, "subscriptions");
}

void add_argument(Parameters& row, FunctionCallInfo fcinfo, Argument argument) {
  if (is_given(fcinfo, argument)) {
    row.add(PG_GETARG_DATUM(argument));
  } else {
    row.add_null();
  }
}

void add_or_null(Parameters& row, Datum value) {
  if (value != 0) {
    row.add(value);
  } else {
    row.add_null();
  }
}

Datum array_of(const char* text) {
  Datum element = CStringGetTextDatum(text);
  return PointerGetDatum(construct_array(&element, 1, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum set_subscription(FunctionCallInfo fcinfo) {
  check_arguments(fcinfo);
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(kSubscription));
  const Datum start_at = is_given(fcinfo, kStartAt) ? start_argument(fcinfo, kStartAt) : Datum{0};
  const Datum filter = is_given(fcinfo, kFilter) ? filter_argument(fcinfo) : Datum{0};
  const char* handler = nullptr;
  if (is_given(fcinfo, kHandler))
    handler = check_message_handler(text_to_cstring(PG_GETARG_TEXT_PP(kHandler)));
  const OwnerSession session = open_session(kInstallation);
  lock_for_subscriptions(name);
  const Standing before = find_standing(name);
  check_version(fcinfo, kExpectedVersion, name, before.version);
  Datum topics = is_given(fcinfo, kTopics) ? PG_GETARG_DATUM(kTopics) : Datum{0};
  if (before.version == 0 && strcmp(name, kAcknowledgements) == 0) {
    if (topics == 0) topics = array_of(kAcknowledgementsTopic);
    if (handler == nullptr) handler = kAcknowledgementsHandler;
  }
  if (before.version == 0 && (topics == 0 || handler == nullptr))
    refuse("KC013", psprintf("subscription \"%s\" is new and needs topics and a handler", name));
  const char* dead_letter_topic = dead_letter_topic_of(fcinfo, before, topics);
  declare_dead_letter_topic(dead_letter_topic);
  Parameters row;
  row.add_text(name);
  add_or_null(row, topics);
  row.add_text_or_null(handler != nullptr ? std::string_view(handler) : std::string_view());
  add_or_null(row, start_at);
  add_or_null(row, filter);
  add_argument(row, fcinfo, kStatus);
  add_argument(row, fcinfo, kMaxAttempts);
  row.add_text(dead_letter_topic);
  for (const Argument argument : {kSchemaCheck, kConsumerGroup, kGroupSuffix, kBatchMessages, kBatchWait})
    add_argument(row, fcinfo, argument);
  const bool changed = before.version == 0 ? run(insert_subscription, row) > 0
                                           : change_with_latest_snapshot(update_subscription, row) > 0;
  if (changed) record("set_subscription", name, before, value(0, 0, JSONBOID));
  close_session(session);
  return Int32GetDatum(before.version + (changed ? 1 : 0));
}

Datum reset_subscription(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "subscription");
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const Datum start_at = PG_ARGISNULL(1) ? Datum{0} : start_argument(fcinfo, 1);
  const OwnerSession session = open_session(kInstallation);
  lock_for_subscriptions(name);
  const Standing before = find_standing(name);
  check_version(fcinfo, 2, name, before.version);
  if (before.version == 0) (void)find_subscription(name);  // KC002
  Parameters parameters;
  parameters.add_text(name);
  add_or_null(parameters, start_at);
  (void)change_with_latest_snapshot(renew_subscription, parameters);
  record("reset_subscription", name, before, value(0, 0, JSONBOID));
  close_session(session);
  return Int32GetDatum(before.version + 1);
}

Datum remove_subscription(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "subscription");
  const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const OwnerSession session = open_session(kInstallation);
  lock_for_subscriptions(name);
  const Standing before = find_standing(name);
  check_version(fcinfo, 1, name, before.version);
  if (before.version > 0) {
    Parameters parameters;
    parameters.add_text(name);
    (void)change_with_latest_snapshot(delete_subscription, parameters);
    record("remove_subscription", name, before, Datum{0});
  }
  close_session(session);
  return BoolGetDatum(before.version > 0);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_remove_subscription);
PG_FUNCTION_INFO_V1(command_center_reset_subscription);
PG_FUNCTION_INFO_V1(command_center_set_subscription);
}

Datum command_center_remove_subscription(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_subscription(fcinfo); });
}

Datum command_center_reset_subscription(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::reset_subscription(fcinfo); });
}

Datum command_center_set_subscription(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::set_subscription(fcinfo); });
}
