// Two tenants whose tokens an issuer signed: every route and every method of gRPC, with ids of its own, of
// the other and of nobody. Whoever adds a route has it tried here.
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/routes/route.hpp"
#include "command_center/v1/commands.pb.h"
#include "tests/api/support/answers.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/guard.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/api/support/issuer.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

using api::routes::Binding;
using api::routes::Kind;
using api::routes::Place;
using api::routes::Presence;
using api::routes::Route;

constexpr const char* kA = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
constexpr const char* kB = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
constexpr const char* kNobody = "99999999-9999-4999-8999-999999999999";
constexpr const char* kUnknownId = "0198f6a0-0000-7000-8000-00000000000a";
constexpr const char* kCanary = "secret-of-b";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  if (what.empty()) return text;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// A value that a member may have, as JSON; where only some mean anything, one of those.
std::string sample(const Route& route, const Binding& binding) {
  if (binding.name == "commandName") return R"("order.place")";
  if (binding.name == "serviceId") return R"("orders")";
  if (binding.name == "status")
    return route.operation.find("cknowledge") != std::string::npos ? R"("consumed")" : R"("enabled")";
  if (binding.name == "commands") return R"([{"commandName":"order.place","payload":{}}])";
  if (binding.name == "targets") return R"([{"serviceId":"orders","weight":1}])";
  switch (binding.kind) {
    case Kind::kUuid:
      return '"' + std::string(kUnknownId) + '"';
    case Kind::kInteger:
      return "1";
    case Kind::kBoolean:
      return "false";
    case Kind::kTime:
      return R"("2026-01-01T00:00:00Z")";
    case Kind::kInterval:
      return R"("PT1H")";
    case Kind::kArray:
    case Kind::kTexts:
      return "[]";
    case Kind::kText:
      return R"("text")";
    default:
      return "{}";
  }
}

bool takes_body(const Route& route) {
  return route.method != "GET" && route.method != "DELETE";
}

std::string body_of(const Route& route, const std::string& more = {}) {
  if (!takes_body(route)) return {};
  std::string body = more;
  for (const Binding& binding : route.bindings) {
    const bool is_body = binding.place == Place::kBody || binding.place == Place::kEither;
    const bool is_asked = binding.presence == Presence::kRequired || binding.name == "targets";
    if (is_body && is_asked)
      body += (body.empty() ? "" : ",") + ('"' + binding.name + "\":") + sample(route, binding);
  }
  return "{" + body + "}";
}

std::string path_of(const Route& route, const std::string& command_id) {
  std::string path = replaced(route.path, "{commandId}", command_id);
  path = replaced(path, "{commandName}", "order.place");
  path = replaced(path, "{serviceId}", "orders");
  path = replaced(path, "{featureId}", "00000000-0000-4000-8000-00000000000f");
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
    path.replace(at, path.find('}') - at + 1, "something");
  return path;
}

bool has_id(const Route& route) {
  return route.path.find("{commandId}") != std::string::npos;
}

// All of an answer but what differs from second to second.
std::string whole(const HttpAnswer& answer) {
  std::string text = std::to_string(answer.status) + '\n';
  for (const auto& [name, value] : answer.headers) {
    if (name != "date") text += name + ": " + value + '\n';
  }
  return text + answer.body;
}

// Whether row security decides beside the API.
enum class Roles { kLogin, kOfTheTenant };

class Tenants : public testing::TestWithParam<Roles> {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>();
    install_guard(*database_);
    issuer_ = std::make_unique<Issuer>();
    const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/tenants-keys.json";
    std::ofstream(file) << issuer_->key_set();
    Client client = database_->connect();
    client.query("SELECT command_center.set_service('billing')");
    for (const auto& [role, tenant] : {std::pair("tenant_a", kA), std::pair("tenant_b", kB)}) {
      client.query(std::string("DROP ROLE IF EXISTS ") + role + "; CREATE ROLE " + role);
      client.query(std::string("SELECT command_center.grant_access('") + role + "', 'dispatcher')");
      client.query(std::string("SELECT command_center.bind_role('") + role + "', '" + tenant + "')");
    }
    start(Roles::kLogin, Issuer::flags(file));
    std::vector<std::string> flags = Issuer::flags(file);
    for (const std::string& pair : {std::string(kA) + "=tenant_a", std::string(kB) + "=tenant_b"})
      flags.insert(flags.end(), {"--tenant-role", pair});
    flags.insert(flags.end(), {"--batching", "off"});
    start(Roles::kOfTheTenant, flags);
    leave_canaries();
  }
  static void TearDownTestSuite() {
    for (auto& api : apis_) api.reset();
    Client client = database_->connect();
    for (const auto& [role, tenant] : {std::pair("tenant_a", kA), std::pair("tenant_b", kB)}) {
      client.query(std::string("SELECT command_center.unbind_role('") + role + "', '" + tenant + "')");
      client.query(std::string("DROP OWNED BY ") + role + "; DROP ROLE " + role);
    }
    database_.reset();
    issuer_.reset();
  }

  static void start(Roles roles, const std::vector<std::string>& flags) {
    apis_.at(static_cast<std::size_t>(roles)) =
        std::make_unique<ApiProcess>(*database_, ApiOptions{flags, {}, 0});
  }
  static const ApiProcess& api(Roles roles) { return *apis_.at(static_cast<std::size_t>(roles)); }

  static HttpHeaders bearer(const std::string& token) { return {"Authorization: Bearer " + token}; }
  static std::string token_a(const std::string& scopes = "admin") {
    return issuer_->token("ann-of-a", kA, scopes);
  }
  static std::string token_b() { return issuer_->token(std::string("bea-") + kCanary, kB, "admin"); }

  // Whatever of B's there can be.
  static void leave_canaries() {
    const std::string canary = kCanary;
    HttpClient b(api(Roles::kLogin).http_port(), bearer(token_b()));
    const HttpAnswer executed =
        b.post("/v1/commands/order.place/execute", R"({"number":1,"note":")" + canary + "\"}",
               {"x-correlation-id: " + canary, "Idempotency-Key: " + canary});
    id_of_b_ = member(executed, "commandId");
    ASSERT_EQ(executed.status, 202) << executed.body;
    ASSERT_EQ(b.post("/v1/dispatches/" + id_of_b_ + "/replay", R"({"reason":")" + canary + "\"}").status,
              202);
    ASSERT_EQ(b.post("/v1/dispatches/" + id_of_b_ + "/acknowledgements",
                     R"({"status":"consumed","serviceId":"orders","detail":{"note":")" + canary + "\"}}")
                  .status,
              202);
    ASSERT_EQ(
        b.send("PUT", "/v1/routes/order.place", R"({"targets":[{"serviceId":"billing","weight":7}]})").status,
        200);
    ASSERT_EQ(b.send("PATCH", "/v1/commands/order.place/features",
                     R"({"status":"enabled","role":")" + canary + "\"}")
                  .status,
              200);
    HttpClient a(api(Roles::kLogin).http_port(), bearer(token_a()));
    id_of_a_ = member(a.post("/v1/commands/order.place/execute", R"({"number":1})"), "commandId");
    ASSERT_NE(id_of_a_, "");
  }

  // All of B's, as B sees it.
  static std::string state_of_b() {
    HttpClient b(api(Roles::kLogin).http_port(), bearer(token_b()));
    std::string state;
    for (const std::string& path : {"/v1/dispatches/" + id_of_b_, std::string("/v1/dispatches"),
                                    std::string("/v1/routes"), std::string("/v1/command-center/features")}) {
      const HttpAnswer answer = b.get(path);
      EXPECT_EQ(answer.status, 200) << path;
      state += answer.body;
    }
    return state;
  }

  static void expect_nothing_of_b(const HttpAnswer& answer) {
    const std::string text = whole(answer);
    EXPECT_NE(answer.status, 0) << answer.error;
    EXPECT_LT(answer.status, 500) << text;
    EXPECT_EQ(text.find(kCanary), std::string::npos) << text;
    EXPECT_EQ(text.find(kB), std::string::npos) << text;
  }

  static inline std::unique_ptr<Database> database_;
  static inline std::unique_ptr<Issuer> issuer_;
  static inline std::array<std::unique_ptr<ApiProcess>, 2> apis_;
  static inline std::string id_of_a_;
  static inline std::string id_of_b_;
};

TEST_P(Tenants, NoRouteTellsOneOfAnother) {
  const std::string before = state_of_b();
  ASSERT_NE(before.find(kCanary), std::string::npos);
  HttpClient a(api(GetParam()).http_port(), bearer(token_a()));
  for (const Route& route : api::routes::all_routes()) {
    if (route.scope == api::identity::kNoScope) continue;
    SCOPED_TRACE(route.method + " " + route.path);
    const std::string body = body_of(route);
    // An id of B is as unknown as one that nobody has.
    if (has_id(route)) {
      EXPECT_LT(a.send(route.method, path_of(route, id_of_a_), body).status,
                GetParam() == Roles::kLogin ? 300 : 500);
      const HttpAnswer of_b = a.send(route.method, path_of(route, id_of_b_), body);
      const HttpAnswer of_nobody = a.send(route.method, path_of(route, kUnknownId), body);
      expect_nothing_of_b(of_b);
      EXPECT_GE(of_b.status, 400);
      EXPECT_EQ(replaced(whole(of_b), id_of_b_, "<id>"), replaced(whole(of_nobody), kUnknownId, "<id>"));
    } else {
      const HttpAnswer own = a.send(route.method, path_of(route, {}), body);
      expect_nothing_of_b(own);
      EXPECT_EQ(own.body.find(id_of_b_), std::string::npos) << own.body;
    }
    // Nor is B any other than a tenant that there is not.
    for (const std::string& id : {id_of_a_, id_of_b_}) {
      const std::string path = path_of(route, id);
      const HttpAnswer as_b = a.send(route.method, path, body, {std::string("x-tenant-id: ") + kB});
      const HttpAnswer as_nobody = a.send(route.method, path, body, {std::string("x-tenant-id: ") + kNobody});
      expect_nothing_of_b(as_b);
      EXPECT_EQ(as_b.status, 403);
      EXPECT_EQ(whole(as_b), whole(as_nobody));
    }
    if (api::routes::find_binding(route, "tenantId") == nullptr) continue;
    const std::string path = path_of(route, id_of_a_);
    const HttpAnswer for_b = a.send(route.method, path + "?tenantId=" + kB, body);
    const HttpAnswer for_nobody = a.send(route.method, path + "?tenantId=" + kNobody, body);
    expect_nothing_of_b(for_b);
    EXPECT_EQ(for_b.status, 403);
    EXPECT_EQ(whole(for_b), whole(for_nobody));
    if (!takes_body(route)) continue;
    const auto with_tenant = [&](const std::string& tenant) {
      return a.send(route.method, path, body_of(route, R"("tenantId":)" + tenant));
    };
    EXPECT_EQ(with_tenant('"' + std::string(kB) + '"').status, 403);
    EXPECT_EQ(whole(with_tenant('"' + std::string(kB) + '"')),
              whole(with_tenant('"' + std::string(kNobody) + '"')));
    EXPECT_EQ(with_tenant("null").status, 403);
  }
  EXPECT_EQ(state_of_b(), before);
}

// What B has put somewhere is found by B alone, whatever A looks for.
TEST_P(Tenants, NoFilterFindsWhatIsAnothers) {
  HttpClient a(api(GetParam()).http_port(), bearer(token_a()));
  for (const Route& route : api::routes::all_routes()) {
    if (route.scope == api::identity::kNoScope || route.method != "GET") continue;
    for (const Binding& binding : route.bindings) {
      if (binding.place != Place::kQuery || binding.kind != Kind::kText) continue;
      SCOPED_TRACE(route.path + "?" + binding.name);
      const std::string path = path_of(route, id_of_a_) + "?" + binding.name + "=";
      const HttpAnswer found = a.get(path + kCanary);
      const HttpAnswer nothing = a.get(path + "secret-of-c");
      EXPECT_EQ(found.body.find(id_of_b_), std::string::npos) << found.body;
      EXPECT_EQ(replaced(whole(found), kCanary, "<text>"), replaced(whole(nothing), "secret-of-c", "<text>"));
    }
  }
}

TEST_P(Tenants, ALackOfScopeIsSaidBeforeAnythingElse) {
  for (const Route& route : api::routes::all_routes()) {
    if (route.scope == api::identity::kNoScope) continue;
    SCOPED_TRACE(route.method + " " + route.path);
    std::string others;
    for (const auto scope : {api::identity::kExecute, api::identity::kRead, api::identity::kAcknowledge,
                             api::identity::kControl}) {
      if (scope != route.scope) others += std::string(api::routes::name_of(scope)) + " ";
    }
    HttpClient a(api(GetParam()).http_port(), bearer(token_a(others)));
    std::set<std::string> answers;
    for (const std::string& id : {id_of_a_, id_of_b_, std::string(kUnknownId)}) {
      const HttpAnswer answer = a.send(route.method, path_of(route, id), body_of(route));
      EXPECT_EQ(answer.status, 403);
      EXPECT_NE(answer.header("www-authenticate").find("insufficient_scope"), std::string::npos);
      answers.insert(replaced(whole(answer), id, "<id>"));
    }
    EXPECT_EQ(answers.size(), 1U);
  }
}

// Where the API is told a wrong role for a tenant, the database still knows whose rows they are.
TEST_F(Tenants, RowSecurityDecidesToo) {
  const std::string file = e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/tenants-keys.json";
  std::vector<std::string> flags = Issuer::flags(file);
  flags.insert(flags.end(), {"--batching", "off", "--tenant-role", std::string(kB) + "=tenant_a"});
  const ApiProcess mistaken(*database_, {flags, {}, 0});
  HttpClient b(mistaken.http_port(), bearer(token_b()));
  EXPECT_EQ(b.get("/v1/dispatches/" + id_of_b_).status, 403);
  EXPECT_EQ(b.post("/v1/commands/order.place/execute", "{}").status, 403);
}

struct CallAnswer {
  std::string whole;  // status, details, trailers and message
  ::grpc::StatusCode code = ::grpc::StatusCode::UNKNOWN;
};

class Caller {
 public:
  Caller(int port, const std::string& token)
      : stub_(
            ::grpc::CreateChannel("127.0.0.1:" + std::to_string(port), ::grpc::InsecureChannelCredentials())),
        token_(token) {}

  CallAnswer call(const google::protobuf::MethodDescriptor& method, const std::string& id,
                  const std::string& tenant = {}) {
    ::grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.set_wait_for_ready(true);
    context.AddMetadata("authorization", "Bearer " + token_);
    if (!tenant.empty()) context.AddMetadata("x-tenant-id", tenant);
    const ::grpc::Slice slice(request_for(*method.input_type(), id)->SerializeAsString());
    const ::grpc::ByteBuffer request(&slice, 1);
    ::grpc::ByteBuffer response;
    std::promise<::grpc::Status> done;
    stub_.UnaryCall(&context, "/" + method.service()->full_name() + "/" + method.name(), {}, &request,
                    &response, [&done](::grpc::Status status) { done.set_value(std::move(status)); });
    const ::grpc::Status status = done.get_future().get();
    CallAnswer answer;
    answer.code = status.error_code();
    answer.whole = std::to_string(status.error_code()) + status.error_message() + status.error_details();
    for (const auto& [name, value] : context.GetServerTrailingMetadata()) {
      if (name != "grpc-status-details-bin")
        answer.whole +=
            '\n' + std::string(name.data(), name.size()) + ": " + std::string(value.data(), value.size());
    }
    ::grpc::Slice bytes;
    if (status.ok() && response.DumpToSingleSlice(&bytes).ok())
      answer.whole += std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
    return answer;
  }

 private:
  static std::unique_ptr<google::protobuf::Message> request_for(const google::protobuf::Descriptor& type,
                                                                const std::string& id) {
    using google::protobuf::FieldDescriptor;
    std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
    const auto* reflection = message->GetReflection();
    const std::map<std::string, std::string> texts{{"command_id", id},
                                                   {"command_name", "order.place"},
                                                   {"payload", "{}"},
                                                   {"reason", "again"},
                                                   {"service_id", "orders"},
                                                   {"topic", "notes"},
                                                   {"event_type", "order.noted"},
                                                   {"operation", "listServices"}};
    const bool acknowledges = type.FindFieldByName("service_id") != nullptr;
    for (int each = 0; each < type.field_count(); ++each) {
      const FieldDescriptor* field = type.field(each);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated())
        reflection->AddAllocatedMessage(message.get(), field,
                                        request_for(*field->message_type(), id).release());
      if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
      const auto text = texts.find(field->name());
      if (text != texts.end()) reflection->SetString(message.get(), field, text->second);
      if (acknowledges && field->name() == "status") reflection->SetString(message.get(), field, "consumed");
    }
    return message;
  }

  ::grpc::GenericStub stub_;
  std::string token_;
};

TEST_P(Tenants, NoMethodTellsOneOfAnother) {
  const auto* service = v1::ExecuteRequest::descriptor()->file()->service(0);
  const std::string before = state_of_b();
  Caller a(api(GetParam()).grpc_port(), token_a());
  Caller nothing(api(GetParam()).grpc_port(), token_a("openid"));
  int done = 0;
  for (int each = 0; each < service->method_count(); ++each) {
    const google::protobuf::MethodDescriptor& method = *service->method(each);
    SCOPED_TRACE(method.full_name());
    // What the tenant's role may not do, and an event that nobody registered, are refused whoever asks.
    const bool is_done = a.call(method, id_of_a_).code == ::grpc::StatusCode::OK;
    if (is_done) ++done;
    const CallAnswer of_b = a.call(method, id_of_b_);
    EXPECT_EQ(of_b.whole.find(kCanary), std::string::npos);
    EXPECT_EQ(of_b.whole.find(kB), std::string::npos);
    if (method.input_type()->FindFieldByName("command_id") != nullptr) {
      if (is_done) {
        EXPECT_EQ(of_b.code, ::grpc::StatusCode::NOT_FOUND);
      }
      EXPECT_EQ(replaced(of_b.whole, id_of_b_, "<id>"),
                replaced(a.call(method, kUnknownId).whole, kUnknownId, "<id>"));
    }
    for (const std::string& id : {id_of_a_, id_of_b_}) {
      const CallAnswer as_b = a.call(method, id, kB);
      EXPECT_EQ(as_b.code, ::grpc::StatusCode::PERMISSION_DENIED);
      EXPECT_EQ(as_b.whole, a.call(method, id, kNobody).whole);
      EXPECT_EQ(as_b.whole.find(kCanary), std::string::npos);
      const CallAnswer without_scope = nothing.call(method, id);
      EXPECT_EQ(without_scope.code, ::grpc::StatusCode::PERMISSION_DENIED);
      EXPECT_EQ(replaced(without_scope.whole, id, "<id>"),
                replaced(nothing.call(method, kUnknownId).whole, kUnknownId, "<id>"));
    }
  }
  EXPECT_GE(done, 6);
  EXPECT_EQ(state_of_b(), before);
}

INSTANTIATE_TEST_SUITE_P(Roles, Tenants, testing::Values(Roles::kLogin, Roles::kOfTheTenant),
                         [](const auto& tried) {
                           return tried.param == Roles::kLogin ? "AsTheLoginRole" : "AsTheTenantsRole";
                         });

}  // namespace
}  // namespace command_center::api_tests
