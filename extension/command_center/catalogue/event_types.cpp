// Loads events and compiles their schemas.
#include "extension/command_center/catalogue/event_types.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/caches/allocated_bytes.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

CatalogueCache<EventType>* event_types = nullptr;

// Always one row.
Statement select_event = {
    kInstallation,
    "SELECT EXISTS (SELECT FROM command_center.event_types WHERE event_type = $1), coalesce(version, 0), "
    "topic,"
    " coalesce(ordered, false), schema::text"
    " FROM (SELECT) AS one LEFT JOIN (SELECT version, topic, ordered, schema FROM command_center.event_types"
    "  WHERE event_type = $1 AND status = 'active' AND (version = $2 OR $2 = 0) ORDER BY version DESC LIMIT "
    "1)"
    " AS active ON true",
    2,
    {TEXTOID, INT4OID}};

// Plain data.
struct EventRow {
  bool is_known;
  int version;
  const char* topic;
  bool ordered;
  const char* schema;
};

// C++ regime: compiles the schema and keeps the result.
const EventType* keep_event(std::string_view key, const EventRow& row) {
  const std::size_t before = allocated_bytes();
  EventType made;
  made.is_known = row.is_known;
  made.version = row.version;
  if (row.topic != nullptr) made.topic = row.topic;
  made.ordered = row.ordered;
  if (row.schema != nullptr) made.program = compile_stored_schema(row.schema);
  const auto most = static_cast<std::size_t>(settings().schema_cache_bytes);
  const std::size_t weight = made.program == nullptr
                                 ? most / static_cast<std::size_t>(settings().schema_cache_entries)
                                 : program_weight(*made.program, key.size(), before);
  return event_types->put(key, std::move(made), most, weight);
}

const EventType* load_event(std::string_view event_type, int version, std::string_view key) {
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(event_type);
  parameters.add_int(version);
  (void)read_stable(select_event, parameters);
  // What the schema is compiled from outlives the session: compiling may refuse.
  MemoryContext session_memory = MemoryContextSwitchTo(memory);
  const EventRow row = {bool_value(0, 0), int_value(0, 1), text_value_or_null(0, 2), bool_value(0, 3),
                        text_value_or_null(0, 4)};
  MemoryContextSwitchTo(session_memory);
  close_session(session);
  return keep_event(key, row);
}

// Before setup() nothing is registered.
const EventType& nothing() {
  static const EventType* none = nullptr;
  if (none == nullptr) none = &boundary::make_in_context<EventType>(TopMemoryContext);
  return *none;
}

}  // namespace

const EventType& find_event_type(std::string_view event_type, int version) {
  if (event_types == nullptr)
    event_types = &boundary::make_in_context<CatalogueCache<EventType>>(TopMemoryContext, kInstallation);
  // No name has a slash.
  const std::string_view key =
      psprintf("%.*s/%d", static_cast<int>(event_type.size()), event_type.data(), version);
  if (const EventType* found = event_types->find(key)) return *found;
  return is_installed(kInstallation, "event_types") ? *load_event(event_type, version, key) : nothing();
}

bool is_registered_for(const EventType& event_type, std::string_view topic) noexcept {
  if (event_type.version == 0) return false;
  const std::size_t length = event_type.topic.size();
  return topic.substr(0, length) == event_type.topic &&
         (topic.size() == length || topic.substr(length) == ".shadow");
}

}  // namespace command_center::extension
