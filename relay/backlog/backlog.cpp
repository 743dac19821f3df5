// A connection of its own: the publisher's is busy just when much waits.
#include "relay/backlog/backlog.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"

namespace command_center::relay::backlog {
namespace {

constexpr std::chrono::seconds kInterval{5};
constexpr std::chrono::seconds kIntervalAfterFailure{60};
constexpr std::chrono::seconds kPatience{180};
constexpr std::chrono::seconds kLimit{10};  // for a look
constexpr std::chrono::milliseconds kNoDrain{0};

constexpr const char* kStatus =
    "SELECT publisher, pending_messages, (extract(epoch FROM oldest_pending_age) * 1000)::bigint"
    " FROM command_center.outbox_status";

double number(std::string_view text) {
  std::int64_t value = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), value);
  return static_cast<double>(value);
}

bool is_about_the_connection(const Failure& failure) {
  return failure.kind() != FailureKind::kPostgres || failure.sqlstate().substr(0, 2) == "08" ||
         failure.sqlstate().substr(0, 3) == "57P";
}

}  // namespace

Backlog::Backlog(const runtime::StopSignal& stop, postgres::Server server, prometheus::Registry& registry)
    : Role(stop, {"backlog", "looking at the backlog", kNoDrain, kPatience}),
      server_(std::move(server)),
      metrics_(registry) {}

void Backlog::run_session() {
  std::optional<postgres::Connection> connection;
  while (!waiter().stopping()) {
    std::chrono::milliseconds pause = kInterval;
    try {
      if (!connection) connection.emplace(server_, waiter());
      look(*connection);
      told_.clear();
    } catch (const Failure& failure) {
      if (is_about_the_connection(failure)) throw;
      connection.reset();
      metrics_.show({});
      pause = kIntervalAfterFailure;
      if (std::exchange(told_, failure.message()) != failure.message())
        logging::warning("cannot tell how much waits to be published", {{"sqlstate", failure.sqlstate()},
                                                                        {"message", failure.message()},
                                                                        {"detail", failure.detail()},
                                                                        {"hint", failure.hint()}});
    }
    health().set(admin::State::kWorking);
    health().note_progress();
    waiter().wait(pause);
  }
}

void Backlog::look(postgres::Connection& connection) {
  const postgres::Result rows = connection.transaction(kStatus, kLimit);
  std::vector<Waiting> all;
  for (int row = 0; row < rows.rows(); ++row) {
    Waiting one{std::string(rows.text(row, 0)), number(rows.text(row, 1)), std::nullopt};
    if (!rows.is_null(row, 2)) one.oldest_age = number(rows.text(row, 2)) / 1000;
    all.push_back(std::move(one));
  }
  metrics_.show(all);
}

void Backlog::end_session() noexcept {
  metrics_.show({});
}

}  // namespace command_center::relay::backlog
