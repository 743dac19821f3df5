// The connections to one database and the queue before them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "api/database/call.hpp"
#include "api/database/fair_queue.hpp"
#include "api/database/session.hpp"
#include "api/database/settings.hpp"
#include "daemon/runtime/stop_signal.hpp"

namespace command_center::api::database {

// A command on its way.
struct Pending {
  Database::Execute command;
  Done done;
  std::int64_t bytes = 0;
  std::uint64_t order = 0;                // of its arrival
  runtime::Clock::time_point wait_until;  // for a key or a lock that others hold
  int lost = 0;                           // how often its connection broke
  int conflicts = 0;                      // how often it was rolled back for the sake of others
};

// What runs apart together: one tenant's commands of one name. Without a tenant: everybody's.
[[nodiscard]] inline std::string kind_of(std::string_view tenant, std::string_view command_name) {
  return std::string(tenant).append(1, ' ').append(command_name);
}

// Whoever asked is gone, or waits no longer.
template <typename Asked>
[[nodiscard]] bool needs_no_work(const Asked& asked, runtime::Clock::time_point now) {
  return asked.deadline <= now || (asked.is_gone && asked.is_gone());
}

struct Counters {
  std::atomic<std::int64_t> batches{0}, commands{0}, calls{0}, refused_full{0}, requeued{0}, one_by_one{0},
      abandoned{0}, lost_connections{0}, unconfirmed{0};
};

// Each worker has one connection and takes what waits when it is free: a call alone, commands together, up to
// 200 of them, without ever waiting for more.
//
// What one command costs others in its batch: an error of the server or a limit of a batch (kBatchLimit)
// sends all of them through once more, one by one; what holds up others then runs apart, on few workers, with
// its own deadline. A command whose service is a handler in the database is never in a batch.
//
// What one tenant costs others: each has its turn in every queue, no tenant has more than its share of the
// queue (share_of) or of the connections that a lane may use: of three or more of them one in four, and one
// at least, is left to others.
class Pool : public Database {
 public:
  // `stop`: connecting ends with it. Starts its threads at once; they connect, and connect again, by
  // themselves.
  Pool(std::string conninfo, const Settings& settings, const runtime::StopSignal& stop);
  // Drains: answers all that was taken.
  ~Pool() override;

  [[nodiscard]] bool submit(Call&& call, Done done) override;
  [[nodiscard]] bool execute(Execute&& command, Done done) override;

  // Takes nothing more; what was taken is still answered.
  void close() noexcept;
  // Some connection works, and what is not to be batched is known.
  [[nodiscard]] bool is_connected() const noexcept { return connected_.load() > 0 && has_watched_.load(); }
  [[nodiscard]] int connections() const noexcept { return connected_.load(); }
  // Taken and not answered yet.
  [[nodiscard]] std::int64_t in_flight() const noexcept { return in_flight_.load(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  struct PendingCall {
    Call call;
    Done done;
    std::int64_t bytes = 0;
    std::uint64_t order = 0;
  };
  using Batch = std::vector<Pending>;
  enum class Lane { kCalls, kTogether, kApart };
  static constexpr int kLanes = 3;
  struct Work {
    Lane lane = Lane::kCalls;
    std::string tenant;  // whose share of the lane it takes; of kTogether nobody's
    std::optional<PendingCall> call;
    Batch commands;
  };
  // What a tenant has of the queue.
  struct Holding {
    std::int64_t requests = 0;
    std::int64_t bytes = 0;
  };

  void work();
  void watch();
  // Null when the pool is closing down.
  [[nodiscard]] std::unique_ptr<Session> connect(runtime::Waiter& waiter);
  void work_with(Session& session);
  // Waits for something to do; nothing after a while, or when nothing will come any more.
  [[nodiscard]] std::optional<Work> take();
  [[nodiscard]] std::optional<Lane> choose() const;
  [[nodiscard]] Work take_from(Lane lane);
  [[nodiscard]] Work take_and_tell(Lane lane);
  void put_back(Work&& work);
  void run(Session& session, Work&& work);
  void move_due(runtime::Clock::time_point now);
  void queue_up(Pending&& pending);
  [[nodiscard]] bool runs_apart(const Pending& pending, runtime::Clock::time_point now);
  [[nodiscard]] bool has_room(const std::string& tenant, std::int64_t bytes) const;
  void hold(const std::string& tenant, std::int64_t bytes);
  // Whether another of the tenant's may run in the lane.
  [[nodiscard]] bool may_run(Lane lane, const std::string& tenant) const;
  void end_work(Lane lane, const std::string& tenant);
  void fail_all_waiting();
  // Answers what waits too long, and leaves out what nobody waits for, also while every worker is busy.
  void sweep();
  void sweep_once();
  void finish_unbegun(const PendingCall& pending);
  void finish_unbegun(const Pending& pending);
  [[nodiscard]] bool is_over() const;

  void run_call(Session& session, PendingCall&& pending);
  void run_batch(Session& session, Batch&& batch);
  enum class Turn { kFirst, kLast };
  void run_alone(Session& session, Pending&& pending, Turn turn);
  void settle(Batch&& batch, const postgres::Result& rows);
  void settle_row(Pending&& pending, const postgres::Result& rows, int row, Turn turn);
  void settle_lost(Pending&& pending);
  void settle_unconfirmed(Batch&& batch, const postgres::Result& rows, Turn turn);
  void note_unconfirmed();
  void note_role(const Refusal& refusal);
  void requeue(Pending&& pending);
  void send_apart(Pending&& pending);
  void finish(const Pending& pending, Outcome&& outcome) noexcept;
  void finish(const PendingCall& pending, Outcome&& outcome) noexcept;
  void finish(const Done& done, const std::string& tenant, std::int64_t bytes, Outcome&& outcome) noexcept;

  std::string conninfo_;
  Settings settings_;
  const runtime::StopSignal& stop_;
  Counters counters_;
  std::atomic<int> connected_{0};
  std::atomic<bool> has_watched_{false};
  std::atomic<std::int64_t> in_flight_{0};

  std::mutex mutex_;
  std::condition_variable wake_;             // of workers that wait for something to do
  std::condition_variable wake_connecting_;  // of those without a connection: work is nothing for them
  std::condition_variable wake_watch_;
  // Guarded by mutex_.
  bool closed_ = false;
  bool away_ = true;  // no connection, and the last attempt failed
  std::uint64_t next_order_ = 0;
  std::int64_t queued_bytes_ = 0;
  std::unordered_map<std::string, Holding> holdings_;  // by tenant
  FairQueue<PendingCall> calls_;
  FairQueue<Pending> together_;
  FairQueue<Pending> apart_;
  std::multimap<runtime::Clock::time_point, Pending> later_;
  int busy_[kLanes] = {0, 0, 0};
  int most_[kLanes] = {1, 1, 1};
  std::unordered_map<std::string, int> running_[kLanes];  // by tenant; of kTogether empty
  std::set<std::string> handled_here_;  // what a handler in the database may get, by kind_of()
  std::map<std::string, runtime::Clock::time_point, std::less<>> slow_;  // until when, by kind_of()
  runtime::Clock::time_point next_word_of_roles_{};

  std::vector<std::thread> threads_;
};

}  // namespace command_center::api::database
