// What a gRPC client can rely on, against the API as an operator starts it and a real database.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "command_center/v1/commands.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"

namespace command_center::api_tests {
namespace {

using ::grpc::ClientContext;
using ::grpc::Status;
using ::grpc::StatusCode;

class Grpc : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<const Database>(); }
  static void TearDownTestSuite() { database_.reset(); }

  Grpc()
      : api_(*database_, {{"--auth", "none", "--request-seconds", "600"}, {}, 0}),
        channel_(::grpc::CreateChannel("127.0.0.1:" + std::to_string(api_.grpc_port()),
                                       ::grpc::InsecureChannelCredentials())),
        stub_(v1::Commands::NewStub(channel_)) {}

  void introduce(ClientContext& context, std::chrono::milliseconds patience = kPatience) const {
    context.set_deadline(std::chrono::system_clock::now() + patience);
    context.set_wait_for_ready(true);
    context.AddMetadata("x-tenant-id", database_->tenant());
    context.AddMetadata("x-user-id", "clerk");
    context.AddMetadata("x-user-role", "clerk");
  }
  static v1::ExecuteRequest order(const std::string& payload, const std::string& key = {}) {
    v1::ExecuteRequest request;
    request.set_command_name("order.place");
    request.set_payload(payload);
    request.set_idempotency_key(key);
    return request;
  }
  Status execute(const v1::ExecuteRequest& request, v1::ExecuteResponse& response) {
    ClientContext context;
    introduce(context);
    return stub_->Execute(&context, request, &response);
  }
  Status get_dispatch(const std::string& command_id, v1::Dispatch& dispatch,
                      std::chrono::milliseconds patience = kPatience) {
    ClientContext context;
    introduce(context, patience);
    v1::GetDispatchRequest request;
    request.set_command_id(command_id);
    return stub_->GetDispatch(&context, request, &dispatch);
  }

  static inline std::unique_ptr<const Database> database_;  // of all tests
  ApiProcess api_;
  std::shared_ptr<::grpc::Channel> channel_;
  std::unique_ptr<v1::Commands::Stub> stub_;
};

TEST_F(Grpc, CommandsDispatchesAndRefusalsAreThoseOfTheDatabase) {
  const std::size_t known = database_->committed().size();
  v1::ExecuteResponse first;
  Status status = execute(order(R"({"number":1})", "k"), first);
  ASSERT_TRUE(status.ok()) << status.error_message() << api_.log();
  EXPECT_EQ(first.status(), "accepted");
  EXPECT_FALSE(first.replayed());
  v1::ExecuteResponse second;
  ASSERT_TRUE(execute(order(R"({"number":1})", "k"), second).ok());
  EXPECT_TRUE(second.replayed());
  EXPECT_EQ(second.command_id(), first.command_id());
  EXPECT_EQ(execute(order(R"({"number":2})", "k"), second).error_code(), StatusCode::FAILED_PRECONDITION);

  v1::Dispatch dispatch;
  ASSERT_TRUE(get_dispatch(first.command_id(), dispatch).ok());
  EXPECT_EQ(dispatch.command_id(), first.command_id());
  EXPECT_EQ(dispatch.status(), "received");
  EXPECT_EQ(get_dispatch("0198f6a0-0000-7000-8000-00000000000a", dispatch).error_code(),
            StatusCode::NOT_FOUND);
  EXPECT_EQ(get_dispatch("x", dispatch).error_code(), StatusCode::INVALID_ARGUMENT);

  v1::ExecuteRequest unknown = order("{}");
  unknown.set_command_name("no.such");
  status = execute(unknown, second);
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "KC002");

  v1::ExecuteBatchRequest batch;
  *batch.add_commands() = order(R"({"number":3})");
  *batch.add_commands() = unknown;
  v1::ExecuteBatchResponse outcomes;
  ClientContext batching;
  introduce(batching);
  status = stub_->ExecuteBatch(&batching, batch, &outcomes);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(outcomes.outcomes_size(), 2);
  EXPECT_EQ(outcomes.outcomes(0).accepted().status(), "accepted");
  EXPECT_EQ(outcomes.outcomes(1).refused().code(), "KC002");

  v1::ExplainResponse explained;
  ClientContext explaining;
  introduce(explaining);
  ASSERT_TRUE(stub_->Explain(&explaining, order(R"({"number":4})"), &explained).ok());
  EXPECT_TRUE(explained.accepted());
  EXPECT_EQ(database_->committed().size(), known + 2);
}

// Each typed call, and any operation of the route table by its name.
TEST_F(Grpc, WhatHttpDoesACallDoes) {
  const auto call = [this](auto method, const auto& request, auto& response, const char* etag = nullptr) {
    ClientContext context;
    introduce(context);
    if (etag != nullptr) context.AddMetadata("if-none-match", etag);
    return (stub_.get()->*method)(&context, request, &response);
  };
  using Stub = v1::Commands::Stub;
  v1::ExecuteRequest command = order(R"({"number":1})");
  command.set_correlation_id("listed");
  v1::ExecuteResponse executed;
  ASSERT_TRUE(execute(command, executed).ok());
  ASSERT_TRUE(execute(command, executed).ok());

  v1::ListDispatchesRequest filter;
  filter.set_correlation_id("listed");
  filter.set_page_size(1);
  v1::ListDispatchesResponse first;
  Status status = call(&Stub::ListDispatches, filter, first);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(first.dispatches_size(), 1);
  EXPECT_EQ(first.dispatches(0).command_id(), executed.command_id());
  filter.set_page_after(first.next_page_after());
  v1::ListDispatchesResponse second;
  ASSERT_TRUE(call(&Stub::ListDispatches, filter, second).ok());
  EXPECT_EQ(second.dispatches_size(), 1);
  EXPECT_EQ(second.next_page_after(), "");
  filter.set_status("lost");
  EXPECT_EQ(call(&Stub::ListDispatches, filter, second).error_code(), StatusCode::INVALID_ARGUMENT);

  v1::ReplayDispatchRequest again;
  again.set_command_id(executed.command_id());
  v1::ReplayDispatchResponse replayed;
  EXPECT_EQ(call(&Stub::ReplayDispatch, again, replayed).error_code(), StatusCode::INVALID_ARGUMENT);
  again.set_reason("lost downstream");
  ASSERT_TRUE(call(&Stub::ReplayDispatch, again, replayed).ok());
  ASSERT_EQ(replayed.messages_size(), 1);
  EXPECT_EQ(replayed.messages(0).target_service(), "orders");

  v1::AcknowledgeRequest report;
  report.set_command_id(executed.command_id());
  report.set_status("completed");
  report.set_service_id("orders");
  report.set_detail(R"({"a":1)");
  v1::AcknowledgeResponse recorded;
  EXPECT_EQ(call(&Stub::Acknowledge, report, recorded).error_code(), StatusCode::INVALID_ARGUMENT);
  report.set_detail(R"({"a":1})");
  ASSERT_TRUE(call(&Stub::Acknowledge, report, recorded).ok());
  EXPECT_TRUE(recorded.recorded());
  report.set_command_id("0198f6a0-0000-7000-8000-00000000000a");
  EXPECT_EQ(call(&Stub::Acknowledge, report, recorded).error_code(), StatusCode::NOT_FOUND);

  v1::CallRequest any;
  any.set_operation("setTopic");
  (*any.mutable_parameters())["topic"] = "called.events";
  any.set_body(R"({"partitions":3})");
  v1::CallResponse answer;
  status = call(&Stub::Call, any, answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer.status(), 201);
  const std::string etag = answer.etag();
  any.set_operation("getTopic");
  any.clear_body();
  ASSERT_TRUE(call(&Stub::Call, any, answer, etag.c_str()).ok());
  EXPECT_EQ(answer.status(), 304);
  any.set_operation("listTopics");
  any.clear_parameters();
  ASSERT_TRUE(call(&Stub::Call, any, answer).ok());
  EXPECT_NE(answer.body().find("called.events"), std::string::npos);
  (*any.mutable_parameters())["kind"] = "neither";
  EXPECT_EQ(call(&Stub::Call, any, answer).error_code(), StatusCode::INVALID_ARGUMENT);
  any.set_operation("listNothing");
  EXPECT_EQ(call(&Stub::Call, any, answer).error_code(), StatusCode::INVALID_ARGUMENT);

  v1::PublishEventRequest event;
  event.set_topic("called.events");
  event.set_event_type("order.told");
  event.set_payload("{}");
  (*event.mutable_headers())["x-told-by"] = "grpc";
  v1::PublishEventResponse published;
  status = call(&Stub::PublishEvent, event, published);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(database_->connect().value(
                "SELECT headers::jsonb ->> 'x-told-by' FROM command_center.transactional_outbox"
                " WHERE message_id = '" +
                published.message_id() + "'"),
            "grpc");
  event.clear_payload();
  EXPECT_EQ(call(&Stub::PublishEvent, event, published).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(Grpc, ADeadlineEndsTheStatementInTheDatabase) {
  Client blocker = database_->connect();
  Client watcher = database_->connect();
  blocker.query("BEGIN");
  blocker.query("LOCK TABLE command_center.command_dispatches IN ACCESS EXCLUSIVE MODE");
  v1::Dispatch dispatch;
  EXPECT_EQ(
      get_dispatch("0198f6a0-0000-7000-8000-00000000000a", dispatch, std::chrono::seconds(2)).error_code(),
      StatusCode::DEADLINE_EXCEEDED);
  // The lock is still held, and nobody waits for it any more.
  EXPECT_TRUE(eventually([&] {
    return watcher.value(
               "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database"
               " WHERE datname = current_database())") == "0";
  }));
  blocker.query("ROLLBACK");
  EXPECT_EQ(get_dispatch("0198f6a0-0000-7000-8000-00000000000a", dispatch).error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(Grpc, ACancelledCallEndsInTheDatabase) {
  Client blocker = database_->connect();
  Client watcher = database_->connect();
  const auto waiting = [&] {
    return watcher.value(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE "
        "datname = current_database())");
  };
  blocker.query("BEGIN");
  blocker.query("LOCK TABLE command_center.command_dispatches IN ACCESS EXCLUSIVE MODE");
  ClientContext context;
  context.AddMetadata("x-tenant-id", database_->tenant());
  std::thread caller([&] {
    v1::GetDispatchRequest request;
    request.set_command_id("0198f6a0-0000-7000-8000-00000000000a");
    v1::Dispatch dispatch;
    EXPECT_EQ(stub_->GetDispatch(&context, request, &dispatch).error_code(), StatusCode::CANCELLED);
  });
  EXPECT_TRUE(eventually([&] { return waiting() == "1"; }));
  context.TryCancel();
  caller.join();
  EXPECT_TRUE(eventually([&] { return waiting() == "0"; }));
  blocker.query("ROLLBACK");
}

// Its connection is open, and it does nothing: not even read what the server says in the end.
TEST_F(Grpc, AnIdleClientDoesNotHoldUpTheEnd) {
  ApiProcess api(*database_, {{"--auth", "none", "--drain-seconds", "600"}, {}, 0});
  const auto stub = v1::Commands::NewStub(::grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(api.grpc_port()), ::grpc::InsecureChannelCredentials()));
  ClientContext context;
  introduce(context);
  v1::ExecuteResponse response;
  ASSERT_TRUE(stub->Execute(&context, order(R"({"number":1})"), &response).ok());
  api.send(SIGTERM);
  EXPECT_EQ(api.exit_status(), 0) << api.log();
}

TEST_F(Grpc, CountsItsCalls) {
  v1::ExecuteResponse response;
  ASSERT_TRUE(execute(order(R"({"number":1})"), response).ok());
  HttpClient admin(api_.admin_port());
  EXPECT_TRUE(eventually([&] {
    const std::string metrics = admin.get("/metrics").body;
    return metrics.find("command_center_api_grpc_calls_total{code=\"OK\"} 1") != std::string::npos &&
           metrics.find("command_center_api_grpc_call_duration_seconds_count 1") != std::string::npos;
  }));
}

TEST_F(Grpc, TermEndsItWithoutAnUnansweredCall) {
  v1::ExecuteResponse response;
  ASSERT_TRUE(execute(order(R"({"number":1})"), response).ok());
  api_.send(SIGTERM);
  EXPECT_EQ(api_.exit_status(), 0) << api_.log();
}

}  // namespace
}  // namespace command_center::api_tests
