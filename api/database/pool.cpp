// The queue and the workers; execution.cpp has what they do with what they take.
#include "api/database/pool.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/runtime/backoff.hpp"

namespace command_center::api::database {
namespace {

constexpr std::size_t kMostTogether = 200;
constexpr std::int64_t kMostBytesTogether = std::int64_t{4} * 1024 * 1024;
// How soon an idle worker sees that its connection was closed.
constexpr std::chrono::milliseconds kLookAround{500};
constexpr std::chrono::milliseconds kSweepEvery{250};
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{1000};
constexpr int kFewest = 3;               // connections of a lane that are worth sharing
constexpr std::int64_t kOverhead = 512;  // of what waits, besides its texts

// Commands that a handler in the database may be asked to do, and the tenant that it is so for (NULL: all of
// them): by their default target or by an active route.
constexpr const char* kHandledCommands =
    "WITH handled AS (SELECT pg_catalog.array_agg(service_id) AS ids FROM command_center.list_services()"
    " WHERE handler IS NOT NULL)"
    " SELECT command.command_name, NULL::text FROM handled, command_center.list_commands() AS command"
    " WHERE handled.ids IS NOT NULL AND command.default_target OPERATOR(pg_catalog.=) ANY (handled.ids)"
    " UNION SELECT route.command_name, route.tenant_id::text"
    " FROM handled, command_center.list_routes(status => 'active') AS route"
    " WHERE handled.ids IS NOT NULL AND EXISTS (SELECT FROM pg_catalog.unnest(handled.ids) AS id"
    " WHERE pg_catalog.strpos(route.policy::text, pg_catalog.to_json(id)::text) OPERATOR(pg_catalog.>) 0)";

std::int64_t size_of(const Parameter& parameter) {
  return parameter ? static_cast<std::int64_t>(parameter->size()) : 0;
}

std::int64_t size_of(const Call& call) {
  std::int64_t bytes = kOverhead;
  for (const Parameter& parameter : call.parameters) bytes += size_of(parameter);
  return bytes + size_of(call.actor) + size_of(call.role);
}

std::int64_t size_of(const Database::Execute& command) {
  return kOverhead +
         static_cast<std::int64_t>(command.payload.size() + command.initiator.size() +
                                   command.command_name.size()) +
         size_of(command.correlation_id) + size_of(command.idempotency_key) + size_of(command.property_id) +
         size_of(command.environment) + size_of(command.traceparent) + size_of(command.role);
}

problems::Problem not_connected() {
  return problems::from_sqlstate(kConnectionFailure, {}, {}, {});
}

}  // namespace

Pool::Pool(std::string conninfo, const Settings& settings, const runtime::StopSignal& stop)
    : conninfo_(std::move(conninfo)), settings_(settings), stop_(stop) {
  const int connections = settings_.connections;
  most_[static_cast<int>(Lane::kCalls)] = std::max(1, connections * 3 / 4);
  most_[static_cast<int>(Lane::kTogether)] = std::max(1, connections / 2);
  most_[static_cast<int>(Lane::kApart)] = std::max(1, connections / 2);
  away_ = false;
  for (int worker = 0; worker < connections; ++worker) threads_.emplace_back([this] { work(); });
  threads_.emplace_back([this] { sweep(); });
  has_watched_ = settings_.batching == Batching::kOff;
  if (settings_.batching == Batching::kOn) threads_.emplace_back([this] { watch(); });
}

Pool::~Pool() {
  close();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::close() noexcept {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  wake_connecting_.notify_all();
  wake_watch_.notify_all();
}

bool Pool::has_room(const std::string& tenant, std::int64_t bytes) const {
  if (closed_ || in_flight_.load() >= settings_.queue_requests ||
      queued_bytes_ + bytes > settings_.queue_bytes)
    return false;
  const auto held = holdings_.find(tenant);
  return held == holdings_.end() || (held->second.requests < share_of(settings_.queue_requests) &&
                                     held->second.bytes + bytes <= share_of(settings_.queue_bytes));
}

void Pool::hold(const std::string& tenant, std::int64_t bytes) {
  queued_bytes_ += bytes;
  ++in_flight_;
  Holding& held = holdings_[tenant];
  ++held.requests;
  held.bytes += bytes;
}

bool Pool::submit(Call&& call, Done done) {
  const std::int64_t bytes = size_of(call);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!has_room(call.tenant, bytes)) {
      ++counters_.refused_full;
      return false;
    }
    if (!away_) {
      hold(call.tenant, bytes);
      const std::string tenant = call.tenant;
      calls_.push_back(tenant, {std::move(call), std::move(done), bytes, next_order_++});
      wake_.notify_one();
      return true;
    }
  }
  done(not_connected());
  return true;
}

bool Pool::execute(Execute&& command, Done done) {
  const std::int64_t bytes = size_of(command);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!has_room(command.tenant, bytes)) {
      ++counters_.refused_full;
      return false;
    }
    if (!away_) {
      hold(command.tenant, bytes);
      Pending pending{std::move(command), std::move(done), bytes, next_order_++, {}, 0, 0};
      pending.wait_until = std::min(runtime::Clock::now() + settings_.lock_wait, pending.command.deadline);
      queue_up(std::move(pending));
      wake_.notify_one();
      return true;
    }
  }
  done(not_connected());
  return true;
}

bool Pool::runs_apart(const Pending& pending, runtime::Clock::time_point now) {
  if (settings_.batching == Batching::kOff) return true;
  const std::string kind = kind_of(pending.command.tenant, pending.command.command_name);
  const std::string everybodys = kind_of({}, pending.command.command_name);
  if (handled_here_.count(kind) > 0 || handled_here_.count(everybodys) > 0) return true;
  const auto slow = slow_.find(kind);
  if (slow == slow_.end()) return false;
  if (slow->second > now) return true;
  slow_.erase(slow);
  return false;
}

void Pool::queue_up(Pending&& pending) {
  FairQueue<Pending>& queue = runs_apart(pending, runtime::Clock::now()) ? apart_ : together_;
  const std::string tenant = pending.command.tenant;
  queue.push_back(tenant, std::move(pending));
}

void Pool::move_due(runtime::Clock::time_point now) {
  while (!later_.empty() && later_.begin()->first <= now) {
    queue_up(std::move(later_.begin()->second));
    later_.erase(later_.begin());
  }
}

bool Pool::may_run(Lane lane, const std::string& tenant) const {
  const int index = static_cast<int>(lane);
  const auto running = running_[index].find(tenant);
  if (running == running_[index].end()) return true;
  const int left_to_others = most_[index] < kFewest ? 0 : std::max(1, most_[index] / 4);
  return running->second < most_[index] - left_to_others;
}

void Pool::end_work(Lane lane, const std::string& tenant) {
  const int index = static_cast<int>(lane);
  --busy_[index];
  const auto running = running_[index].find(tenant);
  if (running != running_[index].end() && --running->second == 0) running_[index].erase(running);
}

// What came first, among the lanes that have a worker left.
std::optional<Pool::Lane> Pool::choose() const {
  std::optional<Lane> chosen;
  std::uint64_t first = 0;
  const auto consider = [&](Lane lane, const auto& queue) {
    const int index = static_cast<int>(lane);
    if (queue.empty() || busy_[index] >= most_[index]) return;
    const auto order = queue.next_order([&](const std::string& tenant) { return may_run(lane, tenant); });
    if (!order || (chosen && *order >= first)) return;
    chosen = lane;
    first = *order;
  };
  consider(Lane::kCalls, calls_);
  consider(Lane::kTogether, together_);
  consider(Lane::kApart, apart_);
  return chosen;
}

Pool::Work Pool::take_from(Lane lane) {
  const auto may = [&](const std::string& tenant) { return may_run(lane, tenant); };
  const auto any = [](const auto&) { return true; };
  Work work;
  work.lane = lane;
  const int index = static_cast<int>(lane);
  ++busy_[index];
  if (lane == Lane::kTogether) {
    std::int64_t bytes = 0;
    const auto fits = [&](const Pending& next) {
      return work.commands.empty() || bytes + next.bytes <= kMostBytesTogether;
    };
    while (work.commands.size() < kMostTogether) {
      auto next = together_.take(any, fits);
      if (!next) break;
      bytes += next->bytes;
      work.commands.push_back(std::move(*next));
    }
    return work;
  }
  if (lane == Lane::kCalls) {
    work.call = calls_.take(may, any);
    work.tenant = work.call->call.tenant;
  } else {
    work.commands.push_back(*apart_.take(may, any));
    work.tenant = work.commands.front().command.tenant;
  }
  ++running_[index][work.tenant];
  return work;
}

void Pool::put_back(Work&& work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  end_work(work.lane, work.tenant);
  if (work.call) {
    const std::string tenant = work.call->call.tenant;
    calls_.push_front(tenant, std::move(*work.call));
  }
  FairQueue<Pending>& queue = work.lane == Lane::kTogether ? together_ : apart_;
  for (auto each = work.commands.rbegin(); each != work.commands.rend(); ++each) {
    const std::string tenant = each->command.tenant;
    queue.push_front(tenant, std::move(*each));
  }
  wake_.notify_one();
}

bool Pool::is_over() const {
  return closed_ && calls_.empty() && together_.empty() && apart_.empty() && later_.empty();
}

std::optional<Pool::Work> Pool::take() {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto now = runtime::Clock::now();
  move_due(now);
  if (const auto lane = choose()) return take_and_tell(*lane);
  if (is_over()) return std::nullopt;
  auto pause = kLookAround;
  if (!later_.empty()) {
    pause = std::min(pause, std::chrono::ceil<std::chrono::milliseconds>(later_.begin()->first - now));
  }
  wake_.wait_for(lock, pause);
  move_due(runtime::Clock::now());
  if (const auto lane = choose()) return take_and_tell(*lane);
  return std::nullopt;
}

// What became due together woke nobody but us, and who is busy looks after no time.
Pool::Work Pool::take_and_tell(Lane lane) {
  Work work = take_from(lane);
  if (!later_.empty() || choose()) wake_.notify_one();
  return work;
}

// Whoever waits while nothing can be reached would wait for nothing, and may try another of us.
void Pool::fail_all_waiting() {
  std::vector<PendingCall> calls;
  std::vector<Pending> commands;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto keep = [&](Pending&& pending) { commands.push_back(std::move(pending)); };
    calls_.take_all([&](PendingCall&& pending) { calls.push_back(std::move(pending)); });
    together_.take_all(keep);
    apart_.take_all(keep);
    for (auto& [when, pending] : later_) commands.push_back(std::move(pending));
    later_.clear();
  }
  for (const PendingCall& pending : calls) finish(pending, not_connected());
  for (const Pending& pending : commands) {
    problems::Problem problem = not_connected();
    if (pending.lost > 0) problem.outcome = "unknown";
    finish(pending, std::move(problem));
  }
}

void Pool::sweep() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!is_over()) {
    lock.unlock();
    sweep_once();
    lock.lock();
    if (!is_over()) wake_watch_.wait_for(lock, kSweepEvery);
  }
}

void Pool::sweep_once() {
  std::vector<PendingCall> calls;
  std::vector<Pending> commands;
  const auto now = runtime::Clock::now();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto is_pointless = [now](const Pending& pending) { return needs_no_work(pending.command, now); };
    const auto keep = [&](Pending&& pending) { commands.push_back(std::move(pending)); };
    calls_.take_where([now](const PendingCall& pending) { return needs_no_work(pending.call, now); },
                      [&](PendingCall&& pending) { calls.push_back(std::move(pending)); });
    together_.take_where(is_pointless, keep);
    apart_.take_where(is_pointless, keep);
  }
  for (const PendingCall& pending : calls) finish_unbegun(pending);
  for (const Pending& pending : commands) finish_unbegun(pending);
}

std::unique_ptr<Session> Pool::connect(runtime::Waiter& waiter) {
  runtime::Backoff<std::minstd_rand> backoff(kFirstPause, kLongestPause,
                                             std::minstd_rand(std::random_device{}()));
  bool logged = false;
  while (true) {
    std::string said;
    try {
      auto session = std::make_unique<Session>(conninfo_, waiter);
      const std::lock_guard<std::mutex> lock(mutex_);
      ++connected_;
      away_ = false;
      return session;
    } catch (const Failure& failure) {
      said = failure.what();
      if (!failure.detail().empty()) said += ": " + std::string(failure.detail());
    } catch (const std::exception& error) {
      said = error.what();
    }
    {
      std::unique_lock<std::mutex> lock(mutex_);
      if (is_over()) return nullptr;
      if (connected_.load() == 0) away_ = true;
    }
    // Others still do what waits, to the last of a drain.
    if (connected_.load() == 0) fail_all_waiting();
    // One line for each of the connections, not for each attempt.
    if (!logged && !stop_.asked()) logging::warning("could not connect to postgres", {{"reason", said}});
    logged = true;
    std::unique_lock<std::mutex> lock(mutex_);
    if (is_over()) return nullptr;
    wake_connecting_.wait_for(lock, backoff.next());
  }
}

void Pool::work() {
  runtime::Waiter waiter(stop_, stop_.drain_limit());
  while (const auto session = connect(waiter)) {
    work_with(*session);
    --connected_;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_over()) return;
  }
}

void Pool::work_with(Session& session) {
  while (session.is_alive()) {
    auto work = take();
    if (!work) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (is_over()) return;
      continue;
    }
    // It may have been closed while we waited.
    if (!session.is_alive()) return put_back(std::move(*work));
    const Lane lane = work->lane;
    const std::string tenant = work->tenant;
    run(session, std::move(*work));
    const std::lock_guard<std::mutex> lock(mutex_);
    end_work(lane, tenant);
  }
}

void Pool::watch() {
  runtime::Waiter waiter(stop_, std::chrono::milliseconds(0));
  std::unique_ptr<Session> session;
  Transaction transaction;
  transaction.sql = kHandledCommands;
  transaction.effect = Effect::kReads;
  transaction.limit = std::chrono::seconds(5);
  while (true) {
    try {
      if (!session || !session->is_alive()) session = std::make_unique<Session>(conninfo_, waiter);
      const Ran ran = session->run(transaction);
      // Also when it may not look: then handlers show by their answers.
      if (ran.end != End::kLost) has_watched_ = true;
      if (ran.end == End::kCommitted) {
        std::set<std::string> commands;
        for (int row = 0; row < ran.rows.rows(); ++row)
          commands.insert(kind_of(ran.rows.text(row, 1), ran.rows.text(row, 0)));
        const std::lock_guard<std::mutex> lock(mutex_);
        handled_here_.swap(commands);
      }
    } catch (const std::exception&) {
      // The workers say so.
      session.reset();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    if (wake_watch_.wait_for(lock, settings_.watch_every, [this] { return closed_; })) return;
  }
}

void Pool::finish(const Pending& pending, Outcome&& outcome) noexcept {
  finish(pending.done, pending.command.tenant, pending.bytes, std::move(outcome));
}

void Pool::finish(const PendingCall& pending, Outcome&& outcome) noexcept {
  finish(pending.done, pending.call.tenant, pending.bytes, std::move(outcome));
}

void Pool::finish(const Done& done, const std::string& tenant, std::int64_t bytes,
                  Outcome&& outcome) noexcept {
  try {
    done(std::move(outcome));
  } catch (const std::exception& error) {
    logging::error("could not answer", {{"reason", std::string_view(error.what())}});
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  queued_bytes_ -= bytes;
  --in_flight_;
  const auto held = holdings_.find(tenant);
  held->second.bytes -= bytes;
  if (--held->second.requests == 0) holdings_.erase(held);
}

}  // namespace command_center::api::database
