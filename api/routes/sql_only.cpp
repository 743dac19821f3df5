#include "api/routes/sql_only.hpp"

namespace command_center::api::routes {

const std::vector<SqlOnly>& sql_only() {
  static const std::vector<SqlOnly> all{
      {{"is_valid_json"}, "`validateJson` says the same, and where"},
      {{"access_levels", "held_roles", "held_role_array", "held_identities", "is_operator",
        "sees_every_tenant", "visible_tenants", "visible_tenant_array"},
       "about the roles of the database session, of which a client of the API knows nothing; policies and "
       "views use "
       "them"},
      {{"overdue_commands", "waiting_messages", "days_ahead", "refused_commands", "foreign_publishers"},
       "parts of `listHealth` and `doctor`, which say more"},
      {{"rebase_outbox", "recorded_progress", "database_identity"},
       "for a recovery, while nothing publishes, by `command-center-relay` and whoever restored the database "
       "([recovery](operations.md#a-failover-that-lost-commits))"},
      {{"acknowledge_message"},
       "the handler of the subscription `command_center.acknowledgements`; a service acknowledges by "
       "`acknowledgeCommand`"},
      {{"maintain", "tidy"},
       "the relay calls them every hour and every minute; they take locks for longer than a request may "
       "last"},
      {{"catalog_definitions", "setup_definitions", "announce_change", "lock_for_setup", "policy_forms"},
       "called by other functions"},
      {{"setup", "set_publishers", "use_distributed_policies", "use_local_policies"},
       "the installation, by who owns the tables, with the relay in view"},
      {{"availability_guard.lock_rooms", "availability_guard.require_lock"},
       "for a transaction of one's own; `lockRoom` holds one room at a time"},
      {{"availability_guard.set_room", "availability_guard.set_property", "availability_guard.set_capacity",
        "availability_guard.set_guard", "availability_guard.overcommitted_nights"},
       "the rooms of a hotel and how many there are, where whoever keeps them writes them"},
      {{"availability_guard.verify", "availability_guard.doctor", "availability_guard.maintain",
        "availability_guard.end_expired"},
       "the relay calls `maintain` and `end_expired`, and `doctor` of all extensions is one operation"},
      {{"availability_guard.handle_command", "availability_guard.handle_message"},
       "the handlers of its commands: `executeCommand` calls the one, the relay the other"},
      {{"availability_guard.setup", "availability_guard.setup_definitions",
        "availability_guard.catalog_definitions", "availability_guard.load_catalog"},
       "the installation; `setup` loads the guard's own catalogue"},
      {{"grant_access", "revoke_access", "bind_role", "unbind_role"},
       "who may log in to the database, and for whom: the API's own login role would have to be an admin of "
       "its own "
       "rights"}};
  return all;
}

std::string sql_only_lines() {
  std::string text =
      "- What the level `relay` alone may call: another caller would publish or consume beside it.\n";
  for (const SqlOnly& group : sql_only()) {
    text += "- ";
    for (std::size_t index = 0; index < group.functions.size(); ++index)
      text += (index > 0 ? ", `" : "`") + std::string(group.functions[index]) + "`";
    text += ": " + std::string(group.reason) + ".\n";
  }
  return text;
}

}  // namespace command_center::api::routes
