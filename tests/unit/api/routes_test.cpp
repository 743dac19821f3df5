// The route table: what it matches, and how a request becomes parameters.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "api/bodies/json_document.hpp"
#include "api/routes/binding.hpp"
#include "api/routes/execution.hpp"
#include "api/routes/location.hpp"
#include "api/routes/match.hpp"
#include "api/routes/openapi.hpp"
#include "api/routes/route.hpp"
#include "api/routes/sql_only.hpp"
#include "extension/core/json/rapidjson.hpp"

namespace command_center::api::routes {
namespace {

using Segments = std::vector<std::string>;
using Parameters = std::vector<database::Parameter>;

const std::string kTenant = "11111111-1111-4111-8111-111111111111";

const Route& route_of(const std::string& method, const Segments& segments) {
  const Match match = find_route(method, segments);
  if (match.route == nullptr) throw std::runtime_error("no such route");
  return *match.route;
}

std::variant<Parameters, problems::Problem> bound(const std::string& method, const Segments& segments,
                                                  const http::Fields& query, const std::string& body = {},
                                                  Context context = {}) {
  http::Request request;
  request.method = method;
  request.segments = segments;
  request.query = query;
  const Route& route = route_of(method, segments);
  if (body.empty()) return bind(route, request, nullptr, context);
  const auto parsed = bodies::parse_json(body);
  return bind(route, request, &std::get<bodies::JsonDocument>(parsed), context);
}

// The value that a name is bound to.
database::Parameter value_of(const Route& route, const Parameters& parameters, const std::string& name) {
  for (std::size_t index = 0; index < route.parameters.size(); ++index) {
    if (route.parameters[index] == name) return parameters[index];
  }
  throw std::runtime_error("no parameter " + name);
}

TEST(RouteTable, HasEveryOperationOnce) {
  std::set<std::string> operations;
  std::set<std::string> places;
  for (const Route& route : all_routes()) {
    EXPECT_TRUE(operations.insert(route.operation).second) << route.operation;
    EXPECT_TRUE(places.insert(route.method + " " + route.path).second) << route.path;
  }
}

TEST(RouteTable, BindsEveryNameThatItsStatementSays) {
  for (const Route& route : all_routes()) {
    EXPECT_EQ(route.statement.find("{e"), std::string::npos) << route.statement;
    for (const std::string& name : route.parameters) {
      const bool is_condition = name.substr(0, 2) == "if";
      EXPECT_TRUE(is_condition || find_binding(route, name) != nullptr) << route.path << " " << name;
    }
  }
}

// A change that a tenant's token may make is for that tenant, or names its scope.
TEST(RouteTable, KnowsTheTenantOfEveryStatementThatChangesRows) {
  for (const Route& route : all_routes()) {
    if (route.effect != database::Effect::kWrites) continue;
    EXPECT_NE(route.tenant, TenantRule::kNone) << route.path;
    EXPECT_NE(route.scope, identity::kNoScope) << route.path;
  }
}

TEST(RouteTable, HasThePathsOfTheRequirements) {
  for (const auto& [method, segments] : std::vector<std::pair<std::string, Segments>>{
           {"POST", {"v1", "commands", "guest.register", "execute"}},
           {"GET", {"v1", "commands"}},
           {"PATCH", {"v1", "commands", "guest.register", "features"}},
           {"PUT", {"v1", "routes", "guest.register"}},
           {"GET", {"v1", "dispatches", "0"}},
           {"POST", {"v1", "dispatches", "0", "replay"}},
           {"GET", {"v1", "command-center", "commands"}},
           {"POST", {"v1", "command-center", "commands"}},
           {"PUT", {"v1", "command-center", "routes", "guest.register"}},
           {"DELETE", {"v1", "command-center", "routes", "guest.register"}},
           {"PUT", {"v1", "command-center", "features"}}})
    EXPECT_NE(find_route(method, segments).route, nullptr) << method;
}

TEST(Match, TellsAnUnknownPathFromAnUnknownMethod) {
  EXPECT_TRUE(find_route("GET", {"v1", "nothing"}).allowed.empty());
  EXPECT_TRUE(find_route("GET", {}).allowed.empty());
  EXPECT_TRUE(find_route("GET", {"v1", "dispatches", ""}).allowed.empty());
  const Match match = find_route("TRACE", {"v1", "routes", "x"});
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"PUT", "GET", "HEAD", "DELETE"}));
}

TEST(Match, AnswersHeadAsGet) {
  EXPECT_EQ(find_route("HEAD", {"v1", "commands"}).route, find_route("GET", {"v1", "commands"}).route);
}

TEST(Binding, TakesParametersOfEveryPlace) {
  const Segments segments{"v1", "dispatches", kTenant, "acknowledgements"};
  Context context;
  context.tenant = kTenant;
  const auto result =
      bound("POST", segments, {}, R"({"status":"completed","serviceId":"s","detail":{"a":[1, 2]}})", context);
  const auto& parameters = std::get<Parameters>(result);
  const Route& route = route_of("POST", segments);
  EXPECT_EQ(value_of(route, parameters, "commandId"), kTenant);
  EXPECT_EQ(value_of(route, parameters, "tenant"), kTenant);
  EXPECT_EQ(value_of(route, parameters, "status"), "completed");
  EXPECT_EQ(value_of(route, parameters, "detail"), R"({"a":[1, 2]})");
}

TEST(Binding, ListsEverythingThatIsWrongWithABody) {
  const auto result =
      bound("POST", {"v1", "command-center", "commands"}, {},
            R"({"payloadSchem":{},"ordered":"yes","requiredModules":[1],"version":1.5,"sla":1})");
  const auto& problem = std::get<problems::Problem>(result);
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.code, "KC013");
  for (const char* location : {"/payloadSchem", "/ordered", "/requiredModules", "/version", "/sla",
                               "/commandName", "/payloadSchema"})
    EXPECT_NE(problem.errors.find(std::string("\"location\":\"") + location + "\""), std::string::npos)
        << location << problem.errors;
  EXPECT_NE(problem.errors.find("payloadSchema"), std::string::npos);
}

// Each repetition could be a mistake against each one before it.
TEST(Binding, AFloodOfMistakesIsToldInPart) {
  std::string repeated = R"({"commandName":"a.b")";
  std::string unknown = repeated;
  for (int each = 0; each < 2000; ++each) {
    repeated += R"(,"a":1)";
    unknown += ",\"a" + std::to_string(each) + "\":1";
  }
  for (const std::string& body : {repeated + "}", unknown + "}"}) {
    const auto result = bound("POST", {"v1", "command-center", "commands"}, {}, body);
    const auto& problem = std::get<problems::Problem>(result);
    EXPECT_EQ(problem.code, "KC013");
    EXPECT_LT(problem.errors.size(), 10'000U);
    EXPECT_NE(problem.detail.find("not all that is wrong is listed"), std::string::npos) << problem.detail;
  }
}

TEST(Binding, WritesArraysAsTheServerReadsThem) {
  const Segments segments{"v1", "command-center", "commands"};
  const auto result =
      bound("POST", segments, {},
            R"({"commandName":"a.b","payloadSchema":true,"requiredRoles":["A","b\"\\c",""]})");
  EXPECT_EQ(value_of(route_of("POST", segments), std::get<Parameters>(result), "requiredRoles"),
            R"({"A","b\"\\c",""})");
}

TEST(Binding, RefusesParametersThatNobodyReads) {
  const auto problem = std::get<problems::Problem>(bound("GET", {"v1", "dispatches"}, {{"statu", "x"}}));
  EXPECT_EQ(problem.status, 400);
  EXPECT_NE(problem.hint.find("status"), std::string::npos);
  EXPECT_EQ(
      std::get<problems::Problem>(bound("GET", {"v1", "dispatches"}, {{"status", "a"}, {"status", "b"}}))
          .status,
      400);
}

TEST(Binding, RefusesValuesThatTheServerCannotTake) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"pageSize", "1e3"},
                                                        {"pageSize", "99999999999"},
                                                        {"pageAfter", "x"},
                                                        {"commandName", std::string("a\0", 2)},
                                                        {"status", "\xFF"}})
    EXPECT_EQ(std::get<problems::Problem>(bound("GET", {"v1", "dispatches"}, {{name, value}})).status, 400)
        << name;
  EXPECT_EQ(std::get<problems::Problem>(bound("GET", {"v1", "dispatches", "x"}, {})).status, 400);
}

TEST(Binding, RefusesABodyThatContradictsThePath) {
  const auto problem = std::get<problems::Problem>(
      bound("PUT", {"v1", "routes", "a.b"}, {}, R"({"command":"a.c","targets":[]})"));
  EXPECT_EQ(problem.status, 422);
}

Condition condition_of(const http::Fields& headers) {
  http::Request request;
  request.headers = headers;
  return std::get<Condition>(read_condition(request));
}

TEST(Condition, IsAListOfTagsOrAnyOfThem) {
  const Condition one = condition_of({{"if-match", "\"" + kTenant + ".7\""}});
  EXPECT_EQ(parameter_of(one, "ifMatch"), R"({"\"11111111-1111-4111-8111-111111111111.7\""})");
  EXPECT_EQ(parameter_of(one, "ifMatchVersion"), "7");
  EXPECT_EQ(parameter_of(one, "ifMatchAny"), std::nullopt);
  EXPECT_EQ(parameter_of(one, "ifNoneMatch"), std::nullopt);
  // Of several lines all count; a weak tag is none that If-Match compares with.
  const Condition several =
      condition_of({{"if-match", R"(W/"a.1", "b" ,,"c")"}, {"if-match", R"("d.x")"}, {"if-none-match", "*"}});
  EXPECT_EQ(parameter_of(several, "ifMatch"), R"({"\"b\"","\"c\"","\"d.x\""})");
  EXPECT_EQ(parameter_of(several, "ifMatchVersion"), std::nullopt);
  EXPECT_EQ(parameter_of(several, "ifNoneMatchAny"), "true");
  EXPECT_EQ(parameter_of(condition_of({{"if-match", "*"}}), "ifMatchAny"), "true");
  EXPECT_EQ(parameter_of(condition_of({{"if-none-match", R"(W/"a.1")"}}), "ifNoneMatch"), R"({"\"a.1\""})");
  EXPECT_EQ(parameter_of(condition_of({{"if-match", R"(W/"a.1")"}}), "ifMatch"), "{}");
  EXPECT_EQ(parameter_of(condition_of({}), "ifMatch"), std::nullopt);
}

TEST(Condition, OfAnAnswerIsJudgedAsTheStandardSays) {
  const std::string tag = "\"a.1\"";
  const auto verdict = [](const http::Fields& headers, std::string_view etag) {
    return judge(condition_of(headers), etag);
  };
  EXPECT_EQ(verdict({}, tag), Precondition::kHolds);
  EXPECT_EQ(verdict({{"if-match", "*"}}, tag), Precondition::kHolds);
  EXPECT_EQ(verdict({{"if-match", "*"}}, ""), Precondition::kFails);
  EXPECT_EQ(verdict({{"if-match", R"("b", "a.1")"}}, tag), Precondition::kHolds);
  EXPECT_EQ(verdict({{"if-match", R"(W/"a.1")"}}, tag), Precondition::kFails);
  EXPECT_EQ(verdict({{"if-none-match", R"(W/"a.1")"}}, tag), Precondition::kNotModified);
  EXPECT_EQ(verdict({{"if-none-match", R"("b")"}}, tag), Precondition::kHolds);
  EXPECT_EQ(verdict({{"if-none-match", "*"}}, tag), Precondition::kNotModified);
  EXPECT_EQ(verdict({{"if-match", R"("b")"}, {"if-none-match", R"("a.1")"}}, tag), Precondition::kFails);
}

TEST(Condition, RefusesWhatIsNoListOfTags) {
  for (const char* text :
       {"", "7", "\"", "\"a", "a\"", "\"a\" \"b\"", "*, \"a\"", "**", ",", "\"a b\"", "w/\"a\""}) {
    http::Request request;
    request.headers = {{"if-match", text}};
    EXPECT_TRUE(std::holds_alternative<problems::Problem>(read_condition(request))) << text;
  }
}

database::Database::Execute read(const std::string& body, const http::Fields& headers = {},
                                 const http::Fields& query = {}) {
  http::Request request;
  request.method = "POST";
  request.segments = {"v1", "commands", "a.b", "execute"};
  request.headers = headers;
  request.query = query;
  const auto parsed = bodies::parse_json(body);
  auto result = read_execution(route_of("POST", request.segments), request,
                               std::get<bodies::JsonDocument>(parsed), kTenant, "{}");
  if (const auto* problem = std::get_if<problems::Problem>(&result))
    throw std::runtime_error(std::to_string(problem->status) + " " + problem->detail);
  return std::get<database::Database::Execute>(std::move(result));
}

TEST(Execution, TakesThePayloadAloneOrWithWhatGoesWithIt) {
  EXPECT_EQ(read(R"({"guest": 1})").payload, R"({"guest": 1})");
  EXPECT_EQ(read(R"(null)").payload, "null");
  const auto command =
      read(R"({"payload": {"guest": 1}, "correlationId": "c", "idempotencyKey": "k", "environment": null})");
  EXPECT_EQ(command.payload, R"({"guest": 1})");
  EXPECT_EQ(command.correlation_id, "c");
  EXPECT_EQ(command.idempotency_key, "k");
  EXPECT_EQ(command.environment, std::nullopt);
  EXPECT_EQ(command.command_name, "a.b");
  EXPECT_EQ(command.tenant, kTenant);
}

TEST(Execution, TakesTheKeyWithQuotesOrWithout) {
  EXPECT_EQ(read("{}", {{"idempotency-key", "k-1"}}).idempotency_key, "k-1");
  EXPECT_EQ(read("{}", {{"idempotency-key", "\"k \\\"1\""}}).idempotency_key, "k \"1");
  for (const char* bad : {"", "\"\"", "\"a", "\"a\"b\"", "\xFF"})
    EXPECT_THROW(read("{}", {{"idempotency-key", bad}}), std::runtime_error) << bad;
}

TEST(Execution, RefusesWhatContradictsItselfOrIsNobodys) {
  EXPECT_THROW(read(R"({"payload":{},"idempotencyKey":"a"})", {{"idempotency-key", "b"}}),
               std::runtime_error);
  EXPECT_NO_THROW(read(R"({"payload":{},"idempotencyKey":"a"})", {{"idempotency-key", "a"}}));
  EXPECT_THROW(read(R"({"payload":{},"idempotencyKye":"a"})"), std::runtime_error);
  EXPECT_THROW(read(R"({"payload":{},"initiator":{"role":"ADMIN"}})"), std::runtime_error);
  EXPECT_THROW(read(R"({"payload":{},"tenantId":"22222222-2222-4222-8222-222222222222"})"),
               std::runtime_error);
  EXPECT_THROW(read(R"({"payload":{},"payload":{}})"), std::runtime_error);
  EXPECT_THROW(read("{}", {}, {{"propertyId", "x"}}), std::runtime_error);
  EXPECT_THROW(read("{}", {}, {{"dryRun", "true"}}), std::runtime_error);
}

TEST(Batch, TakesTenantAndInitiatorFromTheRequestOnly) {
  const auto parsed = bodies::parse_json(
      R"([{"commandName":"a","payload":{}}, {}, 7, {"commandName":"b","tenantId":"x"}, {"initiator":{}}])");
  const Commands commands =
      read_commands(std::get<bodies::JsonDocument>(parsed).elements, kTenant, R"({"ip":"::1"})");
  EXPECT_EQ(commands.json, R"([{"tenantId":")" + kTenant +
                               R"(","initiator":{"ip":"::1"},"commandName":"a","payload":{}},)" +
                               R"({"tenantId":")" + kTenant + R"(","initiator":{"ip":"::1"}},7])");
  EXPECT_EQ(commands.count, 5U);
  ASSERT_EQ(commands.unfit.size(), 2U);
  EXPECT_EQ(commands.unfit[0].index, 3U);
  EXPECT_EQ(commands.unfit[0].name, "b");
  EXPECT_EQ(commands.unfit[1].index, 4U);
  EXPECT_EQ(commands.unfit[1].name, "");
  for (const Unfit& unfit : commands.unfit) EXPECT_EQ(problem_of(unfit).code, "KC013");
}

TEST(Batch, IsRefusedBeforeItIsCopiedWhereItIsTooLarge) {
  const std::vector<bodies::Value> most(10'000);
  EXPECT_FALSE(find_excess(most, R"({"userId":"u"})"));
  const auto many = find_excess(std::vector<bodies::Value>(10'001), "{}");
  ASSERT_TRUE(many);
  EXPECT_EQ(many->code, "KC014");
  EXPECT_EQ(many->detail, "batch of 10001 commands is above the limit of 10000");
  // Whatever is said once for all of them is written with each.
  const auto long_ones = find_excess(most, std::string(20'000, 'u'));
  ASSERT_TRUE(long_ones);
  EXPECT_EQ(long_ones->code, "KC014");
  EXPECT_FALSE(find_excess(std::vector<bodies::Value>(10), std::string(20'000, 'u')));
}

TEST(Initiator, HasARoleOfTheIdentityOnly) {
  identity::Identity identity;
  identity.user_id = "u";
  identity.roles = {"CLERK", "ADMIN"};
  http::Request request;
  request.peer = "127.0.0.1";
  EXPECT_EQ(initiator_of(identity, request), R"({"userId":"u","role":"CLERK","ip":"127.0.0.1"})");
  request.headers = {{"x-user-role", "ADMIN"}};
  EXPECT_EQ(initiator_of(identity, request), R"({"userId":"u","role":"ADMIN","ip":"127.0.0.1"})");
  request.headers = {{"x-user-role", "OWNER"}};
  EXPECT_EQ(initiator_of(identity, request), R"({"userId":"u","role":"CLERK","ip":"127.0.0.1"})");
}

TEST(OpenApi, AsksForATokenWhereTheApiDoes) {
  const std::string bearer = R"("security":[{"bearer":[]}])";
  EXPECT_NE(openapi_document(Callers::kWithToken).find(bearer), std::string::npos);
  EXPECT_EQ(openapi_document(Callers::kBelieved).find(bearer), std::string::npos);
}

TEST(OpenApi, DescribesEveryRoute) {
  rapidjson::Document document;
  const std::string text = openapi_document(Callers::kWithToken);
  document.Parse(text.data(), text.size());
  ASSERT_FALSE(document.HasParseError());
  for (const Route& route : all_routes()) {
    ASSERT_TRUE(document["paths"].HasMember(route.path.c_str())) << route.path;
    std::string method;
    for (const char letter : route.method) method.push_back(static_cast<char>(letter | 0x20));
    EXPECT_TRUE(document["paths"][route.path.c_str()].HasMember(method.c_str())) << route.path;
  }
}

TEST(OpenApi, SaysWhereToFindWhatIsMade) {
  rapidjson::Document document;
  const std::string text = openapi_document(Callers::kWithToken);
  document.Parse(text.data(), text.size());
  for (const Route& route : all_routes()) {
    SCOPED_TRACE(route.operation);
    std::string method;
    for (const char letter : route.method) method.push_back(static_cast<char>(letter | 0x20));
    const auto& responses = document["paths"][route.path.c_str()][method.c_str()]["responses"];
    ASSERT_EQ(responses.HasMember("201"), !route.location.empty());
    if (route.location.empty()) continue;
    EXPECT_TRUE(responses.HasMember("200"));
    EXPECT_TRUE(responses["201"]["headers"].HasMember("Location"));
    EXPECT_FALSE(responses["200"]["headers"].HasMember("Location"));
    Segments segments;
    std::stringstream path(route.location.substr(1, route.location.find('?') - 1));
    for (std::string segment; std::getline(path, segment, '/');) segments.push_back(segment);
    EXPECT_NE(find_route("GET", segments).route, nullptr) << route.location;
  }
}

TEST(Location, SaysWhatWasMadeAndItsScope) {
  Route route;
  route.location = "/v1/things/{name}/{made}?tenantId&environment&propertyId";
  for (const auto& [name, place] : {std::pair("name", Place::kPath), std::pair("tenantId", Place::kScope),
                                    std::pair("environment", Place::kQuery)}) {
    route.bindings.emplace_back();
    route.bindings.back().name = name;
    route.bindings.back().place = place;
  }
  route.parameters = {"environment", "name", "tenantId"};
  EXPECT_EQ(location_of(route, {"a&b=\u00e9", "x/y z?", std::nullopt}),
            "/v1/things/x%2Fy%20z%3F/{made}?tenantId=null&environment=a%26b%3D%C3%A9");
  EXPECT_EQ(location_of(route, {std::nullopt, "x", "t"}), "/v1/things/x/{made}?tenantId=t");
  EXPECT_EQ(with_made("/v1/things/x/{made}?tenantId=t", "7"), "/v1/things/x/7?tenantId=t");
}

// scripts/api-page has the page written.
void check_page(const std::string& what, const std::string& expected) {
  const std::string name = SOURCE_DIR "/docs/api.md";
  std::stringstream text;
  text << std::ifstream(name).rdbuf();
  const std::string page = text.str();
  const std::string mark = "<!-- " + what + ": written by scripts/api-page -->\n";
  const std::size_t begin = page.find(mark) + mark.size();
  const std::size_t end = page.find("<!-- /" + what + " -->");
  ASSERT_NE(end, std::string::npos);
  if (std::getenv("COMMAND_CENTER_TEST_WRITE_PAGE") != nullptr) {
    std::ofstream(name) << page.substr(0, begin) << expected << page.substr(end);
    return;
  }
  EXPECT_EQ(page.substr(begin, end - begin), expected) << "run scripts/api-page";
}

TEST(ApiPage, HasTheTableOfTheRoutes) {
  check_page("routes", route_tables());
}

TEST(ApiPage, SaysWhatNoRouteCalls) {
  check_page("functions", sql_only_lines());
}

}  // namespace
}  // namespace command_center::api::routes
