// Looks often while it drains: a stop should take no longer than the last answer.
#include "api/http/door.hpp"

#include <poll.h>

#include "daemon/failure.hpp"

namespace command_center::api::http {
namespace {

constexpr std::chrono::milliseconds kLook{1000};
constexpr int kLookWhileDrainingMs = 10;

}  // namespace

Door::Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, Server& server)
    : Role(stop, {"http", "answering", drain_limit}), server_(server) {}

void Door::run_session() {
  health().set(admin::State::kWorking);
  while (waiter().wait(kLook) != runtime::WaitEnd::kStopping) health().note_progress();
  server_.drain();
  while (server_.unanswered() > 0) {
    if (waiter().drain_expired())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "requests were not answered in time");
    waiter().beat();
    poll(nullptr, 0, kLookWhileDrainingMs);
  }
}

}  // namespace command_center::api::http
