// The templates that a session knows, compiled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/program.hpp"

namespace command_center::extension {

// The active version of a command.
struct Template {
  int version = 0;
  std::string default_target;              // empty: none
  std::string topic;                       // empty: none
  std::vector<std::string> partition_key;  // tokens of the JSON pointer; see has_partition_key
  bool has_partition_key = false;
  bool ordered = false;
  bool opt_in = false;   // needs a feature that enables it
  std::int64_t sla = 0;  // microseconds until a command must be done; 0: none
  std::vector<std::string> required_modules;
  std::vector<std::string> required_roles;
  std::shared_ptr<const json_schema::Program> program;
};

// KC002 when the command has no active version. Valid until the next template is looked for. Postgres regime.
[[nodiscard]] const Template& find_template(std::string_view command_name);

}  // namespace command_center::extension
