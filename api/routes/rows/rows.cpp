#include "api/routes/rows/rows.hpp"

#include <utility>

namespace command_center::api::routes::rows {

Row::Row(std::string method, std::string path, std::string operation, std::string summary,
         std::string function) {
  const bool is_read = method == "GET";
  route_.method = std::move(method);
  route_.path = std::move(path);
  route_.operation = std::move(operation);
  route_.summary = std::move(summary);
  route_.function = std::move(function);
  route_.scope = is_read ? identity::kRead : identity::kControl;
  route_.effect = is_read ? database::Effect::kReads : database::Effect::kWrites;
}

Row&& Row::of(std::string extension) && {
  route_.extension = std::move(extension);
  return std::move(*this);
}

Row&& Row::scope(identity::Scopes scope) && {
  route_.scope = scope;
  return std::move(*this);
}

Row&& Row::tenants(TenantRule rule) && {
  route_.tenant = rule;
  return std::move(*this);
}

Row&& Row::takes(std::vector<Binding> bindings) && {
  route_.bindings = std::move(bindings);
  return std::move(*this);
}

Row&& Row::answers(Answer answer) && {
  route_.answer = answer;
  return std::move(*this);
}

Row&& Row::versioned(Versioning versioning) && {
  route_.versioning = versioning;
  return std::move(*this);
}

Row&& Row::schema(std::string name) && {
  route_.schema = std::move(name);
  return std::move(*this);
}

Row&& Row::sql(std::string statement) && {
  route_.sql = std::move(statement);
  return std::move(*this);
}

Row&& Row::makes(std::string location) && {
  route_.location = std::move(location);
  return std::move(*this);
}

Row&& Row::reads() && {
  route_.effect = database::Effect::kReads;
  return std::move(*this);
}

Row::operator Route() && {
  return std::move(route_);
}

Row get(std::string path, std::string operation, std::string summary, std::string function) {
  return {"GET", std::move(path), std::move(operation), std::move(summary), std::move(function)};
}

Row post(std::string path, std::string operation, std::string summary, std::string function) {
  return {"POST", std::move(path), std::move(operation), std::move(summary), std::move(function)};
}

Row put(std::string path, std::string operation, std::string summary, std::string function) {
  return {"PUT", std::move(path), std::move(operation), std::move(summary), std::move(function)};
}

Row patch(std::string path, std::string operation, std::string summary, std::string function) {
  return {"PATCH", std::move(path), std::move(operation), std::move(summary), std::move(function)};
}

Row remove(std::string path, std::string operation, std::string summary, std::string function) {
  return Row("DELETE", std::move(path), std::move(operation), std::move(summary), std::move(function))
      .answers(Answer::kNoContent);
}

Binding path(std::string name, std::string description, Kind kind) {
  return {std::move(name), Place::kPath, kind, Presence::kRequired, std::move(description)};
}

Binding query(std::string name, std::string description, Kind kind) {
  return {std::move(name), Place::kQuery, kind, Presence::kOptional, std::move(description)};
}

Binding member(std::string name, std::string description, Kind kind) {
  return {std::move(name), Place::kBody, kind, Presence::kOptional, std::move(description)};
}

Binding required(std::string name, std::string description, Kind kind) {
  return {std::move(name), Place::kBody, kind, Presence::kRequired, std::move(description)};
}

Binding either(std::string name, std::string description, Kind kind) {
  return {std::move(name), Place::kEither, kind, Presence::kOptional, std::move(description)};
}

Binding one_of(Binding binding, std::vector<std::string> words) {
  binding.words = std::move(words);
  return binding;
}

Binding within(Binding binding, std::int64_t least, std::int64_t most) {
  binding.least = least;
  binding.most = most;
  return binding;
}

Binding tenant() {
  return {"tenant", Place::kTenant, Kind::kUuid, Presence::kRequired, {}};
}

Binding scope_tenant() {
  return {"tenantId", Place::kScope, Kind::kUuid, Presence::kOptional,
          "The tenant it is for; null: every tenant. Unless given, that of x-tenant-id"};
}

Binding actor() {
  return {"actor", Place::kActor, Kind::kText, Presence::kOptional, {}};
}

Binding command_name() {
  return path("commandName", "The command, such as guest.register");
}

Binding command_id() {
  return path("commandId", "What execute answered", Kind::kUuid);
}

Binding reason() {
  return required("reason", "Kept in control_audit");
}

std::string conditional(const Change& change) {
  // -1 is no version that anything has.
  return "WITH stands AS MATERIALIZED (" + change.stands +
         "), condition AS MATERIALIZED (SELECT (SELECT id FROM stands) AS id, CASE"
         " WHEN {ifMatch} IS NOT NULL AND NOT EXISTS (SELECT FROM stands WHERE tag = ANY ({ifMatch}))"
         " THEN coalesce(nullif({ifMatchVersion}, (SELECT version FROM stands)), -1)"
         " WHEN {ifMatchAny} AND NOT EXISTS (SELECT FROM stands) THEN -1"
         " WHEN EXISTS (SELECT FROM stands WHERE tag = ANY ({ifNoneMatch})) THEN -1"
         " WHEN {ifNoneMatchAny} THEN 0"
         " WHEN {ifMatch} IS NOT NULL THEN (SELECT version FROM stands) END AS expected)"
         " SELECT CASE WHEN ({ifMatch} IS NULL AND {ifMatchAny} IS NULL) OR condition.id IS NOT DISTINCT "
         "FROM " +
         change.id + " THEN " + change.body + " ELSE (SELECT NULL::json FROM " + change.refusal +
         " AS refused) END, " + change.tag +
         (change.made.empty() ? ""
                              : ", CASE WHEN NOT EXISTS (SELECT FROM stands) THEN " + change.made + " END") +
         " FROM condition, LATERAL " + change.call + " AS changed";
}

std::string noting_what_is_made(const std::string& stands, const std::string& body, const std::string& call) {
  return "WITH known AS MATERIALIZED (SELECT EXISTS (" + stands + ") AS stood) SELECT " + body +
         ", CASE WHEN NOT known.stood THEN 't' END FROM known, LATERAL " + call + " AS changed";
}

std::vector<Binding> paged(std::vector<Binding> first, Kind cursor) {
  constexpr int kMostRows = 500;
  first.push_back(query("pageAfter", "nextPageAfter of the page before", cursor));
  first.push_back(
      within(query("pageSize", "Rows of a page; 100 unless given", Kind::kInteger), 1, kMostRows));
  return first;
}

std::vector<Binding> with(std::vector<Binding> first, std::vector<Binding> more) {
  for (Binding& binding : more) first.push_back(std::move(binding));
  return first;
}

}  // namespace command_center::api::routes::rows
