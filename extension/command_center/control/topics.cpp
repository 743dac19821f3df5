// Declares topics and takes declarations back.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kTopic,
  kPartitions,
  kCleanup,
  kMaxMessageBytes,
  kEnvelope,
  kKeyRequired,
  kOwner,
  kExpectedVersion,
  kKind
};

constexpr int kMaxPartitions = 10'000;
constexpr int kLeastMessageBytes = 1024;
constexpr int kMaxMessageBytesLimit = 1 << 30;

Statement select_topic = {
    kInstallation,
    "SELECT version, partitions, cleanup, max_message_bytes, envelope, key_required, owner,"
    " owner_id, kind, to_jsonb(declared)"
    " FROM command_center.topics AS declared WHERE topic = $1",
    1,
    {TEXTOID}};

Statement insert_topic = {
    kInstallation,
    "INSERT INTO command_center.topics AS declared"
    " (topic, partitions, cleanup, max_message_bytes, envelope, key_required, owner, owner_id, kind)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING to_jsonb(declared)",
    9,
    {TEXTOID, INT4OID, TEXTOID, INT4OID, TEXTOID, BOOLOID, TEXTOID, OIDOID, TEXTOID}};

Statement update_topic = {
    kInstallation,
    "UPDATE command_center.topics AS declared SET version = version + 1, partitions = $2, cleanup = $3,"
    " max_message_bytes = $4, envelope = $5, key_required = $6, owner = $7, owner_id = $8, kind = $9,"
    " changed_at = now()"
    " WHERE topic = $1 AND (partitions, cleanup, max_message_bytes, envelope, key_required, owner, owner_id, "
    "kind)"
    "  IS DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9) RETURNING to_jsonb(declared)",
    9,
    {TEXTOID, INT4OID, TEXTOID, INT4OID, TEXTOID, BOOLOID, TEXTOID, OIDOID, TEXTOID}};

Statement delete_topic = {kInstallation, "DELETE FROM command_center.topics WHERE topic = $1", 1, {TEXTOID}};

Statement select_events_of = {
    kInstallation,
    "SELECT jsonb_agg(jsonb_build_object('eventType', event_type, 'version', version)"
    "  ORDER BY event_type COLLATE \"C\", version)"
    " FROM command_center.event_types WHERE topic = $1 AND status = 'active'",
    1,
    {TEXTOID}};

Statement change_policy = {
    kInstallation,
    "UPDATE command_center.installation AS known SET undeclared_topics = $1 WHERE undeclared_topics <> $1"
    " RETURNING to_jsonb(known)",
    1,
    {TEXTOID}};

// A declaration; version 0: there is none. Plain data in the session's memory.
struct Declaration {
  int version;
  int partitions;
  const char* cleanup;
  int max_message_bytes;
  const char* envelope;
  bool key_required;
  const char* owner;  // null: none
  Oid owner_id;
  const char* kind;
  Datum row;  // jsonb
};

Declaration find_declaration(std::string_view topic) {
  Parameters parameters;
  parameters.add_text(topic);
  if (run_with_latest_snapshot(select_topic, parameters) == 0)
    return {0, 12, "delete", 1048588, "cloudevents", false, nullptr, InvalidOid, nullptr, Datum{0}};
  return {int_value(0, 0),          int_value(0, 1),
          text_value(0, 2),         int_value(0, 3),
          text_value(0, 4),         bool_value(0, 5),
          text_value_or_null(0, 6), is_null(0, 7) ? InvalidOid : DatumGetObjectId(value(0, 7, OIDOID)),
          text_value(0, 8),         datumCopy(value(0, 9, JSONBOID), false, -1)};
}

bool same(const char* text, std::string_view other) {
  return text != nullptr && other == text;
}

bool compacts(const Declaration& declaration) {
  return !same(declaration.cleanup, "delete");
}

// One of `allowed`, which ends with null; KC013 otherwise.
const char* one_of(std::string_view given, const char* const* allowed, const char* what) {
  for (; *allowed != nullptr; ++allowed) {
    if (given == *allowed) return *allowed;
  }
  refuse("KC013", what);
}

int within(int given, int least, int most, const char* what) {
  if (given >= least && given <= most) return given;
  refuse("KC013", psprintf("%s of a topic must be %d to %d", what, least, most));
}

const char* cleanup_argument(std::string_view given) {
  static constexpr const char* kAllowed[] = {"delete", "compact", "compact,delete", nullptr};
  if (given == "delete,compact") given = "compact,delete";
  return one_of(given, kAllowed, "cleanup of a topic must be delete, compact or compact,delete");
}

const char* envelope_argument(std::string_view given) {
  static constexpr const char* kAllowed[] = {"cloudevents", "raw", nullptr};
  return one_of(given, kAllowed, "envelope of a topic must be cloudevents or raw");
}

const char* kind_argument(std::string_view given) {
  static constexpr const char* kAllowed[] = {"events", "commands", nullptr};
  return one_of(given, kAllowed, "kind of a topic must be events or commands");
}

// An empty text takes the owner away.
void set_owner(FunctionCallInfo fcinfo, Declaration& wanted) {
  const char* owner = text_to_cstring(PG_GETARG_TEXT_PP(kOwner));
  wanted.owner = nullptr;
  wanted.owner_id = InvalidOid;
  if (*owner == '\0') return;
  wanted.owner = owner;
  wanted.owner_id = get_role_oid(owner, true);
  if (!OidIsValid(wanted.owner_id)) {
    refuse("KC002", psprintf("role \"%s\" does not exist", owner), nullptr,
           "The owner of a topic is a database role.");
  }
}

// What stands, with what the caller says instead.
Declaration wanted_declaration(FunctionCallInfo fcinfo, const Declaration& before) {
  Declaration wanted = before;
  if (!PG_ARGISNULL(kPartitions))
    wanted.partitions = within(PG_GETARG_INT32(kPartitions), 1, kMaxPartitions, "partitions");
  if (!PG_ARGISNULL(kCleanup)) wanted.cleanup = cleanup_argument(text_argument(fcinfo, kCleanup));
  if (!PG_ARGISNULL(kMaxMessageBytes)) {
    wanted.max_message_bytes = within(PG_GETARG_INT32(kMaxMessageBytes), kLeastMessageBytes,
                                      kMaxMessageBytesLimit, "max_message_bytes");
  }
  if (!PG_ARGISNULL(kEnvelope)) wanted.envelope = envelope_argument(text_argument(fcinfo, kEnvelope));
  if (!PG_ARGISNULL(kOwner)) set_owner(fcinfo, wanted);
  if (!PG_ARGISNULL(kKind)) wanted.kind = kind_argument(text_argument(fcinfo, kKind));
  if (compacts(wanted)) {
    if (!PG_ARGISNULL(kKeyRequired) && !PG_GETARG_BOOL(kKeyRequired))
      refuse("KC013", "a compacted topic keeps the last message of each key: key_required cannot be false");
    wanted.key_required = true;
  } else if (!PG_ARGISNULL(kKeyRequired)) {
    wanted.key_required = PG_GETARG_BOOL(kKeyRequired);
  }
  return wanted;
}

// Commands have an envelope, a key and senders of their own, and one must not push out another.
void check_commands_topic(const Declaration& wanted) {
  if (!same(wanted.kind, "commands")) return;
  if (!compacts(wanted) && same(wanted.envelope, "cloudevents") && !wanted.key_required &&
      wanted.owner == nullptr)
    return;
  refuse("KC013",
         "a topic for commands has cleanup delete, envelope cloudevents, no key_required and no owner");
}

void check_change(std::string_view topic, const Declaration& before, Declaration& wanted) {
  const TopicUse use = find_use(topic);
  if (use.collides_with != nullptr) refuse_collision(topic, use.collides_with);
  if (wanted.kind == nullptr) wanted.kind = use.commands ? "commands" : "events";
  if (use.commands && same(wanted.kind, "events")) {
    refuse("KC007",
           psprintf("topic \"%.*s\" is used for commands", static_cast<int>(topic.size()), topic.data()),
           nullptr, "Events need a topic of their own.");
  }
  check_commands_topic(wanted);
  if (before.version > 0 && wanted.partitions < before.partitions) {
    refuse("KC013", psprintf("a topic cannot have fewer partitions than before: %d", before.partitions),
           nullptr, "Kafka can only add some; declare another topic.");
  }
}

// register_event() locks the declarations, too.
void refuse_with_events(const char* topic) {
  Parameters parameters;
  parameters.add_text(topic);
  (void)run_with_latest_snapshot(select_events_of, parameters);
  if (is_null(0, 0)) return;
  refuse("KC015", psprintf("events are registered for topic \"%s\"", topic), text_value(0, 0),
         "Take them out of use first, with command_center.deprecate_event().");
}

void check_version(FunctionCallInfo fcinfo, int argument, const char* topic, int version) {
  if (PG_ARGISNULL(argument) || PG_GETARG_INT32(argument) == version) return;
  refuse("KC006",
         version == 0 ? psprintf("topic \"%s\" is not declared", topic)
                      : psprintf("declaration of topic \"%s\" has version %d, not %d", topic, version,
                                 PG_GETARG_INT32(argument)),
         psprintf("{\"version\": %d}", version));
}

Parameters row_of(std::string_view topic, const Declaration& declaration) {
  Parameters row;
  row.add_text(topic);
  row.add_int(declaration.partitions);
  row.add_text(declaration.cleanup);
  row.add_int(declaration.max_message_bytes);
  row.add_text(declaration.envelope);
  row.add(BoolGetDatum(declaration.key_required));
  if (declaration.owner != nullptr) {
    row.add_text(declaration.owner);
    row.add(ObjectIdGetDatum(declaration.owner_id));
  } else {
    row.add_null();
    row.add_null();
  }
  row.add_text(declaration.kind);
  return row;
}

Datum set_topic(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTopic, "topic");
  const char* topic = text_to_cstring(PG_GETARG_TEXT_PP(kTopic));
  check_topic_name(topic);
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "topics");
  const Declaration before = find_declaration(topic);
  check_version(fcinfo, kExpectedVersion, topic, before.version);
  Declaration wanted = wanted_declaration(fcinfo, before);
  check_change(topic, before, wanted);
  if (same(wanted.kind, "commands") && same(before.kind, "events")) refuse_with_events(topic);
  const Parameters row = row_of(topic, wanted);
  const bool changed =
      before.version == 0 ? run(insert_topic, row) > 0 : change_with_latest_snapshot(update_topic, row) > 0;
  if (changed) {
    audit("set_topic", psprintf("topic %s", topic), before.row, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "topics");
  }
  close_session(session);
  return Int32GetDatum(before.version + (changed ? 1 : 0));
}

Datum remove_topic(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kTopic, "topic");
  const char* topic = text_to_cstring(PG_GETARG_TEXT_PP(kTopic));
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "topics");
  const Declaration before = find_declaration(topic);
  check_version(fcinfo, 1, topic, before.version);
  if (before.version > 0) {
    refuse_with_events(topic);
    Parameters parameters;
    parameters.add_text(topic);
    (void)change_with_latest_snapshot(delete_topic, parameters);
    audit("remove_topic", psprintf("topic %s", topic), before.row, Datum{0});
    announce_catalogue_change(kInstallation, "topics");
  }
  close_session(session);
  return BoolGetDatum(before.version > 0);
}

Datum set_undeclared_topics(FunctionCallInfo fcinfo) {
  const std::string_view policy = text_argument(fcinfo, 0);
  if (policy != "allow" && policy != "refuse") refuse("22023", "policy must be allow or refuse");
  (void)installed_relation(kInstallation, "topics");
  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "topics");
  Parameters parameters;
  parameters.add_text(policy);
  const bool changed = change_with_latest_snapshot(change_policy, parameters) > 0;
  if (changed) {
    audit("set_undeclared_topics", "undeclared topics", Datum{0}, value(0, 0, JSONBOID));
    announce_catalogue_change(kInstallation, "topics");
  }
  close_session(session);
  return BoolGetDatum(changed);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_remove_topic);
PG_FUNCTION_INFO_V1(command_center_set_topic);
PG_FUNCTION_INFO_V1(command_center_set_undeclared_topics);
}

Datum command_center_remove_topic(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::remove_topic(fcinfo); });
}

Datum command_center_set_topic(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::set_topic(fcinfo); });
}

Datum command_center_set_undeclared_topics(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::set_undeclared_topics(fcinfo); });
}
