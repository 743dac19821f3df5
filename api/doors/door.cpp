// Looks often while it drains: a stop should take no longer than the last answer.
#include "api/doors/door.hpp"

#include <poll.h>

#include <utility>

#include "daemon/failure.hpp"

namespace command_center::api::doors {
namespace {

constexpr std::chrono::milliseconds kLook{250};
constexpr int kLookWhileDrainingMs = 10;

}  // namespace

Door::Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, std::string_view name,
           Doorway& doorway, std::function<bool()> is_ready)
    : Role(stop, {name, "answering", drain_limit}), doorway_(doorway), is_ready_(std::move(is_ready)) {}

void Door::run_session() {
  do {
    const bool is_ready = is_ready_();
    doorway_.set_ready(is_ready);
    health().set(is_ready ? admin::State::kWorking : admin::State::kConnecting);
    if (is_ready) health().note_progress();
  } while (waiter().wait(kLook) != runtime::WaitEnd::kStopping);
  doorway_.drain();
  while (doorway_.unanswered() > 0) {
    if (waiter().drain_expired())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "requests were not answered in time");
    waiter().beat();
    poll(nullptr, 0, kLookWhileDrainingMs);
  }
}

}  // namespace command_center::api::doors
