// Looks into the catalogue for topics.
#include "extension/command_center/control/topic_use.hpp"

#include "extension/core/envelope/topic.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_use = {
    kInstallation,
    "WITH named (topic, commands) AS ("
    " SELECT 'commands.primary', true UNION ALL SELECT topic, true FROM command_center.services"
    " UNION ALL SELECT topic, true FROM command_center.command_templates"
    " UNION ALL SELECT topic, false FROM command_center.topics)"
    " SELECT coalesce(bool_or(commands) FILTER (WHERE topic = $1), false),"
    "  min(topic COLLATE \"C\") FILTER (WHERE topic <> $1)"
    " FROM named WHERE translate(topic, '.', '_') = translate($1, '.', '_')",
    1,
    {TEXTOID}};

Statement select_declared_for_events = {
    kInstallation, "SELECT FROM command_center.topics WHERE topic = $1 AND kind = 'events'", 1, {TEXTOID}};

}  // namespace

void check_topic_name(std::string_view topic) {
  envelope::check_topic(topic);
}

TopicUse find_use(std::string_view topic) {
  Parameters parameters;
  parameters.add_text(topic);
  (void)run_with_latest_snapshot(select_use, parameters);
  return {bool_value(0, 0), text_value_or_null(0, 1)};
}

void refuse_collision(std::string_view topic, const char* collides_with) {
  refuse("KC007",
         psprintf("topic \"%.*s\" collides with \"%s\"", static_cast<int>(topic.size()), topic.data(),
                  collides_with),
         nullptr,
         "Kafka writes \"_\" for \".\" in the names of metrics and refuses the second of such topics.");
}

void check_command_topic(std::string_view topic) {
  check_topic_name(topic);
  // Before setup() nothing is declared.
  if (!is_installed(kInstallation, "topics")) return;
  lock_for_change(kInstallation, "topics");
  Parameters parameters;
  parameters.add_text(topic);
  if (run_with_latest_snapshot(select_declared_for_events, parameters) > 0) {
    refuse("KC007",
           psprintf("topic \"%.*s\" is declared for events", static_cast<int>(topic.size()), topic.data()),
           nullptr,
           "Name another topic, or declare this one with command_center.set_topic(…, kind => 'commands').");
  }
  const TopicUse use = find_use(topic);
  if (use.collides_with != nullptr) refuse_collision(topic, use.collides_with);
}

}  // namespace command_center::extension
