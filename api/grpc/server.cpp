// One way for all that the API checks: gRPC adds no rule of its own, and a call that waits takes no thread.
#include "api/grpc/server.hpp"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <optional>

#include "api/grpc/acceptor.hpp"
#include "api/grpc/codec.hpp"
#include "api/grpc/metrics.hpp"
#include "command_center/v1/commands.grpc.pb.h"
#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::api::grpc {
namespace {

using ::grpc::CallbackServerContext;
using ::grpc::ServerUnaryReactor;
using ::grpc::Status;
using ::grpc::StatusCode;
using runtime::Clock;

constexpr int kMostCallsOfAConnection = 100;
// Of what all connections send and do not read; the library refuses and slows down where it is short.
constexpr std::size_t kMostMemory = std::size_t{256} << 20;
constexpr int kMostHeaderBytes = 16 * 1024;
constexpr int kHandshakeMs = 10'000;
constexpr int kIdleMs = 300'000;
constexpr std::int64_t kMostEnvelopeBytes = std::int64_t{64} * 1024;  // what a message has besides its JSON
constexpr std::string_view kMetadataOfGrpc = "grpc-";
constexpr std::string_view kBinary = "-bin";

[[nodiscard]] std::string_view view_of(const ::grpc::string_ref& text) {
  return {text.data(), text.size()};
}

[[nodiscard]] bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "ipv4:127.0.0.1:5000", "ipv6:[::1]:5000" or the brackets as %5B and %5D.
[[nodiscard]] std::string address_of(std::string_view peer) {
  const std::size_t kind = peer.find(':');
  const std::size_t port = peer.rfind(':');
  if (kind == std::string_view::npos || port <= kind) return std::string(peer);
  std::string_view address = peer.substr(kind + 1, port - kind - 1);
  for (const std::string_view open : {"[", "%5B"}) {
    if (address.substr(0, open.size()) == open) address.remove_prefix(open.size());
  }
  for (const std::string_view close : {"]", "%5D"}) {
    if (ends_with(address, close)) address.remove_suffix(close.size());
  }
  return std::string(address);
}

// Metadata that the request has in a place of its own, or that HTTP has for itself.
[[nodiscard]] bool is_transport(std::string_view name) {
  for (const std::string_view one : {"host", "content-type", "content-length", "transfer-encoding", "te"}) {
    if (name == one) return true;
  }
  return name.substr(0, kMetadataOfGrpc.size()) == kMetadataOfGrpc || ends_with(name, kBinary);
}

// Who calls, from where and until when.
void write_caller(const CallbackServerContext& context, http::Request& request) {
  request.headers.emplace_back("host", view_of(context.ExperimentalGetAuthority()));
  if (!request.body.empty()) request.headers.emplace_back("content-type", "application/json");
  for (const auto& [name, value] : context.client_metadata()) {
    if (!is_transport(view_of(name))) request.headers.emplace_back(view_of(name), view_of(value));
  }
  request.peer = address_of(context.peer());
  const auto deadline = context.deadline();
  if (deadline != std::chrono::system_clock::time_point::max())
    request.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                          deadline - std::chrono::system_clock::now());
}

// What tells of an answer besides its body; not what is HTTP's alone.
void add_metadata(const http::Response& response, CallbackServerContext& context) {
  constexpr std::string_view kNames[] = {"RateLimit-Limit",     "RateLimit-Remaining", "RateLimit-Reset",
                                         "Idempotent-Replayed", "Retry-After",         "x-correlation-id",
                                         "WWW-Authenticate"};
  for (const auto& [name, value] : response.headers) {
    if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) continue;
    const bool is_printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!is_printable) continue;  // gRPC ends the call over it
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    context.AddTrailingMetadata(lower, value);
  }
}

[[nodiscard]] std::string_view name_of(StatusCode code) {
  constexpr std::string_view kNames[] = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(kNames) ? kNames[index] : "UNKNOWN";
}

// The calls that have not ended: none is left when gRPC has sent, or given up, the last answer.
class CallsUnderWay {
 public:
  explicit CallsUnderWay(prometheus::Registry& registry) : metrics_(registry) {}

  // False once no new ones are taken.
  [[nodiscard]] bool begin() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++count_;
    metrics_.begin_call();
    return !is_closed_;
  }
  void end(StatusCode code, Clock::time_point since) {
    metrics_.end_call(name_of(code), Clock::now() - since);
    const std::lock_guard<std::mutex> lock(mutex_);
    --count_;
  }
  // From now on begin() says no.
  void close() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closed_ = true;
  }
  [[nodiscard]] int count() const noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    return count_;
  }

 private:
  Metrics metrics_;
  mutable std::mutex mutex_;
  int count_ = 0;
  bool is_closed_ = false;
};

// One call under way. gRPC deletes it by OnDone(), which comes after Finish() alone.
class UnaryCall : public ServerUnaryReactor {
 public:
  UnaryCall(CallbackServerContext& context, CallsUnderWay& calls) : context_(context), calls_(calls) {}

  void OnCancel() override { is_cancelled_ = true; }
  void OnDone() override {
    calls_.end(code_, since_);
    delete this;
  }

  void end(Status&& status) {
    code_ = is_cancelled_ ? StatusCode::CANCELLED : status.error_code();
    Finish(std::move(status));
  }
  [[nodiscard]] bool is_cancelled() const noexcept { return is_cancelled_; }
  [[nodiscard]] CallbackServerContext& context() noexcept { return context_; }

 private:
  CallbackServerContext& context_;
  CallsUnderWay& calls_;
  const Clock::time_point since_ = Clock::now();
  StatusCode code_ = StatusCode::UNKNOWN;
  std::atomic<bool> is_cancelled_{false};
};

template <class Message>
class Answer : public http::Destination {
 public:
  using Read = bool (*)(const http::Response&, Message&);

  Answer(UnaryCall& call, Message& message, Read read) : call_(call), message_(message), read_(read) {}

  void send(http::Response&& response) noexcept override {
    try {
      add_metadata(response, call_.context());
      call_.end(outcome_of(response));
    } catch (...) {
      call_.end(Status(StatusCode::INTERNAL, ""));
    }
  }
  [[nodiscard]] bool is_gone() const noexcept override { return call_.is_cancelled(); }

 private:
  [[nodiscard]] Status outcome_of(const http::Response& response) {
    if (is_refusal(response)) return status_of(response);
    if (!read_(response, message_)) return Status(StatusCode::INTERNAL, "the answer could not be read");
    return Status::OK;
  }

  UnaryCall& call_;
  Message& message_;
  const Read read_;
};

class Service : public v1::Commands::CallbackService {
 public:
  Service(http::Handler handler, prometheus::Registry& registry)
      : handler_(std::move(handler)), calls_(registry) {}

  void close() noexcept { calls_.close(); }
  [[nodiscard]] int unanswered() const noexcept { return calls_.count(); }

  ServerUnaryReactor* Execute(CallbackServerContext* context, const v1::ExecuteRequest* request,
                              v1::ExecuteResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/Execute", write_execute,
                  read_execute);
  }
  ServerUnaryReactor* ExecuteBatch(CallbackServerContext* context, const v1::ExecuteBatchRequest* request,
                                   v1::ExecuteBatchResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/ExecuteBatch", write_batch,
                  read_batch);
  }
  ServerUnaryReactor* Explain(CallbackServerContext* context, const v1::ExecuteRequest* request,
                              v1::ExplainResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/Explain", write_explain,
                  read_explain);
  }
  ServerUnaryReactor* GetDispatch(CallbackServerContext* context, const v1::GetDispatchRequest* request,
                                  v1::Dispatch* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/GetDispatch", write_get_dispatch,
                  read_dispatch);
  }
  ServerUnaryReactor* ListDispatches(CallbackServerContext* context, const v1::ListDispatchesRequest* request,
                                     v1::ListDispatchesResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/ListDispatches",
                  write_list_dispatches, read_dispatches);
  }
  ServerUnaryReactor* ReplayDispatch(CallbackServerContext* context, const v1::ReplayDispatchRequest* request,
                                     v1::ReplayDispatchResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/ReplayDispatch", write_replay,
                  read_replay);
  }
  ServerUnaryReactor* Acknowledge(CallbackServerContext* context, const v1::AcknowledgeRequest* request,
                                  v1::AcknowledgeResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/Acknowledge", write_acknowledge,
                  read_acknowledged);
  }
  ServerUnaryReactor* PublishEvent(CallbackServerContext* context, const v1::PublishEventRequest* request,
                                   v1::PublishEventResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/PublishEvent", write_publish,
                  read_published);
  }
  ServerUnaryReactor* Call(CallbackServerContext* context, const v1::CallRequest* request,
                           v1::CallResponse* response) override {
    return handle(*context, *request, *response, "command_center.v1.Commands/Call", write_call, read_call);
  }

 private:
  template <class Asked, class Answered>
  ServerUnaryReactor* handle(CallbackServerContext& context, const Asked& asked, Answered& answered,
                             std::string_view rpc,
                             std::optional<std::string> (*write)(const Asked&, http::Request&),
                             bool (*read)(const http::Response&, Answered&)) {
    auto* call = new UnaryCall(context, calls_);
    if (!calls_.begin()) {
      call->end(Status(StatusCode::UNAVAILABLE, "the server is stopping"));
      return call;
    }
    http::Request request;
    request.rpc = rpc;
    try {
      if (const auto mistake = write(asked, request)) {
        call->end(Status(StatusCode::INVALID_ARGUMENT, *mistake));
        return call;
      }
      write_caller(context, request);
    } catch (...) {
      call->end(Status(StatusCode::RESOURCE_EXHAUSTED, "no memory"));
      return call;
    }
    // From here on the reply finishes the call, also when the handler throws.
    try {
      handler_(std::move(request), http::Reply(std::make_unique<Answer<Answered>>(*call, answered, read)));
    } catch (const std::exception& failure) {
      logging::error("a call failed", {{"message", failure.what()}});
    }
    return call;
  }

  http::Handler handler_;
  CallsUnderWay calls_;
};

// What the library has to say, in our log.
void log(gpr_log_func_args* line) {
  const logging::Fields fields = {{"message", line->message}};
  if (line->severity == GPR_LOG_SEVERITY_ERROR) {
    logging::warning("gRPC says", fields);
  } else {
    logging::debug("gRPC says", fields);
  }
}

}  // namespace

class Server::State {
 public:
  State(const settings::Grpc& settings, std::int64_t most_bytes, http::Handler handler,
        prometheus::Registry& registry)
      : acceptor_(settings.address, settings.port, static_cast<std::size_t>(settings.most_connections)),
        service_(std::move(handler), registry) {
    // Both are asked for before the builder is made, and stay for the process.
    static std::once_flag once;
    std::call_once(once, [] {
      gpr_set_log_function(log);
      ::grpc::EnableDefaultHealthCheckService(true);
      ::grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
    ::grpc::ServerBuilder builder;
    using Connections = ::grpc::ServerBuilder::experimental_type::ExternalConnectionType;
    Acceptor::Library library = builder.experimental().AddExternalConnectionAcceptor(
        Connections::FROM_FD, ::grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    builder.SetMaxReceiveMessageSize(static_cast<int>(most_bytes + kMostEnvelopeBytes));
    // Whoever connects and says nothing makes room for others.
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostCallsOfAConnection);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMostHeaderBytes);
    builder.SetResourceQuota(::grpc::ResourceQuota("command-center-api").Resize(kMostMemory));
    server_ = builder.BuildAndStart();
    if (!server_) throw Failure(FailureKind::kInternal, kConnectionFailure, "could not start gRPC");
    acceptor_.start(std::move(library));
    set_ready(false);
  }
  // The calls were waited for (Door): left to itself, the library waits for clients that do nothing, too.
  ~State() {
    drain();
    acceptor_.stop();
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return acceptor_.port(); }

  void set_ready(bool ready) {
    if (auto* health = server_->GetHealthCheckService()) {
      health->SetServingStatus(ready);
      health->SetServingStatus(v1::Commands::service_full_name(), ready);
    }
  }

  void drain() noexcept {
    service_.close();
    set_ready(false);
  }
  [[nodiscard]] int unanswered() const noexcept { return service_.unanswered(); }

 private:
  Acceptor acceptor_;
  Service service_;
  std::unique_ptr<::grpc::Server> server_;
};

Server::Server(const settings::Grpc& settings, std::int64_t most_bytes, http::Handler handler,
               prometheus::Registry& registry)
    : state_(std::make_unique<State>(settings, most_bytes, std::move(handler), registry)) {}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
  return state_->port();
}

void Server::set_ready(bool ready) {
  state_->set_ready(ready);
}

void Server::drain() noexcept {
  state_->drain();
}

int Server::unanswered() const noexcept {
  return state_->unanswered();
}

}  // namespace command_center::api::grpc
