// gRPC waits for its calls by itself, so that wait has a thread of its own while this one shows that it is
// alive.
#include "api/grpc/door.hpp"

#include <future>
#include <utility>

#include "daemon/failure.hpp"

namespace command_center::api::grpc {
namespace {

constexpr std::chrono::milliseconds kLook{250};

}  // namespace

Door::Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, Server& server,
           std::function<bool()> is_ready)
    : Role(stop, {"grpc", "answering", drain_limit}),
      server_(server),
      drain_limit_(drain_limit),
      is_ready_(std::move(is_ready)) {}

void Door::run_session() {
  do {
    const bool is_ready = is_ready_();
    server_.set_ready(is_ready);
    health().set(is_ready ? admin::State::kWorking : admin::State::kConnecting);
    if (is_ready) health().note_progress();
  } while (waiter().wait(kLook) != runtime::WaitEnd::kStopping);
  auto drained = std::async(std::launch::async, [this] { return server_.drain(drain_limit_); });
  while (drained.wait_for(kLook) != std::future_status::ready) waiter().beat();
  if (!drained.get())
    throw Failure(FailureKind::kStopping, kConnectionFailure, "calls were not answered in time");
}

}  // namespace command_center::api::grpc
