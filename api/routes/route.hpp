// One row of the table that everything comes from: matching, binding, authorisation, OpenAPI and docs/api.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/database/call.hpp"
#include "api/identity/identity.hpp"

namespace command_center::api::routes {

enum class Place : std::uint8_t {
  kPath,
  kQuery,
  kBody,    // a member of the body's object
  kEither,  // the query or the body
  kHeader,
  kScope,  // tenantId of the query or the body; else the tenant of the request
  kTenant,
  kActor,  // the user who calls
};

enum class Kind : std::uint8_t {
  kText,
  kUuid,
  kInteger,
  kLong,
  kNumber,  // of answers only
  kBoolean,
  kTime,
  kDate,
  kDay,  // a date, or an instant that a property's zone makes one
  kInterval,
  kObject,
  kObjectOrNull,  // null is not the same as left out
  kArray,
  kSchema,  // a JSON Schema: an object or a boolean
  kAny,
  kTexts,
  kUuids
};

enum class Presence : std::uint8_t { kOptional, kRequired };

struct Binding {
  std::string name;
  Place place = Place::kQuery;
  Kind kind = Kind::kText;
  Presence presence = Presence::kOptional;
  std::string description;
  std::string header{};              // that says it too, or alone: in lower case
  std::vector<std::string> words{};  // it is one of these; none: any text
  std::int64_t least = 0;            // of a number; both 0: any
  std::int64_t most = 0;
};

enum class TenantRule : std::uint8_t {
  kNone,      // what every tenant may see
  kRequired,  // of the request
  kNamed,     // one: tenantId of the query or the body, else that of the request
  kScope,     // one tenant's or, for who may act for all, everybody's
  kOperator,  // everybody's: only who may act for all tenants
};

enum class Answer : std::uint8_t {
  kOk,         // 200 with the first column, or 201 (location); 404 (KC002) where there is no row
  kAccepted,   // 202
  kVerdict,    // 200, or 409 with the second column, the witness, where there is one
  kNoContent,  // 204
  // What the table does not describe.
  kExecution,
  kExplanation,
  kValidation,
  kBatch,
  kOpenApi,
  kHealth,
};

// Of what has an ETag: the second column of the answer.
enum class Versioning : std::uint8_t {
  kNone,
  kAnswersEtag,   // a GET: If-None-Match, If-Match
  kTakesEtag,     // a change: If-Match, If-None-Match as {ifMatch} … of the statement, and the new ETag
  kTakesVersion,  // the same of what is removed: there is no new one
};

struct Route {
  std::string method;
  std::string path;  // "/v1/commands/{commandName}/execute"
  std::string operation;
  std::string summary;
  std::string function;                         // empty where there is none
  std::string extension = "command_center";     // whose it is
  identity::Scopes scope = identity::kNoScope;  // none: open to everybody
  TenantRule tenant = TenantRule::kNone;
  database::Effect effect = database::Effect::kReads;
  Answer answer = Answer::kOk;
  Versioning versioning = Versioning::kNone;
  std::vector<Binding> bindings;
  std::string sql;     // {name} of a binding, or of a condition: ifMatch, ifMatchAny, ifMatchVersion …
  std::string schema;  // of the answer: one of schemas()
  // Where what the request makes is found: "/a/{b}?c", with {b} and c bindings, or {made}, the last column of
  // the answer, which is NULL where nothing was made. Empty: no such column, and nothing is ever made.
  std::string location;

  // Made of the above by the table.
  std::vector<std::string> segments;    // of the path; "{…}" takes any
  std::string statement;                // with $1 …
  std::vector<std::string> parameters;  // the names behind them
};

// In the order of docs/api.md.
[[nodiscard]] const std::vector<Route>& all_routes();

// A member or parameter of this name anywhere in the route; null where there is none.
[[nodiscard]] const Binding* find_binding(const Route& route, std::string_view name);

[[nodiscard]] std::string_view sql_type_of(Kind kind);
[[nodiscard]] std::string_view name_of(identity::Scopes scope);

}  // namespace command_center::api::routes
