// Loads templates and compiles their schemas.
#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/allocated_bytes.hpp"
#include "extension/server/caches/cache.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

CatalogueCache<Template>* templates = nullptr;

struct TemplateRow {
  int version;
  const char* payload_schema;
  const char* default_target;
  const char* topic;
  const char* partition_key;
  bool ordered;
  bool opt_in;
  std::int64_t sla;
  TextList required_modules;
  TextList required_roles;
};

Statement select_template = {
    kInstallation,
    "SELECT version, payload_schema::text, default_target, topic, partition_key, ordered, availability = "
    "'opt_in',"
    " required_modules, required_roles, coalesce(extract(epoch FROM sla) * 1000000, 0)::bigint"
    " FROM command_center.command_templates WHERE command_name = $1 AND status = 'active'",
    1,
    {TEXTOID}};

Statement select_any_version = {
    kInstallation,
    "SELECT FROM command_center.command_templates WHERE command_name = $1 LIMIT 1",
    1,
    {TEXTOID}};

std::string_view or_empty(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

std::vector<std::string> strings(const TextList& list) {
  return {list.texts, list.texts + list.count};
}

// C++ regime: compiles the schema and keeps the result.
const Template* keep_template(std::string_view command_name, const TemplateRow& row) {
  Template made;
  made.version = row.version;
  made.default_target = or_empty(row.default_target);
  made.topic = or_empty(row.topic);
  made.ordered = row.ordered;
  made.opt_in = row.opt_in;
  made.sla = row.sla;
  made.required_modules = strings(row.required_modules);
  made.required_roles = strings(row.required_roles);
  if (row.partition_key != nullptr) {
    made.has_partition_key = true;
    made.partition_key = json::parse_pointer(row.partition_key).value_or(std::vector<std::string>{});
  }
  const std::size_t before = allocated_bytes();
  made.program = compile_stored_schema(row.payload_schema);
  const std::size_t weight = program_weight(*made.program, command_name.size(), before);
  return templates->put(command_name, std::move(made),
                        static_cast<std::size_t>(settings().schema_cache_bytes), weight);
}

// C++ regime. `known`: it has versions, but none that is active.
[[noreturn]] void refuse_command(std::string_view command_name, bool known) {
  const std::string name = "command \"" + std::string(command_name) + "\" ";
  if (known) {
    throw Error(
        sqlstate::kNotFound, name + "has no active version", {},
        "It is a draft or deprecated; command_center.activate_command() makes one of its versions active.");
  }
  throw Error(sqlstate::kNotFound, name + "does not exist", {},
              "Register it with command_center.register_command(), or load a catalogue with "
              "command_center.load_catalog().");
}

const Template* load_template(std::string_view command_name) {
  MemoryContext memory = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(command_name);
  if (read_stable(select_template, parameters) == 0) {
    const bool known = read_stable(select_any_version, parameters) > 0;
    close_session(session);
    refuse_command(command_name, known);
  }
  // What the schema is compiled from outlives the session: compiling may refuse.
  MemoryContext session_memory = MemoryContextSwitchTo(memory);
  const TemplateRow row = {int_value(0, 0),
                           text_value(0, 1),
                           text_value_or_null(0, 2),
                           text_value_or_null(0, 3),
                           text_value_or_null(0, 4),
                           bool_value(0, 5),
                           bool_value(0, 6),
                           bigint_value(0, 9),
                           text_list(value(0, 7, TEXTARRAYOID)),
                           text_list(value(0, 8, TEXTARRAYOID))};
  MemoryContextSwitchTo(session_memory);
  close_session(session);
  return keep_template(command_name, row);
}

}  // namespace

const Template& find_template(std::string_view command_name) {
  if (templates == nullptr)
    templates = &boundary::make_in_context<CatalogueCache<Template>>(TopMemoryContext, kInstallation);
  const Template* found = templates->find(command_name);
  return found != nullptr ? *found : *load_template(command_name);
}

}  // namespace command_center::extension
