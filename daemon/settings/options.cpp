// What nobody knows is a mistyped setting, and a setting that is silently ignored is worse than none.
#include "daemon/settings/options.hpp"

#include <set>
#include <string_view>

namespace command_center::daemon::settings {
namespace {

constexpr std::string_view kPrefix = "COMMAND_CENTER_";
constexpr std::string_view kTestPrefix = "COMMAND_CENTER_TEST_";

}  // namespace

std::vector<std::string> find_unknown_variables(const CLI::App& app, const char* const* environment) {
  std::set<std::string, std::less<>> known;
  std::vector<std::string> unknown;
  for (const CLI::Option* option : app.get_options()) known.insert(option->get_envname());
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::string_view name = entry.substr(0, entry.find('='));
    if (name.substr(0, kPrefix.size()) != kPrefix || name.substr(0, kTestPrefix.size()) == kTestPrefix)
      continue;
    if (known.find(name) == known.end()) unknown.emplace_back(name);
  }
  return unknown;
}

}  // namespace command_center::daemon::settings
