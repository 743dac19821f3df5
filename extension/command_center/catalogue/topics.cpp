// Loads declarations of topics.
#include "extension/command_center/catalogue/topics.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/boundary/make_in_context.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kEntries = 1024;

CatalogueCache<Topic>* topics = nullptr;

// Always one row.
Statement select_topic = {
    kInstallation,
    "SELECT declared.topic IS NOT NULL, coalesce(declared.kind = 'commands', false) OR $1 = "
    "'commands.primary'"
    "  OR EXISTS (SELECT FROM command_center.services WHERE topic = $1)"
    "  OR EXISTS (SELECT FROM command_center.command_templates WHERE topic = $1),"
    " coalesce(declared.cleanup <> 'delete', false), coalesce(declared.envelope = 'raw', false),"
    " coalesce(declared.key_required, false),"
    " EXISTS (SELECT FROM command_center.event_types WHERE topic IN ($1, CASE WHEN $1 LIKE '%.shadow'"
    "  THEN left($1, -7) END) AND status = 'active'),"
    " EXISTS (SELECT FROM command_center.installation WHERE undeclared_topics = 'allow'),"
    " coalesce(declared.version, 0), coalesce(declared.max_message_bytes, 0), declared.owner, "
    "declared.owner_id,"
    " CASE WHEN declared.topic IS NULL THEN (SELECT min(named.topic COLLATE \"C\") FROM ("
    "   SELECT 'commands.primary' AS topic UNION ALL SELECT topic FROM command_center.services"
    "   UNION ALL SELECT topic FROM command_center.command_templates UNION ALL SELECT topic FROM "
    "command_center.topics)"
    "  AS named WHERE translate(named.topic, '.', '_') = translate($1, '.', '_') AND named.topic <> $1) END"
    " FROM (SELECT) AS one LEFT JOIN command_center.topics AS declared ON declared.topic = $1",
    1,
    {TEXTOID}};

// Plain data.
struct TopicRow {
  bool is_declared;
  bool is_for_commands;
  bool is_compacted;
  bool is_raw;
  bool key_required;
  bool takes_registered_only;
  bool may_be_undeclared;
  int version;
  int max_message_bytes;
  const char* owner;
  Oid owner_id;
  const char* collides_with;
};

TopicRow first_row() {
  return {bool_value(0, 0),
          bool_value(0, 1),
          bool_value(0, 2),
          bool_value(0, 3),
          bool_value(0, 4),
          bool_value(0, 5),
          bool_value(0, 6),
          int_value(0, 7),
          int_value(0, 8),
          text_value_or_null(0, 9),
          is_null(0, 10) ? InvalidOid : DatumGetObjectId(value(0, 10, OIDOID)),
          text_value_or_null(0, 11)};
}

// C++ regime.
const Topic* keep_topic(std::string_view topic, const TopicRow& row) {
  Topic made;
  made.is_declared = row.is_declared;
  made.is_for_commands = row.is_for_commands;
  made.is_compacted = row.is_compacted;
  made.is_raw = row.is_raw;
  made.key_required = row.key_required;
  made.takes_registered_only = row.takes_registered_only;
  made.may_be_undeclared = row.may_be_undeclared;
  made.version = row.version;
  made.max_message_bytes = row.max_message_bytes;
  if (row.owner != nullptr) made.owner = row.owner;
  made.owner_id = row.owner_id;
  if (row.collides_with != nullptr) made.collides_with = row.collides_with;
  return topics->put(topic, std::move(made), kEntries);
}

// Between a new library and setup() everything goes on as it did; not kept, since nothing tells when it ends.
const Topic& before_setup() {
  static const Topic* anything = nullptr;
  if (anything == nullptr) {
    Topic& made = boundary::make_in_context<Topic>(TopMemoryContext);
    made.may_be_undeclared = true;
    anything = &made;
  }
  return *anything;
}

const Topic& load_topic(std::string_view topic) {
  if (!is_installed(kInstallation, "event_types")) return before_setup();
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(topic);
  (void)read_stable(select_topic, parameters);
  const Topic* kept = keep_topic(topic, first_row());
  close_session(session);
  return *kept;
}

}  // namespace

const Topic& find_topic(std::string_view topic) {
  if (topics == nullptr)
    topics = &boundary::make_in_context<CatalogueCache<Topic>>(TopMemoryContext, kInstallation);
  const Topic* found = topics->find(topic);
  return found != nullptr ? *found : load_topic(topic);
}

const Topic* known_topic(std::string_view topic) noexcept {
  return topics != nullptr ? topics->find(topic) : nullptr;
}

}  // namespace command_center::extension
