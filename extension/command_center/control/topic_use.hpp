// What a topic is used for already: events and commands never share one, nor do two topics a metric name.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"

namespace command_center::extension {

// Plain data in the session's memory.
struct TopicUse {
  bool commands;              // a version of a command, a service, or commands.primary
  const char* collides_with;  // null: with none
};

// All are Postgres regime, in an open session.

// 22023 for a name that no topic can have.
void check_topic_name(std::string_view topic);

// As it stands; call it after lock_for_change(kInstallation, "topics").
[[nodiscard]] TopicUse find_use(std::string_view topic);

[[noreturn]] void refuse_collision(std::string_view topic, const char* collides_with);

// For what names a topic for commands: 22023 as above, KC007 for one that is declared for events or collides
// with another. Until the transaction ends nobody declares it otherwise.
void check_command_topic(std::string_view topic);

}  // namespace command_center::extension
