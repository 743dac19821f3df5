// A session's failure is logged, counted, and followed by a pause that fits it.
#include "daemon/roles/role.hpp"

#include <exception>

#include "daemon/logging/log.hpp"

namespace command_center::daemon::roles {
namespace {

using admin::State;

constexpr std::chrono::seconds kStayAwayPause{15};
constexpr std::string_view kInternalError = "XX000";

void report(const std::string& role, const std::string& activity, const Failure& failure) {
  const bool gives_up = follow_up(failure.kind()) == FollowUp::kGiveUp;
  const auto log = gives_up ? logging::error : logging::warning;
  log(gives_up ? "stopped: an operator is needed" : activity + " was interrupted",
      {{"role", role},
       {"reason", reason_of(failure.kind())},
       {"sqlstate", failure.sqlstate()},
       {"message", failure.message()},
       {"detail", failure.detail()},
       {"hint", failure.hint()}});
}

}  // namespace

Role::Role(const runtime::StopSignal& stop, const RoleTraits& traits)
    : name_(traits.name),
      activity_(traits.activity),
      waiter_(stop, traits.drain_limit),
      health_(waiter_, traits.patience),
      backoff_(traits.shortest_pause, traits.longest_pause, Random(std::random_device()())) {}

RoleEnd Role::run() noexcept {
  RoleEnd end = RoleEnd::kDrained;
  while (!waiter_.stopping() && !is_over() && end == RoleEnd::kDrained) {
    const FollowUp next = try_session();
    end_session();
    if (next == FollowUp::kGiveUp) {
      end = RoleEnd::kOperatorNeeded;
    } else if (waiter_.stopping()) {
      end = failed_at_work_ ? RoleEnd::kGaveUp : RoleEnd::kDrained;
    } else {
      pause(next);
    }
  }
  health_.set(State::kStopped);
  return end;
}

FollowUp Role::try_session() {
  const auto progress_before = health_.last_progress();
  FollowUp next = FollowUp::kTryAgain;
  failed_at_work_ = false;
  try {
    run_session();
  } catch (const Failure& failure) {
    next = take_note_of(failure);
  } catch (const std::exception& problem) {
    next = take_note_of(Failure(FailureKind::kInternal, kInternalError, problem.what()));
  }
  if (health_.last_progress() != progress_before) backoff_.reset();
  return next;
}

FollowUp Role::take_note_of(const Failure& failure) {
  const FollowUp next = follow_up(failure.kind());
  failed_at_work_ = health_.is_at_work();
  if (next != FollowUp::kEnd) {
    report(name_, activity_, failure);
    count_failure(failure);
  }
  return next;
}

void Role::pause(FollowUp follow_up) {
  switch (follow_up) {
    case FollowUp::kStandBy:
      health_.set(State::kStandby);
      return;
    case FollowUp::kStayAway:
      health_.set(State::kStandby);
      waiter_.wait(kStayAwayPause);
      return;
    case FollowUp::kTryAgain:
    case FollowUp::kEnd:
    case FollowUp::kGiveUp:
      health_.set(State::kConnecting);
      waiter_.wait(backoff_.next());
  }
}

}  // namespace command_center::daemon::roles
