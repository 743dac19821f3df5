// Runs on the server's threads up to the database's queue, and on a thread of the pool from there.
#include "api/routes/handler.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "api/bodies/json_document.hpp"
#include "api/bodies/object.hpp"
#include "api/identity/tenant.hpp"
#include "api/routes/binding.hpp"
#include "api/routes/execution.hpp"
#include "api/routes/location.hpp"
#include "api/routes/match.hpp"
#include "api/routes/openapi.hpp"
#include "api/tracing/tracing.hpp"
#include "daemon/postgres/texts.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::routes {
namespace {

using bodies::JsonDocument;
using problems::Problem;

constexpr std::size_t kMostCorrelation = 256;
constexpr int kRetrySoon = 1;

constexpr const char* kExplain =
    "SELECT command_center.explain_command($1, $2::jsonb, $3::uuid, $4::jsonb, $5, $6, $7::uuid, $8, $9)";
constexpr const char* kValidate = "SELECT command_center.validate_payload($1, $2::jsonb)";
constexpr const char* kExecuteAll =
    "SELECT coalesce(json_agg(json_build_object('status', o.status, 'commandId', o.command_id, 'commandName',"
    " o.command_name, 'targetService', o.target_service, 'correlationId', o.correlation_id, 'mode', o.mode,"
    " 'replayed', o.replayed, 'result', o.result, 'sqlstate', o.sqlstate, 'message', o.message, 'detail',"
    " o.detail, 'hint', o.hint) ORDER BY o.ordinal), '[]'::json)"
    " FROM command_center.execute_commands($1::jsonb, $2::boolean) AS o";

class HeaderEvidence : public identity::Evidence {
 public:
  explicit HeaderEvidence(const http::Request& request) : request_(request) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    return request_.header(name);
  }

 private:
  const http::Request& request_;
};

// What every answer to one request has in common.
class Exchange {
 public:
  Exchange(http::Reply&& reply, const http::Request& request)
      : reply_(std::move(reply)), instance_(request.path), span_(request.span) {
    const auto correlation = request.header("x-correlation-id");
    if (correlation && correlation->size() <= kMostCorrelation) correlation_ = *correlation;
  }

  void allow(const identity::Allowance& allowance) { identity::append_headers(common_, allowance); }

  void note_command(const std::string& command_id) {
    if (span_) span_->set("command_center.command.id", command_id);
  }

  // Of a command that came without one.
  void correlate(const std::string& correlation_id) {
    if (correlation_.empty()) correlation_ = correlation_id;
  }

  void answer(http::Response&& response) {
    if (!correlation_.empty()) response.headers.emplace_back("x-correlation-id", correlation_);
    for (const auto& header : common_) response.headers.push_back(header);
    reply_.send(std::move(response));
  }
  void refuse(const Problem& problem) { answer(problems::to_response(problem, instance_)); }
  [[nodiscard]] bool is_gone() const noexcept { return reply_.is_gone(); }

 private:
  http::Reply reply_;
  std::string instance_;
  std::shared_ptr<spans::Span> span_;
  std::string correlation_;
  http::Fields common_;
};
using SharedExchange = std::shared_ptr<Exchange>;

database::IsGone is_gone(const SharedExchange& exchange) {
  return [exchange] { return exchange->is_gone(); };
}

Problem busy() {
  Problem problem =
      problems::make(503, "too many requests wait for the database, or the service is about to stop");
  problem.retry_after_seconds = kRetrySoon;
  return problem;
}

// One that execute refuses is refused everywhere: it would be missing in the answer.
std::optional<Problem> find_wrong_correlation(const http::Request& request) {
  const auto correlation = request.header("x-correlation-id");
  if (!correlation || (!correlation->empty() && correlation->size() <= kMostCorrelation)) return std::nullopt;
  return problems::make_coded("22023", "x-correlation-id must have 1 to 256 bytes");
}

std::optional<Problem> find_wrong_media_type(const http::Request& request) {
  const auto type = request.header("content-type");
  std::string essence(type ? type->substr(0, type->find(';')) : std::string_view());
  while (!essence.empty() && essence.back() == ' ') essence.pop_back();
  for (char& character : essence) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  if (essence == "application/json") return std::nullopt;
  return problems::make(415, "the body must be sent as application/json");
}

http::Response accepted(const database::Row& row, Exchange& exchange) {
  enum Column { kCommandId, kCommandName, kTargetService, kCorrelationId, kMode, kReplayed, kResult };
  http::Response response;
  response.status = 202;
  json::TextWriter writer(response.body);
  const auto member = [&writer](std::string_view name, const database::Parameter& value) {
    writer.key(name);
    if (value) {
      writer.text(*value);
    } else {
      writer.raw("null");
    }
  };
  writer.begin_object();
  writer.member("status", "accepted");
  member("commandId", row[kCommandId]);
  member("commandName", row[kCommandName]);
  member("targetService", row[kTargetService]);
  member("correlationId", row[kCorrelationId]);
  if (row[kMode] && *row[kMode] != "execute") member("mode", row[kMode]);
  if (row[kResult]) {
    writer.key("result");
    writer.raw(*row[kResult]);
  }
  writer.end_object();
  if (row[kCommandId]) response.headers.emplace_back("Location", "/v1/dispatches/" + *row[kCommandId]);
  if (row[kCommandId]) exchange.note_command(*row[kCommandId]);
  if (row[kReplayed] == "t") response.headers.emplace_back("Idempotent-Replayed", "true");
  exchange.correlate(row[kCorrelationId].value_or(""));
  return response;
}

// One outcome of a batch: what execute would have answered.
void append_refusal(json::TextWriter& writer, const Problem& problem, const std::string& name) {
  writer.begin_object();
  writer.member("status", "refused");
  if (!name.empty()) writer.member("commandName", name);
  writer.key("problem");
  writer.raw(problems::to_response(problem, {}).body);
  writer.end_object();
}

// Values are passed on as they stand, so that no number is read and written again.
void append_outcome(json::TextWriter& writer, const bodies::Object& row) {
  if (row.text("status") != "accepted") {
    return append_refusal(writer,
                          problems::from_sqlstate(row.text("sqlstate"), row.text("message"),
                                                  row.text("detail"), row.text("hint")),
                          row.text("commandName"));
  }
  writer.begin_object();
  for (const char* name :
       {"status", "commandId", "commandName", "targetService", "correlationId", "replayed"}) {
    const std::string_view value = row.raw(name);
    writer.key(name);
    writer.raw(value.empty() ? "null" : value);
  }
  if (const std::string mode = row.text("mode"); mode != "execute" && !mode.empty())
    writer.member("mode", mode);
  if (const std::string_view result = row.raw("result"); !result.empty()) {
    writer.key("result");
    writer.raw(result);
  }
  writer.end_object();
}

http::Response batch_response(const Commands& commands, const std::string& rows_text) {
  const auto parsed = bodies::parse_json(rows_text);
  const auto* rows = std::get_if<JsonDocument>(&parsed);
  http::Response response;
  response.status = 207;
  json::TextWriter writer(response.body);
  writer.begin_object();
  writer.key("outcomes");
  writer.begin_array();
  std::size_t next = 0;
  auto unfit = commands.unfit.begin();
  for (std::size_t index = 0; index < commands.count; ++index) {
    if (unfit != commands.unfit.end() && unfit->index == index) {
      append_refusal(writer, problem_of(*unfit), unfit->name);
      ++unfit;
    } else if (rows != nullptr && next < rows->elements.size()) {
      append_outcome(writer, bodies::Object(rows->elements[next++].raw));
    }
  }
  writer.end_array();
  writer.end_object();
  return response;
}

class Router {
 public:
  Router(database::Databases& databases, identity::Authenticator& authenticator, identity::Limiter& limiter,
         const Settings& settings)
      : databases_(databases),
        authenticator_(authenticator),
        limiter_(limiter),
        settings_(settings),
        openapi_(openapi_document(settings.callers,
                                  databases.are_several() ? Databases::kSeveral : Databases::kOne)) {}

  void handle(http::Request&& request, http::Reply&& reply) {
    auto exchange = std::make_shared<Exchange>(std::move(reply), request);
    if (const auto problem = try_handle(request, exchange)) exchange->refuse(*problem);
  }

 private:
  // What the steps below make of a request.
  struct Visit {
    const Route& route;
    const http::Request& request;
    identity::Identity identity;
    Context context;
    std::optional<JsonDocument> body;
    database::Pool* database = nullptr;
    std::string location{};  // of what the request makes, but for {made}
  };

  // A problem when nobody will answer the exchange.
  std::optional<Problem> try_handle(http::Request& request, const SharedExchange& exchange) {
    const Match match = find_route(request.method, request.segments);
    if (match.route == nullptr) return no_route(match);
    tracing::note_route(request, match.route->path);
    if (match.route->answer <= Answer::kNoContent) tracing::pass_on(request);
    if (match.route->scope == identity::kNoScope) return answer_open(*match.route, *exchange);
    Visit visit{*match.route, request, {}, {}, std::nullopt, nullptr};
    if (auto problem = admit(visit, *exchange)) return problem;
    if (auto problem = find_wrong_correlation(request)) return problem;
    if (auto problem = read_body(visit)) return problem;
    if (auto problem = find_tenant(visit)) return problem;
    if (auto problem = find_database(visit)) return problem;
    return hand_over(visit, exchange);
  }

  static std::optional<Problem> no_route(const Match& match) {
    if (match.allowed.empty())
      return problems::make(404, "there is nothing at this path", "GET /openapi.json lists the paths.");
    Problem problem = problems::make(405, "the path does not take this method");
    std::string methods;
    for (const std::string& method : match.allowed) methods += (methods.empty() ? "" : ", ") + method;
    problem.headers.emplace_back("Allow", std::move(methods));
    return problem;
  }

  std::optional<Problem> answer_open(const Route& route, Exchange& exchange) {
    http::Response response;
    if (route.answer == Answer::kOpenApi) {
      response.body = openapi_;
    } else {
      const bool is_liveness = route.operation == "getLiveness" || route.operation == "getLivez";
      const bool is_well = is_liveness || databases_.is_ready();
      response.status = is_well ? 200 : 503;
      response.body = is_well ? R"({"status":"ok"})" : R"({"status":"unavailable"})";
      // Tenants of the others are served: the service is ready, and says what is missing.
      if (!is_liveness && is_well) name_unavailable(response);
      if (!is_well) response.headers.emplace_back("Retry-After", std::to_string(kRetrySoon));
    }
    exchange.answer(std::move(response));
    return std::nullopt;
  }

  void name_unavailable(http::Response& response) const {
    const std::vector<std::string> names = databases_.unavailable();
    if (names.empty()) return;
    response.body.clear();
    json::TextWriter writer(response.body);
    writer.begin_object();
    writer.member("status", "ok");
    writer.key("unavailable");
    writer.begin_array();
    for (const std::string& name : names) writer.text(name);
    writer.end_array();
    writer.end_object();
  }

  // Who calls, how often, and whether for this.
  std::optional<Problem> admit(Visit& visit, Exchange& exchange) {
    auto known = authenticator_.authenticate(HeaderEvidence(visit.request));
    const auto* stranger = std::get_if<Problem>(&known);
    const std::string subject = stranger != nullptr
                                    ? identity::limited_subject(visit.request.peer)
                                    : identity::limited_subject(std::get<identity::Identity>(known));
    const identity::Allowance allowance = limiter_.take(subject, runtime::Clock::now());
    exchange.allow(allowance);
    if (!allowance.admitted) {
      Problem problem = problems::make(429, "too many requests a minute");
      problem.retry_after_seconds = static_cast<int>(std::max<std::int64_t>(allowance.reset.count(), 1));
      return problem;
    }
    if (stranger != nullptr) return *stranger;
    visit.identity = std::get<identity::Identity>(std::move(known));
    const identity::Scopes scopes = visit.identity.scopes;
    if ((scopes & (visit.route.scope | identity::kAdmin)) == 0) {
      Problem problem =
          problems::make(403, "the token lacks the scope " + std::string(name_of(visit.route.scope)));
      problem.headers.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" +
                                                           std::string(name_of(visit.route.scope)) + "\"");
      return problem;
    }
    return std::nullopt;
  }

  static std::optional<Problem> read_body(Visit& visit) {
    if (!takes_body(visit.route)) {
      // Some clients send an empty object with every PUT.
      if (visit.request.body.empty() || visit.request.body == "{}") return std::nullopt;
      return problems::make(400, "this request takes no body");
    }
    const bool is_empty = visit.request.body.empty() || visit.request.body == "{}";
    if (is_empty && visit.route.method == "DELETE") return std::nullopt;
    if (auto problem = find_wrong_media_type(visit.request)) return problem;
    auto parsed = bodies::parse_json(visit.request.body);
    if (const auto* mistake = std::get_if<bodies::Mistake>(&parsed))
      return problems::make_coded(mistake->sqlstate, mistake->message);
    visit.body = std::get<JsonDocument>(std::move(parsed));
    const bool is_generic = visit.route.answer <= Answer::kNoContent;
    if (is_generic && visit.body->root.type != bodies::Type::kObject)
      return problems::make_coded("KC013", "the body must be an object");
    return std::nullopt;
  }

  std::optional<Problem> find_tenant(Visit& visit) {
    const identity::Identity& identity = visit.identity;
    auto asked = identity::tenant_of(identity, visit.request.header("x-tenant-id"));
    if (auto* problem = std::get_if<Problem>(&asked)) return std::move(*problem);
    Context& context = visit.context;
    context.tenant = std::get<std::optional<std::string>>(std::move(asked));
    context.actor = identity.user_id;
    switch (visit.route.tenant) {
      case TenantRule::kNone:
        return std::nullopt;
      case TenantRule::kRequired:
        break;
      case TenantRule::kOperator:
        if (identity.tenant)
          return problems::make_coded("KC003", "the change concerns every tenant",
                                      "A token without a tenant may make it.");
        break;
      case TenantRule::kNamed:
        return find_named(visit);
      case TenantRule::kScope:
        return find_scope(visit);
    }
    const Binding* binding = find_binding(visit.route, "tenant");
    const bool needs_tenant = visit.route.tenant == TenantRule::kRequired || binding != nullptr;
    if (needs_tenant && !context.tenant) return no_tenant();
    return std::nullopt;
  }

  static Problem no_tenant() {
    return problems::make(400, "the request names no tenant", "Send its UUID as x-tenant-id.");
  }

  // From here on it is the tenant of the request.
  static std::optional<Problem> find_named(Visit& visit) {
    if (auto problem = find_scope(visit)) return problem;
    Context& context = visit.context;
    if (!context.scope) return no_tenant();
    if (context.tenant && context.tenant != context.scope)
      return problems::make(400, "tenantId and x-tenant-id contradict each other");
    context.tenant = context.scope;
    return std::nullopt;
  }

  static std::optional<Problem> find_scope(Visit& visit) {
    Context& context = visit.context;
    auto read = read_scope(visit.request, visit.body ? &*visit.body : nullptr);
    if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
    const Asked& asked = std::get<Asked>(read);
    context.scope = asked.is_given ? asked.tenant : context.tenant;
    if (!visit.identity.tenant) return std::nullopt;
    if (!context.scope)
      return problems::make_coded("KC003", "the token is one tenant's and cannot act for every tenant");
    auto allowed = identity::tenant_of(visit.identity, *context.scope);
    if (auto* problem = std::get_if<Problem>(&allowed)) return std::move(*problem);
    return std::nullopt;
  }

  // The tenant's: of the scope that is looked at or changed, else of the request.
  std::optional<Problem> find_database(Visit& visit) const {
    const Context& context = visit.context;
    auto found =
        databases_.find(context.scope ? context.scope : context.tenant, visit.request.header("x-database"));
    if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
    visit.database = std::get<database::Pool*>(found);
    return std::nullopt;
  }

  // Unnamed: the login role.
  [[nodiscard]] std::optional<std::string> role_of(const Visit& visit) const {
    // Whose it is about, which a scope says over the header.
    const auto& tenant =
        visit.route.tenant == TenantRule::kScope ? visit.context.scope : visit.context.tenant;
    const bool is_operators =
        !visit.identity.tenant &&
        (visit.route.scope == identity::kControl || visit.route.tenant == TenantRule::kOperator || !tenant);
    if (is_operators)
      return settings_.operator_role.empty() ? std::nullopt
                                             : std::optional<std::string>(settings_.operator_role);
    const auto role = settings_.tenant_roles.find(*tenant);
    if (role == settings_.tenant_roles.end()) return std::nullopt;
    return role->second;
  }

  // What the client does not wait for is not worth finishing.
  [[nodiscard]] runtime::Clock::time_point deadline_of(const http::Request& request) const {
    const runtime::Clock::time_point ours = runtime::Clock::now() + settings_.request_limit;
    return request.deadline ? std::min(*request.deadline, ours) : ours;
  }

  std::optional<Problem> hand_over(Visit& visit, const SharedExchange& exchange) {
    switch (visit.route.answer) {
      case Answer::kExecution:
        return execute(visit, exchange);
      case Answer::kExplanation:
      case Answer::kValidation:
        return explain(visit, exchange);
      case Answer::kBatch:
        return execute_all(visit, exchange);
      default:
        return call(visit, exchange);
    }
  }

  std::optional<Problem> execute(Visit& visit, const SharedExchange& exchange) {
    auto read = read_execution(visit.route, visit.request, *visit.body, *visit.context.tenant,
                               initiator_of(visit.identity, visit.request));
    if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
    auto& command = std::get<database::Database::Execute>(read);
    command.role = role_of(visit);
    command.deadline = deadline_of(visit.request);
    tracing::pass_on(visit.request, command);
    command.is_gone = is_gone(exchange);
    const bool taken = visit.database->execute(std::move(command), [exchange](database::Outcome&& outcome) {
      if (const auto* problem = std::get_if<Problem>(&outcome)) return exchange->refuse(*problem);
      exchange->answer(accepted(*std::get<database::Answer>(outcome).row, *exchange));
    });
    return taken ? std::nullopt : std::optional<Problem>(busy());
  }

  std::optional<Problem> explain(Visit& visit, const SharedExchange& exchange) {
    const bool is_validation = visit.route.answer == Answer::kValidation;
    auto read = read_execution(visit.route, visit.request, *visit.body, visit.context.tenant.value_or(""),
                               initiator_of(visit.identity, visit.request));
    if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
    auto& command = std::get<database::Database::Execute>(read);
    database::Call call;
    call.sql = is_validation ? kValidate : kExplain;
    call.effect = visit.route.effect;
    call.parameters = {command.command_name, command.payload};
    if (!is_validation) {
      for (const database::Parameter& more :
           {database::Parameter(command.tenant), database::Parameter(command.initiator),
            command.correlation_id, command.idempotency_key, command.property_id, command.environment,
            command.traceparent})
        call.parameters.push_back(more);
    }
    return submit(visit, std::move(call), exchange);
  }

  std::optional<Problem> execute_all(Visit& visit, const SharedExchange& exchange) {
    const JsonDocument& body = *visit.body;
    JsonDocument inner;  // of "commands"
    const std::vector<bodies::Value>* elements = &body.elements;
    std::string all_or_nothing = "false";
    if (body.root.type == bodies::Type::kObject) {
      auto bound = bind(visit.route, visit.request, &body, visit.context);
      if (auto* problem = std::get_if<Problem>(&bound)) return std::move(*problem);
      for (const bodies::Member& member : body.members) {
        if (member.name == "allOrNothing" && member.value.type == bodies::Type::kBoolean)
          all_or_nothing = member.value.raw;
        if (member.name != "commands") continue;
        auto parsed = bodies::parse_json(member.value.raw);
        inner = std::get<JsonDocument>(std::move(parsed));
        elements = &inner.elements;
      }
    } else if (body.root.type != bodies::Type::kArray) {
      return problems::make_coded("KC013", "the body must be {\"commands\": [...]} or an array of commands");
    }
    const std::string initiator = initiator_of(visit.identity, visit.request);
    if (auto problem = find_excess(*elements, initiator)) return problem;
    auto commands = std::make_shared<Commands>(
        read_commands(*elements, *visit.context.tenant, initiator, tracing::traceparent_of(visit.request)));
    if (all_or_nothing == "true" && !commands->unfit.empty()) return problem_of(commands->unfit.front());
    database::Call call;
    call.sql = kExecuteAll;
    call.function = "execute_commands";
    call.trace = tracing::origin_of(visit.request);
    call.parameters = {std::move(commands->json), all_or_nothing};
    prepare(call, visit, exchange);
    const bool taken =
        visit.database->submit(std::move(call), [exchange, commands](database::Outcome&& outcome) {
          if (const auto* problem = std::get_if<Problem>(&outcome)) return exchange->refuse(*problem);
          exchange->answer(
              batch_response(*commands, std::get<database::Answer>(outcome).row->front().value_or("[]")));
        });
    return taken ? std::nullopt : std::optional<Problem>(busy());
  }

  std::optional<Problem> call(Visit& visit, const SharedExchange& exchange) {
    if (visit.route.versioning != Versioning::kNone) {
      auto condition = read_condition(visit.request);
      if (auto* problem = std::get_if<Problem>(&condition)) return std::move(*problem);
      visit.context.condition = std::get<Condition>(std::move(condition));
    }
    auto bound = bind(visit.route, visit.request, visit.body ? &*visit.body : nullptr, visit.context);
    if (auto* problem = std::get_if<Problem>(&bound)) return std::move(*problem);
    database::Call call;
    call.sql = visit.route.statement;
    call.effect = visit.route.effect;
    call.parameters = std::get<std::vector<database::Parameter>>(std::move(bound));
    visit.location = location_of(visit.route, call.parameters);
    if (call.effect == database::Effect::kWrites && !visit.identity.user_id.empty() &&
        postgres::is_text(visit.identity.user_id))
      call.actor = visit.identity.user_id;
    return submit(visit, std::move(call), exchange);
  }

  void prepare(database::Call& call, const Visit& visit, const SharedExchange& exchange) const {
    call.role = role_of(visit);
    call.deadline = deadline_of(visit.request);
    call.tenant = visit.context.tenant.value_or("");
    call.is_gone = is_gone(exchange);
  }

  std::optional<Problem> submit(Visit& visit, database::Call&& call, const SharedExchange& exchange) {
    call.function = visit.route.function;
    call.trace = tracing::origin_of(visit.request);
    prepare(call, visit, exchange);
    const Route& route = visit.route;  // of the table, which outlives everything
    auto answer = [exchange, &route, condition = visit.context.condition,
                   location = std::move(visit.location)](database::Outcome&& outcome) {
      if (const auto* problem = std::get_if<Problem>(&outcome)) return exchange->refuse(*problem);
      const auto& row = std::get<database::Answer>(outcome).row;
      if (!row || !row->front()) {
        if (route.answer != Answer::kNoContent || !row)
          return exchange->refuse(problems::make_coded("KC002", "there is no such thing"));
      }
      if (route.answer == Answer::kVerdict && row->size() > 1 && (*row)[1])
        return exchange->refuse(conflict(*(*row)[1]));
      http::Response response = response_of(route, *row, location);
      if (route.versioning == Versioning::kAnswersEtag) {
        switch (judge(condition, row->size() > 1 ? (*row)[1].value_or("") : "")) {
          case Precondition::kHolds:
            break;
          case Precondition::kFails:
            return exchange->refuse(problems::make_coded("KC006", "what stands has another ETag"));
          case Precondition::kNotModified:
            response.status = 304;
            response.body.clear();
        }
      }
      exchange->answer(std::move(response));
    };
    const bool taken = visit.database->submit(std::move(call), std::move(answer));
    return taken ? std::nullopt : std::optional<Problem>(busy());
  }

  static Problem conflict(const std::string& witness) {
    Problem problem = problems::make_coded("KC007", "the nights are taken: witness says by what");
    problem.witness = witness;
    return problem;
  }

  static http::Response response_of(const Route& route, const database::Row& row,
                                    const std::string& location) {
    http::Response response;
    response.status = route.answer == Answer::kAccepted    ? 202
                      : route.answer == Answer::kNoContent ? 204
                                                           : 200;
    if (response.status != 204) response.body = row.front().value_or("null");
    const bool has_etag =
        route.versioning == Versioning::kTakesEtag || route.versioning == Versioning::kAnswersEtag;
    if (has_etag && row.size() > 1 && row[1]) response.headers.emplace_back("ETag", *row[1]);
    if (!route.location.empty() && row.back()) {
      response.status = 201;
      response.headers.emplace_back("Location", with_made(location, *row.back()));
    }
    return response;
  }

  database::Databases& databases_;
  identity::Authenticator& authenticator_;
  identity::Limiter& limiter_;
  Settings settings_;
  std::string openapi_;
};

}  // namespace

http::Handler make_handler(database::Databases& databases, identity::Authenticator& authenticator,
                           identity::Limiter& limiter, const Settings& settings) {
  auto router = std::make_shared<Router>(databases, authenticator, limiter, settings);
  return [router](http::Request&& request, http::Reply&& reply) {
    router->handle(std::move(request), std::move(reply));
  };
}

}  // namespace command_center::api::routes
