// What operators look at.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {

void add_operation(Rows& rows) {
  const std::string base = "/v1/command-center";
  rows.push_back(
      get(base + "/audit", "listAudit", "Who changed what, and why, newest first", "list_audit")
          .scope(identity::kControl)
          .tenants(TenantRule::kOperator)
          .schema("AuditRowPage")
          .takes(paged({query("action", "The function that was called"), query("actor", "Who it was"),
                        query("changedFrom", "Changed then or later", Kind::kTime),
                        query("changedBefore", "Changed earlier than that", Kind::kTime)},
                       Kind::kUuid))
          .sql(page(kAuditRow, {"a",
                                "command_center.list_audit({action}, {actor}, {changedFrom},"
                                " {changedBefore}, {pageAfter}, coalesce({pageSize}, 100) + 1)",
                                "a.audit_id", "true", "a.audit_id DESC"})));
  rows.push_back(
      get(base + "/doctor", "doctor", "What is wrong or will be, and what to do; no item: nothing", "doctor")
          .tenants(TenantRule::kOperator)
          .schema("DoctorFindingList")
          .sql(list(kDoctorFinding, "command_center.doctor() AS f")));
  rows.push_back(get(base + "/health", "listHealth", "One item for each check of the database", "health")
                     .tenants(TenantRule::kOperator)
                     .schema("HealthCheckList")
                     .sql(list(kHealthCheck, "command_center.health AS h")));
  rows.push_back(
      get(base + "/outbox", "listOutbox", "What each publisher has still to publish", "outbox_status")
          .tenants(TenantRule::kOperator)
          .schema("OutboxStatusList")
          .sql(list(kOutboxStatus, "command_center.outbox_status AS o")));
}

void add_documents(Rows& rows) {
  rows.push_back(
      get("/asyncapi.json", "getAsyncApi", "An AsyncAPI 3.0 document of what is sent to Kafka", "asyncapi")
          .schema("JsonObject")
          .sql("SELECT command_center.asyncapi()"));
  const auto open = [&rows](const char* path, const char* operation, const char* summary, Answer answer) {
    rows.push_back(get(path, operation, summary, "")
                       .scope(identity::kNoScope)
                       .answers(answer)
                       .schema(answer == Answer::kHealth ? "Health" : "JsonObject"));
  };
  open("/openapi.json", "getOpenApi", "This API as OpenAPI 3.1", Answer::kOpenApi);
  open("/health", "getHealth", "200 while the database can be reached, else 503", Answer::kHealth);
  open("/health/readiness", "getReadiness", "The same", Answer::kHealth);
  open("/readyz", "getReadyz", "The same", Answer::kHealth);
  open("/livez", "getLivez", "200 while the process answers", Answer::kHealth);
  open("/health/liveness", "getLiveness", "200 while the process answers", Answer::kHealth);
}

}  // namespace command_center::api::routes::rows
