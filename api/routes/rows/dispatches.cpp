// What became of commands.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kTwoMore = "coalesce({pageSize}, 100) + 1";

std::vector<Binding> filters() {
  return {query("commandName", "Of one command"),
          query("targetService", "Of one service"),
          one_of(query("status", "As getDispatch tells it"),
                 {"received", "published", "consumed", "completed", "failed", "ignored"}),
          query("correlationId", "With this correlation id"),
          query("receivedFrom", "Received then or later", Kind::kTime),
          query("receivedBefore", "Received earlier than that", Kind::kTime)};
}

// The function goes on behind pageAfter itself.
std::string dispatch_page(const Shape& shape, const std::string& function, const std::string& tenant) {
  return page(shape, {"d",
                      "command_center." + function + "(" + tenant +
                          ", {commandName}, {targetService}, {status}, {correlationId}, {receivedFrom},"
                          " {receivedBefore}, {pageAfter}, " +
                          kTwoMore + ")",
                      "d.command_id", "true", "d.received_at DESC, d.command_id DESC"});
}

std::vector<Binding> replay_filters() {
  return {member("commandName", "Of one command"),
          member("targetService", "Of one service"),
          one_of(member("status", "As getDispatch tells it"),
                 {"received", "published", "consumed", "completed", "failed", "ignored"}),
          member("correlationId", "With this correlation id"),
          member("receivedFrom", "Received then or later", Kind::kTime),
          member("receivedBefore", "Received earlier than that", Kind::kTime),
          member("afterCommandId", "Go on after the last commandId answered", Kind::kUuid),
          within(member("limit", "So many dispatches; 1,000 unless given", Kind::kInteger), 1, 1000)};
}

}  // namespace

void add_dispatches(Rows& rows) {
  rows.push_back(get("/v1/dispatches/{commandId}", "getDispatch",
                     "All that is known about a dispatch: received, published, consumed, completed",
                     "get_dispatch")
                     .tenants(TenantRule::kRequired)
                     .schema("Dispatch")
                     .takes({command_id(), tenant()})
                     .sql("SELECT command_center.get_dispatch({tenant}, {commandId})"));
  rows.push_back(
      get("/v1/dispatches", "listDispatches", "The dispatches of a tenant, newest first", "list_dispatches")
          .tenants(TenantRule::kRequired)
          .schema("DispatchSummaryPage")
          .takes(with(paged(filters(), Kind::kUuid), {tenant()}))
          .sql(dispatch_page(kDispatch, "list_dispatches", "{tenant}")));
  rows.push_back(
      get("/v1/command-center/dispatches", "findDispatches",
          "Dispatches of all tenants within a window of time, newest first: the last hour before "
          "receivedBefore, or from receivedFrom on, at most 7 days",
          "find_dispatches")
          .scope(identity::kControl)
          .tenants(TenantRule::kOperator)
          .schema("FoundDispatchPage")
          .takes(with(paged(filters(), Kind::kUuid), {query("tenantId", "Of one tenant", Kind::kUuid)}))
          .sql(dispatch_page(kFoundDispatch, "find_dispatches", "{tenantId}")));
  rows.push_back(
      post("/v1/dispatches/{commandId}/replay", "replayDispatch",
           "Queues the messages of a command once more", "replay_dispatch")
          .tenants(TenantRule::kRequired)
          .answers(Answer::kAccepted)
          .schema("Replay")
          .takes({command_id(), required("reason", "Kept in the dispatch's events and in control_audit"),
                  tenant(), actor()})
          .sql("SELECT json_build_object('status', 'accepted', 'commandId', {commandId}, 'commandName',"
               " d.dispatch ->> 'commandName', 'targetService', (array_agg(m.target_service))[1],"
               " 'correlationId', d.dispatch ->> 'correlationId', 'messages', json_agg(" +
               object(kReplayedMessage) +
               ")) FROM command_center.replay_dispatch({tenant}, {commandId}, {reason}, {actor}) AS m,"
               " (SELECT command_center.get_dispatch({tenant}, {commandId}) AS dispatch) AS d"
               " GROUP BY d.dispatch"));
  rows.push_back(
      post("/v1/dispatches/replay", "replayDispatches",
           "Replays the dispatches of a tenant that a filter finds, oldest first", "replay_dispatches")
          .tenants(TenantRule::kRequired)
          .answers(Answer::kAccepted)
          .schema("ReplayedDispatchList")
          .takes(
              with(replay_filters(),
                   {required("reason", "Kept in the dispatches' events and in control_audit"),
                    member("dryRun", "Only says what would be replayed", Kind::kBoolean), tenant(), actor()}))
          .sql(list(kReplayedDispatch,
                    "command_center.replay_dispatches(jsonb_strip_nulls(jsonb_build_object('tenantId',"
                    " {tenant}, 'commandName', {commandName}, 'targetService', {targetService}, 'status',"
                    " {status}, 'correlationId', {correlationId}, 'receivedFrom', {receivedFrom},"
                    " 'receivedBefore', {receivedBefore}, 'afterCommandId', {afterCommandId}, 'limit',"
                    " {limit})), {reason}, {actor}, coalesce({dryRun}, false)) AS r")));
  rows.push_back(
      post("/v1/dispatches/{commandId}/acknowledgements", "acknowledgeCommand",
           "Records what a service did with a command", "acknowledge_command")
          .scope(identity::kAcknowledge)
          .tenants(TenantRule::kRequired)
          .answers(Answer::kAccepted)
          .schema("Acknowledged")
          .takes({command_id(),
                  one_of(required("status", "What it did"), {"consumed", "completed", "failed", "ignored"}),
                  required("serviceId", "The service that reports"),
                  member("detail", "At most 16 kB", Kind::kAny), tenant()})
          .sql("SELECT json_build_object('status', 'accepted', 'commandId', {commandId}, 'recorded',"
               " command_center.acknowledge_command({tenant}, {commandId}, {status}, {serviceId}, "
               "{detail}))"));
}

}  // namespace command_center::api::routes::rows
