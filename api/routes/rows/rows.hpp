// How the table's rows are written: one function for each part of the API, which adds its rows.
#pragma once

#include <string>
#include <vector>

#include "api/routes/route.hpp"

namespace command_center::api::routes::rows {

using Rows = std::vector<Route>;

void add_commands(Rows& rows);
void add_routing(Rows& rows);
void add_dispatches(Rows& rows);
void add_catalogue(Rows& rows);
void add_features(Rows& rows);
void add_services(Rows& rows);
void add_events(Rows& rows);
void add_consuming(Rows& rows);
void add_parked(Rows& rows);
void add_locks(Rows& rows);
void add_operation(Rows& rows);
void add_documents(Rows& rows);

// A route in the making. What is not said: 200, no tenant, for GET the scope commands:read, else
// control:write.
class Row {
 public:
  Row(std::string method, std::string path, std::string operation, std::string summary, std::string function);

  Row&& of(std::string extension) &&;  // other than command_center
  Row&& scope(identity::Scopes scope) &&;
  Row&& tenants(TenantRule rule) &&;
  Row&& takes(std::vector<Binding> bindings) &&;
  Row&& answers(Answer answer) &&;
  Row&& versioned(Versioning versioning) &&;
  // The name of the answer's schema, one of schemas().
  Row&& schema(std::string name) &&;
  Row&& sql(std::string statement) &&;
  Row&& makes(std::string location) &&;
  Row&& reads() &&;  // whatever its method says
  operator Route() &&;

 private:
  Route route_;
};

Row get(std::string path, std::string operation, std::string summary, std::string function);
Row post(std::string path, std::string operation, std::string summary, std::string function);
Row put(std::string path, std::string operation, std::string summary, std::string function);
Row patch(std::string path, std::string operation, std::string summary, std::string function);
Row remove(std::string path, std::string operation, std::string summary, std::string function);

// Bindings of each place.
Binding path(std::string name, std::string description, Kind kind = Kind::kText);
Binding query(std::string name, std::string description, Kind kind = Kind::kText);
Binding member(std::string name, std::string description, Kind kind = Kind::kText);
Binding required(std::string name, std::string description, Kind kind = Kind::kText);
Binding either(std::string name, std::string description, Kind kind = Kind::kText);
inline constexpr std::int64_t kMostInteger = 2147483647;
inline constexpr std::int64_t kMostLong = 9223372036854775807;
// One of these texts only; or a number within these bounds.
Binding one_of(Binding binding, std::vector<std::string> words);
Binding within(Binding binding, std::int64_t least, std::int64_t most);

Binding tenant();
Binding scope_tenant();
Binding actor();
Binding command_name();
Binding command_id();
Binding reason();

// A change that If-Match and If-None-Match may forbid (RFC 9110, 13): the statement looks at what stands, and
// the function checks the version again where nobody else changes it.
struct Change {
  std::string stands;   // a query: id (NULL: it has none), version, tag
  std::string call;     // in which condition.expected is the expected version; its row is `changed`
  std::string id;       // of what was changed
  std::string refusal;  // a call that refuses with KC006: what was changed is another of the same version
  std::string body;
  std::string tag = "NULL";  // the new ETag
  std::string made{};        // of a row that nothing stood for: what the route calls {made}
};
std::string conditional(const Change& change);
// Of a call that answers the version: another's that was made meanwhile is changed.
inline constexpr const char* kMadeByVersion = "CASE WHEN changed = 1 THEN 't' END";
// Two columns: the body, and whether there was nothing in `stands`, a query, before the call, which must name
// known.stood: else it may come first.
std::string noting_what_is_made(const std::string& stands, const std::string& body, const std::string& call);

// `first` with pageAfter and pageSize.
std::vector<Binding> paged(std::vector<Binding> first, Kind cursor = Kind::kText);
std::vector<Binding> with(std::vector<Binding> first, std::vector<Binding> more);

}  // namespace command_center::api::routes::rows
