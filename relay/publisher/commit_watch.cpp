// A count that was read before the last look into the outbox is passed to the next wait, so no commit is
// missed; one that is out of date ends the wait at once, and costs a look.
#include "relay/publisher/commit_watch.hpp"

#include <algorithm>
#include <chrono>

#include "daemon/logging/log.hpp"

namespace command_center::relay::publisher {
namespace {

// The statement ends by itself then. COMMIT PREPARED wakes nobody, so this is how late it may be seen.
constexpr std::chrono::milliseconds kLongestWait{1000};
constexpr std::chrono::minutes kTryAgainAfter{1};

}  // namespace

void CommitWatch::wait(std::chrono::milliseconds longest) {
  if (runtime::Clock::now() < try_again_) {
    waiter_.wait(std::min(polling_.next(), longest));
    return;
  }
  try {
    wait_for_commit(longest);
  } catch (const Failure& failure) {
    give_up_for_now(failure);
  }
}

// Where it is cut short, the next one goes on with the same statement.
void CommitWatch::wait_for_commit(std::chrono::milliseconds longest) {
  if (!connection_) connection_ = std::make_unique<postgres::Connection>(server_, waiter_);
  const auto answer = connection_->await(
      "SELECT command_center.wait_for_outbox(seen => " + (seen_.empty() ? "NULL" : seen_) + ")",
      std::min(longest, kLongestWait));
  if (answer && answer->rows() == 1) seen_ = std::string(answer->text(0, 0));
}

void CommitWatch::give_up_for_now(const Failure& failure) {
  connection_.reset();
  seen_.clear();
  try_again_ = runtime::Clock::now() + kTryAgainAfter;
  if (waiter_.stopping()) return;
  logging::info("polling, since the database cannot wake the relay",
                {{"sqlstate", failure.sqlstate()}, {"message", failure.message()}, {"hint", failure.hint()}});
}

}  // namespace command_center::relay::publisher
