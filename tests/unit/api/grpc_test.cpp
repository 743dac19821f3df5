// Promises of the gRPC door, by a real client, with a handler that plays the routes.
#include "api/grpc/server.hpp"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "api/problems/problem.hpp"
#include "command_center/v1/commands.grpc.pb.h"
#include "daemon/failure.hpp"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/e2e/support/eventually.hpp"

namespace command_center::api::grpc {
namespace {

using ::grpc::ClientContext;
using ::grpc::Status;
using ::grpc::StatusCode;

using e2e::kPatience;

// Answers what a test says, and keeps what was asked.
class Routes {
 public:
  http::Response answer;
  http::Request asked;
  bool holds = false;  // keeps the replies instead

  [[nodiscard]] http::Handler handler() {
    return [this](http::Request&& request, http::Reply&& reply) {
      const std::lock_guard<std::mutex> lock(mutex_);
      asked = std::move(request);
      if (holds) {
        held_.push_back(std::move(reply));
        most_held_ = std::max(most_held_, static_cast<int>(held_.size()));
        changed_.notify_all();
      } else {
        reply.send(answer);
      }
    };
  }
  // The reply of a call that is held.
  http::Reply take() {
    std::unique_lock<std::mutex> lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return !held_.empty(); }));
    http::Reply reply = std::move(held_.front());
    held_.pop_front();
    return reply;
  }
  // At once, so far.
  int most_held() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return most_held_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<http::Reply> held_;
  int most_held_ = 0;
};

class GrpcDoor : public ::testing::Test {
 protected:
  GrpcDoor()
      : server_({"127.0.0.1", 0}, 1 << 20, routes_.handler(), registry_),
        channel_(::grpc::CreateChannel("127.0.0.1:" + std::to_string(server_.port()),
                                       ::grpc::InsecureChannelCredentials())),
        stub_(v1::Commands::NewStub(channel_)) {}

  static v1::ExecuteRequest command() {
    v1::ExecuteRequest request;
    request.set_command_name("guest.register");
    request.set_payload(R"({"amount":12345678901234567890.123456789})");
    request.set_idempotency_key("k1");
    return request;
  }
  static void set_patience(ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
  }
  Status execute(const v1::ExecuteRequest& request, v1::ExecuteResponse& response) {
    ClientContext context;
    set_patience(context);
    return stub_->Execute(&context, request, &response);
  }
  Status execute(const v1::ExecuteRequest& request) {
    v1::ExecuteResponse response;
    return execute(request, response);
  }
  void refuse(const problems::Problem& problem) { routes_.answer = problems::to_response(problem, "/"); }

  Routes routes_;
  prometheus::Registry registry_;
  Server server_;
  std::shared_ptr<::grpc::Channel> channel_;
  std::unique_ptr<v1::Commands::Stub> stub_;
};

TEST_F(GrpcDoor, AnExecuteIsTheRequestThatHttpWouldBring) {
  routes_.answer = {
      202,
      R"({"status":"accepted","commandId":"c","commandName":"guest.register","targetService":"s",)"
      R"("correlationId":"x","result":{"amount":1.10}})",
      "application/json",
      {{"Idempotent-Replayed", "true"}, {"RateLimit-Limit", "200"}, {"Location", "/v1/dispatches/c"}}};
  ClientContext context;
  set_patience(context);
  context.AddMetadata("authorization", "Bearer t");
  context.AddMetadata("x-tenant-id", "a");
  context.AddMetadata("host", "evil.example");
  v1::ExecuteResponse response;
  const Status status = stub_->Execute(&context, command(), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.command_id(), "c");
  EXPECT_EQ(response.target_service(), "s");
  EXPECT_EQ(response.mode(), "execute");
  EXPECT_TRUE(response.replayed());
  EXPECT_EQ(response.result(), R"({"amount":1.10})");
  EXPECT_EQ(context.GetServerTrailingMetadata().count("ratelimit-limit"), 1U);
  EXPECT_EQ(context.GetServerTrailingMetadata().count("location"), 0U);

  const http::Request& asked = routes_.asked;
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.path, "/v1/commands/guest.register/execute");
  EXPECT_EQ(asked.segments, (std::vector<std::string>{"v1", "commands", "guest.register", "execute"}));
  EXPECT_EQ(asked.body, R"({"payload":{"amount":12345678901234567890.123456789},"idempotencyKey":"k1"})");
  EXPECT_EQ(asked.header("authorization"), "Bearer t");
  EXPECT_EQ(asked.header("x-tenant-id"), "a");
  EXPECT_EQ(asked.header("content-type"), "application/json");
  EXPECT_EQ(asked.header("host"), "127.0.0.1:" + std::to_string(server_.port()));
  EXPECT_EQ(asked.peer, "127.0.0.1");
  ASSERT_TRUE(asked.deadline);
  EXPECT_LE(*asked.deadline, runtime::Clock::now() + kPatience);
}

TEST_F(GrpcDoor, APayloadBringsNoMembersOfItsOwn) {
  for (const char* payload : {"", "{", R"({},"environment":"x")", R"({}{})", R"("\ud800")", R"("\u0000")"}) {
    v1::ExecuteRequest request = command();
    request.set_payload(payload);
    EXPECT_EQ(execute(request).error_code(), StatusCode::INVALID_ARGUMENT) << payload;
  }
  v1::ExecuteRequest request = command();
  request.clear_command_name();
  EXPECT_EQ(execute(request).error_code(), StatusCode::INVALID_ARGUMENT);
  request.set_command_name("a/../b");
  routes_.answer = {202, "{}", "application/json", {}};
  EXPECT_TRUE(execute(request).ok());
  EXPECT_EQ(routes_.asked.segments.size(), 4U);
  EXPECT_EQ(routes_.asked.path, "/v1/commands/a%2F..%2Fb/execute");
}

TEST_F(GrpcDoor, ARefusalHasItsCodeAndLocatedErrors) {
  problems::Problem problem = problems::from_sqlstate(
      "KC001", "the payload is invalid", R"([{"instanceLocation":"/a","error":"must be"}])", "look");
  problem.retry_after_seconds = 7;
  refuse(problem);
  const Status status = execute(command());
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "the payload is invalid");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest request;
  google::rpc::RetryInfo retry;
  ASSERT_EQ(details.details_size(), 3);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  ASSERT_TRUE(details.details(1).UnpackTo(&request));
  ASSERT_TRUE(details.details(2).UnpackTo(&retry));
  EXPECT_EQ(info.reason(), "KC001");
  EXPECT_EQ(info.metadata().at("hint"), "look");
  EXPECT_EQ(request.field_violations(0).field(), "/a");
  EXPECT_EQ(request.field_violations(0).description(), "must be");
  EXPECT_EQ(retry.retry_delay().seconds(), 7);
}

TEST_F(GrpcDoor, ManyErrorsStillReachTheClient) {
  std::string errors = "[";
  for (int i = 0; i < 1000; ++i)
    errors += std::string(i > 0 ? "," : "") + R"({"instanceLocation":"/items/)" + std::to_string(i) +
              R"(","error":"must be a string"})";
  refuse(
      problems::from_sqlstate("KC001", std::string(100'000, 'm'), errors + "]", std::string(100'000, 'h')));
  const Status status = execute(command());
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.metadata().at("errorsLeftOut"), "true");
}

TEST_F(GrpcDoor, CodesAreThoseOfTheTableOfErrors) {
  const std::pair<int, StatusCode> kByStatus[] = {
      {401, StatusCode::UNAUTHENTICATED}, {403, StatusCode::PERMISSION_DENIED},
      {404, StatusCode::NOT_FOUND},       {429, StatusCode::RESOURCE_EXHAUSTED},
      {500, StatusCode::INTERNAL},        {503, StatusCode::UNAVAILABLE}};
  for (const auto& [http_status, code] : kByStatus) {
    refuse(problems::make(http_status, "no"));
    EXPECT_EQ(execute(command()).error_code(), code) << http_status;
  }
  const std::pair<const char*, StatusCode> kByCode[] = {{"KC002", StatusCode::NOT_FOUND},
                                                        {"KC004", StatusCode::ABORTED},
                                                        {"KC010", StatusCode::RESOURCE_EXHAUSTED},
                                                        {"KC012", StatusCode::UNAVAILABLE}};
  for (const auto& [sqlstate, code] : kByCode) {
    refuse(problems::from_sqlstate(sqlstate, "no", "", ""));
    EXPECT_EQ(execute(command()).error_code(), code) << sqlstate;
  }
}

TEST_F(GrpcDoor, ABatchHasAnOutcomeForEach) {
  routes_.answer = {
      207,
      R"({"outcomes":[{"status":"accepted","commandId":"c","commandName":"n","replayed":true},)"
      R"({"status":"refused","commandName":"n","problem":{"code":"KC001","detail":"d","errors":[{}]}}]})",
      "application/json",
      {}};
  v1::ExecuteBatchRequest request;
  *request.add_commands() = command();
  *request.add_commands() = command();
  request.set_all_or_nothing(true);
  ClientContext context;
  set_patience(context);
  v1::ExecuteBatchResponse response;
  ASSERT_TRUE(stub_->ExecuteBatch(&context, request, &response).ok());
  ASSERT_EQ(response.outcomes_size(), 2);
  EXPECT_TRUE(response.outcomes(0).accepted().replayed());
  EXPECT_EQ(response.outcomes(1).refused().code(), "KC001");
  EXPECT_EQ(response.outcomes(1).refused().errors(), "[{}]");
  EXPECT_EQ(routes_.asked.path, "/v1/commands/batch");
  EXPECT_EQ(routes_.asked.body.find(
                R"({"allOrNothing":true,"commands":[{"commandName":"guest.register","payload":)"),
            0U);
}

TEST_F(GrpcDoor, ExplainAndDispatchAnswerAllOfTheirJson) {
  routes_.answer = {200, R"({"accepted":false,"refusal":{"sqlstate":"KC011"}})", "application/json", {}};
  ClientContext explaining;
  set_patience(explaining);
  v1::ExplainResponse explained;
  ASSERT_TRUE(stub_->Explain(&explaining, command(), &explained).ok());
  EXPECT_FALSE(explained.accepted());
  EXPECT_EQ(explained.explanation(), routes_.answer.body);
  EXPECT_EQ(routes_.asked.path, "/v1/commands/guest.register/explain");

  routes_.answer.body = R"({"commandId":"c","status":"published","published":{"at":null}})";
  ClientContext getting;
  set_patience(getting);
  v1::GetDispatchRequest request;
  request.set_command_id("c");
  v1::Dispatch dispatch;
  ASSERT_TRUE(stub_->GetDispatch(&getting, request, &dispatch).ok());
  EXPECT_EQ(dispatch.status(), "published");
  EXPECT_EQ(dispatch.details(), routes_.answer.body);
  EXPECT_EQ(routes_.asked.method, "GET");
  EXPECT_FALSE(routes_.asked.header("content-type"));
}

TEST_F(GrpcDoor, ACallThatNobodyWaitsForIsGone) {
  routes_.holds = true;
  ClientContext context;
  std::thread client([&] {
    v1::ExecuteResponse response;
    EXPECT_EQ(stub_->Execute(&context, command(), &response).error_code(), StatusCode::CANCELLED);
  });
  http::Reply reply = routes_.take();
  context.TryCancel();
  client.join();
  EXPECT_TRUE(e2e::eventually([&] { return reply.is_gone(); }));
  reply.send({202, "{}", "application/json", {}});  // reaches nobody, and harms nobody
}

TEST_F(GrpcDoor, AnUnansweredCallEndsAndDrainingWaitsForWhatIsUnderWay) {
  routes_.holds = true;
  Status unanswered = Status::OK;
  std::thread forgotten([&] { unanswered = execute(command()); });
  { const http::Reply reply = routes_.take(); }
  forgotten.join();
  EXPECT_EQ(unanswered.error_code(), StatusCode::INTERNAL);

  Status late = Status::CANCELLED;
  std::thread client([&] { late = execute(command()); });
  http::Reply reply = routes_.take();
  EXPECT_TRUE(e2e::eventually([&] { return server_.unanswered() == 1; }));
  server_.drain();
  reply.send({202, "{}", "application/json", {}});
  client.join();
  EXPECT_TRUE(e2e::eventually([&] { return server_.unanswered() == 0; }));
  EXPECT_TRUE(late.ok()) << late.error_message();
  EXPECT_FALSE(execute(command()).ok());
}

// What a connection has under way is memory of everybody's; the client's library keeps the others back.
TEST_F(GrpcDoor, AConnectionHasSoManyCallsUnderWayAndNoMore) {
  constexpr int kMost = 100;
  constexpr int kCalls = kMost + 20;
  routes_.holds = true;
  struct Call {
    ClientContext context;
    v1::ExecuteRequest request = command();
    v1::ExecuteResponse response;
  };
  std::deque<Call> calls(kCalls);
  std::atomic<int> answered{0};
  for (Call& call : calls) {
    set_patience(call.context);
    stub_->async()->Execute(&call.context, &call.request, &call.response, [&](const Status& status) {
      EXPECT_TRUE(status.ok()) << status.error_message();
      ++answered;
    });
  }
  EXPECT_TRUE(e2e::eventually([&] { return routes_.most_held() >= kMost; }));
  for (int each = 0; each < kCalls; ++each) routes_.take().send({202, "{}", "application/json", {}});
  EXPECT_TRUE(e2e::eventually([&] { return answered == kCalls; }));
  EXPECT_EQ(routes_.most_held(), kMost);
}

TEST_F(GrpcDoor, HugeMessagesAreRefused) {
  v1::ExecuteRequest request = command();
  request.set_payload('"' + std::string(2 << 20, 'x') + '"');
  EXPECT_EQ(execute(request).error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(GrpcDoor, APortThatIsTakenIsSaid) {
  Routes other;
  EXPECT_THROW(Server({"127.0.0.1", server_.port()}, 1 << 20, other.handler(), registry_), Failure);
}

}  // namespace
}  // namespace command_center::api::grpc
