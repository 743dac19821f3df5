// A call that may take long is started and looked at between batches.
#include "relay/publisher/maintenance.hpp"

#include <exception>

#include "relay/failure.hpp"
#include "relay/logging/log.hpp"

namespace command_center::relay::publisher {
namespace {

constexpr std::chrono::hours kInterval{1};

}  // namespace

void Maintenance::advance() noexcept {
  try {
    if (connection_) {
      look();
    } else if (runtime::Clock::now() >= due_) {
      due_ = runtime::Clock::now() + kInterval;
      start();
    }
  } catch (const Failure& failure) {
    connection_.reset();
    logging::warning("maintenance failed", {{"sqlstate", failure.sqlstate()},
                                            {"message", failure.message()},
                                            {"detail", failure.detail()},
                                            {"hint", failure.hint()}});
  } catch (const std::exception& problem) {
    connection_.reset();
    logging::warning("maintenance failed", {{"message", problem.what()}});
  }
}

void Maintenance::start() {
  connection_ = std::make_unique<postgres::Connection>(conninfo_, waiter_);
  connection_->start_rows("SELECT command_center.maintain()", {});
}

void Maintenance::look() {
  if (!connection_->has_result()) return;
  while (connection_->next_row()) {
  }
  connection_.reset();
  logging::info("maintained the database");
}

}  // namespace command_center::relay::publisher
