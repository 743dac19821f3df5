// What the pool promises: each command has an outcome of its own, whatever becomes of those it was executed
// with.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/database/pool.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/e2e/support/missing_standby.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

using api::database::Answer;
using api::database::Call;
using api::database::Outcome;
using api::database::Pool;
using api::database::Settings;
using api::problems::Problem;
using daemon::runtime::Clock;
using Execute = api::database::Database::Execute;

constexpr const char* kOtherTenant = "22222222-2222-4222-8222-222222222222";
constexpr const char* kLock = "4242";  // an advisory lock that holds up whoever asks for it

// One in a process, as signals are.
daemon::runtime::StopSignal& stop_signal() {
  static daemon::runtime::StopSignal stop(std::chrono::seconds(5));
  return stop;
}

// The outcomes by name, as they come.
class Outcomes {
 public:
  api::database::Done keep(const std::string& name) {
    return [this, name](Outcome&& outcome) {
      const std::lock_guard<std::mutex> lock(mutex_);
      outcomes_.emplace(name, std::move(outcome));
      come_.notify_all();
    };
  }
  [[nodiscard]] bool has(const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return outcomes_.count(name) > 0;
  }
  // Waits for it. "accepted", or the code with what is said of the outcome.
  std::string await(const std::string& name) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!come_.wait_for(lock, kPatience, [&] { return outcomes_.count(name) > 0; })) return "none came";
    const Outcome& outcome = outcomes_.at(name);
    if (std::holds_alternative<Answer>(outcome)) return "accepted";
    const auto& problem = std::get<Problem>(outcome);
    return std::to_string(problem.status) + " " + problem.code + (problem.outcome.empty() ? "" : " ") +
           problem.outcome;
  }
  // All that a client reads of a refusal.
  std::string words(const std::string& name) {
    await(name);
    const std::lock_guard<std::mutex> lock(mutex_);
    return api::problems::to_response(std::get<Problem>(outcomes_.at(name)), "/").body;
  }
  api::database::Row row(const std::string& name) {
    await(name);
    const std::lock_guard<std::mutex> lock(mutex_);
    return *std::get<Answer>(outcomes_.at(name)).row;
  }

 private:
  std::mutex mutex_;
  std::condition_variable come_;
  std::map<std::string, Outcome> outcomes_;
};

class Batching : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<Database>(); }
  static void TearDownTestSuite() { database_.reset(); }

  static Settings patient() {
    Settings settings;
    settings.lock_wait = kPatience;
    return settings;
  }

  void start(int connections, Settings settings = patient()) {
    settings.connections = connections;
    pool_ = std::make_unique<Pool>("dbname=" + database_->name(), settings, stop_signal());
    ASSERT_TRUE(eventually([&] { return pool_->is_connected(); }));
  }

  [[nodiscard]] Execute command(const std::string& payload = "{}", const std::string& key = {}) const {
    Execute command;
    command.command_name = "order.place";
    command.payload = payload;
    command.tenant = database_->tenant();
    command.initiator = "{}";
    if (!key.empty()) command.idempotency_key = key;
    command.deadline = Clock::now() + kPatience;
    return command;
  }
  void execute(const std::string& name, Execute&& what) {
    ASSERT_TRUE(pool_->execute(std::move(what), outcomes_.keep(name)));
  }

  // Keeps a worker busy until lift_gate().
  void lower_gate() {
    holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
    Call call;
    call.sql = std::string("SELECT pg_advisory_xact_lock(") + kLock + ")::text";
    call.deadline = Clock::now() + kPatience;
    ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep("gate")));
    ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  }
  void lift_gate() { holder_.query(std::string("SELECT pg_advisory_unlock(") + kLock + ")"); }
  int waiting() {
    return std::stoi(
        watcher_.value(std::string("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT "
                                   "granted AND objid = ") +
                       kLock));
  }
  // A handler in the database that waits for the lock.
  void make_waiting_handler() {
    watcher_.query(
        std::string(
            "CREATE OR REPLACE FUNCTION wait_for_it(command command_center.accepted_command) RETURNS jsonb "
            "LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_advisory_xact_lock(") +
        kLock + "); RETURN '{\"waited\": true}'; END $$");
    watcher_.query(
        "SELECT command_center.set_service('waiting', handler => "
        "'public.wait_for_it(command_center.accepted_command)')");
    watcher_.query("SELECT command_center.register_command('order.wait', '{}', default_target => 'waiting')");
  }

  static std::unique_ptr<Database> database_;
  Outcomes outcomes_;
  std::unique_ptr<Pool> pool_;
  Client holder_ = database_->connect();
  Client watcher_ = database_->connect();
};
std::unique_ptr<Database> Batching::database_;

TEST_F(Batching, ExecutesTogetherWhatWaitsAtTheSameTime) {
  start(1);
  lower_gate();
  for (int number = 0; number < 250; ++number) execute(std::to_string(number), command());
  lift_gate();
  for (int number = 0; number < 250; ++number) EXPECT_EQ(outcomes_.await(std::to_string(number)), "accepted");
  EXPECT_EQ(pool_->counters().batches, 2);
  EXPECT_EQ(pool_->counters().commands, 250);
}

TEST_F(Batching, GivesEachCallerItsOwnOutcome) {
  start(1);
  lower_gate();
  execute("good", command(R"({"number": 7})", "own-1"));
  execute("same key", command(R"({"number": 7})", "own-1"));
  execute("other payload", command(R"({"number": 8})", "own-1"));
  execute("bad payload", command(R"({"number": "x"})"));
  Execute unknown = command();
  unknown.command_name = "order.unknown";
  execute("unknown", std::move(unknown));
  Execute late = command();
  late.deadline = Clock::now();
  execute("late", std::move(late));
  lift_gate();
  EXPECT_EQ(outcomes_.await("good"), "accepted");
  EXPECT_EQ(outcomes_.await("same key"), "accepted");
  EXPECT_EQ(outcomes_.row("same key")[0], outcomes_.row("good")[0]);
  EXPECT_EQ(outcomes_.row("good")[5], "f");
  EXPECT_EQ(outcomes_.row("same key")[5], "t");
  EXPECT_EQ(outcomes_.await("other payload"), "422 KC005");
  EXPECT_EQ(outcomes_.await("bad payload"), "422 KC001");
  EXPECT_EQ(outcomes_.await("unknown"), "404 KC002");
  EXPECT_EQ(outcomes_.await("late"), "503 57014");
}

// The API never lets such a payload through; whatever else the server may refuse a whole statement for looks
// the same.
TEST_F(Batching, GoesOnOneByOneWhenTheStatementFails) {
  start(1);
  lower_gate();
  execute("before", command());
  execute("broken", command("{"));
  execute("behind", command());
  lift_gate();
  EXPECT_EQ(outcomes_.await("before"), "accepted");
  EXPECT_EQ(outcomes_.await("broken"), "400 22P02");
  EXPECT_EQ(outcomes_.await("behind"), "accepted");
  EXPECT_EQ(pool_->counters().one_by_one, 1);
}

TEST_F(Batching, WaitsForAKeyInProgressWithoutHoldingUpOthers) {
  start(1);
  holder_.query("BEGIN");
  const std::string id =
      holder_.value("SELECT (command_center.execute_command('order.place', '{}', '" + database_->tenant() +
                    "', '{}', idempotency_key => 'progress-1')).command_id");
  execute("same key", command("{}", "progress-1"));
  execute("other", command());
  EXPECT_EQ(outcomes_.await("other"), "accepted");
  EXPECT_TRUE(eventually([&] { return pool_->counters().requeued > 0; }));
  EXPECT_FALSE(outcomes_.has("same key"));
  holder_.query("COMMIT");
  ASSERT_EQ(outcomes_.await("same key"), "accepted");
  EXPECT_EQ(outcomes_.row("same key")[0], id);
}

TEST_F(Batching, WaitsForAKeyInProgressAsLongAsTheLockWaitSays) {
  Settings settings;
  settings.lock_wait = std::chrono::milliseconds(50);
  start(1, settings);
  holder_.query("BEGIN");
  holder_.query("SELECT command_center.execute_command('order.place', '{}', '" + database_->tenant() +
                "', '{}', idempotency_key => 'progress-2')");
  execute("same key", command("{}", "progress-2"));
  EXPECT_EQ(outcomes_.await("same key"), "409 KC004");
  holder_.query("ROLLBACK");
}

TEST_F(Batching, ASlowNeighbourHoldsNobodyUp) {
  start(2);
  watcher_.query(
      "SELECT command_center.register_command('order.sorted', '{\"type\": \"object\", \"required\": "
      "[\"of\"], "
      "\"properties\": {\"of\": {\"type\": \"string\"}}}', default_target => 'orders', partition_key => "
      "'/of', "
      "ordered => true)");
  holder_.query("BEGIN");
  holder_.query("SELECT command_center.execute_command('order.sorted', '{\"of\": \"a\"}', '" +
                database_->tenant() + "')");
  Execute slow = command(R"({"of": "a"})");
  slow.command_name = "order.sorted";
  execute("slow", std::move(slow));
  for (int number = 0; number < 20; ++number) execute(std::to_string(number), command());
  for (int number = 0; number < 20; ++number) EXPECT_EQ(outcomes_.await(std::to_string(number)), "accepted");
  EXPECT_FALSE(outcomes_.has("slow"));
  holder_.query("COMMIT");
  EXPECT_EQ(outcomes_.await("slow"), "accepted");
}

TEST_F(Batching, GivesAHandlerThatNobodyKnewOfItsTime) {
  Settings settings = patient();
  settings.watch_every = kPatience;
  start(2, settings);
  make_waiting_handler();
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  Execute handled = command();
  handled.command_name = "order.wait";
  execute("handled", std::move(handled));
  execute("other", command());
  EXPECT_EQ(outcomes_.await("other"), "accepted");
  // Together with others, and then apart.
  EXPECT_TRUE(eventually([&] { return pool_->counters().commands == 3 && waiting() == 1; }));
  EXPECT_FALSE(outcomes_.has("handled"));
  lift_gate();
  EXPECT_EQ(outcomes_.await("handled"), "accepted");
}

TEST_F(Batching, RunsHandlersInTheDatabaseApart) {
  make_waiting_handler();
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  start(2);
  Execute handled = command();
  handled.command_name = "order.wait";
  execute("handled", std::move(handled));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  execute("other", command());
  EXPECT_EQ(outcomes_.await("other"), "accepted");
  EXPECT_FALSE(outcomes_.has("handled"));
  lift_gate();
  ASSERT_EQ(outcomes_.await("handled"), "accepted");
  EXPECT_EQ(outcomes_.row("handled")[6], R"({"waited": true})");
}

TEST_F(Batching, RepeatsOnlyWhatHasAKeyWhenTheConnectionIsLost) {
  make_waiting_handler();
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  start(4);
  for (const std::string key : {"", "lost-1"}) {
    Execute handled = command("{}", key);
    handled.command_name = "order.wait";
    handled.correlation_id = "lost";
    execute("key " + key, std::move(handled));
  }
  ASSERT_TRUE(eventually([&] { return waiting() == 2; }));
  watcher_.query(
      std::string(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
          "AND objid = ") +
      kLock);
  EXPECT_EQ(outcomes_.await("key "), "503 08006 unknown");
  lift_gate();
  EXPECT_EQ(outcomes_.await("key lost-1"), "accepted");
  EXPECT_EQ(watcher_.value("SELECT count(*) FROM command_center.list_dispatches('" + database_->tenant() +
                           "', correlation_id => 'lost')"),
            "1");
  EXPECT_EQ(pool_->counters().lost_connections, 2);
}

TEST_F(Batching, ALostCallThatWritesIsUnknown) {
  start(1);
  lower_gate();
  watcher_.query(
      std::string(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
          "AND objid = ") +
      kLock);
  EXPECT_EQ(outcomes_.await("gate"), "503 08006 unknown");
  lift_gate();
  execute("next", command());
  EXPECT_EQ(outcomes_.await("next"), "accepted");
}

// With a key, too: a second attempt would find the first, and answer without the standby.
TEST_F(Batching, WhatTheStandbyDidNotConfirmIsNotAccepted) {
  start(1);
  const auto call = [&](const std::string& name, const std::string& sql) {
    Call writing;
    writing.sql = sql;
    writing.deadline = Clock::now() + kPatience;
    ASSERT_TRUE(pool_->submit(std::move(writing), outcomes_.keep(name)));
  };
  {
    e2e::MissingStandby nobody(*database_);
    execute("bare", command());
    ASSERT_TRUE(nobody.cancels_wait_of("COMMIT"));
    EXPECT_EQ(outcomes_.await("bare"), "503  unknown");
    execute("keyed", command("{}", "unconfirmed-1"));
    ASSERT_TRUE(nobody.cancels_wait_of("COMMIT"));
    EXPECT_EQ(outcomes_.await("keyed"), "503  unknown");
    call("call", "SELECT 'x'::text FROM command_center.set_service('unconfirmed')");
    ASSERT_TRUE(nobody.cancels_wait_of("COMMIT"));
    EXPECT_EQ(outcomes_.await("call"), "503  unknown");
    // One that is refused has nothing that a standby could lack.
    execute("refused", command(R"({"number": "x"})"));
    EXPECT_EQ(outcomes_.await("refused"), "422 KC001");
    // The session that waits is ended: the warning is all that it can send.
    execute("ended", command("{}", "unconfirmed-2"));
    ASSERT_TRUE(eventually([&] {
      return watcher_.value(
                 "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = "
                 "'SyncRep'") == "1";
    }));
    EXPECT_EQ(outcomes_.await("ended"), "503  unknown");
  }
  EXPECT_EQ(pool_->counters().unconfirmed, 4);
  execute("again", command("{}", "unconfirmed-1"));
  ASSERT_EQ(outcomes_.await("again"), "accepted");
  EXPECT_EQ(outcomes_.row("again")[5], "t");
  // A warning of the statement is no word on the commit.
  watcher_.query(
      "CREATE FUNCTION public.warn() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'careful'; "
      "RETURN "
      "'warned'; END $$");
  call("warning", "SELECT public.warn()");
  EXPECT_EQ(outcomes_.await("warning"), "accepted");
}

// Clients cannot mend it, and need not know what it is called.
TEST_F(Batching, ARoleThatIsNotThereIsTheOperatorsMistake) {
  Settings settings = patient();
  settings.batching = api::database::Batching::kOff;
  start(1, settings);
  Execute as_nobody = command();
  as_nobody.role = "api_role_that_is_not_there";
  execute("execute", std::move(as_nobody));
  EXPECT_EQ(outcomes_.await("execute"), "503 0P000");
  Call call;
  call.sql = "SELECT 'x'::text";
  call.role = "api_role_that_is_not_there";
  call.deadline = Clock::now() + kPatience;
  ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep("call")));
  EXPECT_EQ(outcomes_.await("call"), "503 0P000");
  EXPECT_EQ(outcomes_.words("call").find("api_role"), std::string::npos) << outcomes_.words("call");
  // The same codes of the statement itself are its own.
  Call other;
  other.sql = "SELECT set_config('statement_timeout', 'x', true)";
  other.role = "postgres";
  other.deadline = Clock::now() + kPatience;
  ASSERT_TRUE(pool_->submit(std::move(other), outcomes_.keep("other")));
  EXPECT_EQ(outcomes_.await("other"), "400 22023");
}

TEST_F(Batching, RunsApartWhatAnActiveRouteOfItsTenantHandsToAHandler) {
  make_waiting_handler();
  const auto route = [&](const std::string& tenant, const std::string& status) {
    watcher_.query(
        R"(SELECT command_center.set_route('order.place', '{"targets": [{"serviceId": "waiting"}]}',)"
        " tenant_id => '" +
        tenant + "', status => '" + status + "')");
  };
  route(kOtherTenant, "active");
  route(database_->tenant(), "draft");
  start(1);
  execute("own", command());
  EXPECT_EQ(outcomes_.await("own"), "accepted");
  EXPECT_EQ(pool_->counters().batches, 1);
  Execute other = command();
  other.tenant = kOtherTenant;
  execute("other", std::move(other));
  EXPECT_EQ(outcomes_.await("other"), "accepted");
  EXPECT_EQ(pool_->counters().batches, 1);
  for (const std::string& tenant : {std::string(kOtherTenant), database_->tenant()})
    watcher_.query("SELECT command_center.remove_route('order.place', tenant_id => '" + tenant + "')");
}

// Whoever waits for a connection is no help, and must not be woken in place of one who is.
TEST_F(Batching, AFreeWorkerTakesWhatComesWhileOthersCannotConnect) {
  watcher_.query(
      "DROP ROLE IF EXISTS api_narrow; CREATE ROLE api_narrow LOGIN CONNECTION LIMIT 1; "
      "GRANT USAGE ON SCHEMA command_center TO api_narrow");
  Settings settings = patient();
  settings.batching = api::database::Batching::kOff;
  settings.connections = 8;
  pool_ = std::make_unique<Pool>("dbname=" + database_->name() + " user=api_narrow", settings, stop_signal());
  ASSERT_TRUE(eventually([&] { return pool_->is_connected(); }));
  constexpr int kCalls = 40;
  const auto began = Clock::now();
  for (int number = 0; number < kCalls; ++number) {
    Call call;
    call.sql = "SELECT 'x'::text";
    call.deadline = Clock::now() + kPatience;
    ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep(std::to_string(number))));
    ASSERT_EQ(outcomes_.await(std::to_string(number)), "accepted");
  }
  // One who is not woken looks again after half a second.
  EXPECT_LT(Clock::now() - began, kCalls * std::chrono::milliseconds(250));
  pool_.reset();
  watcher_.query("DROP OWNED BY api_narrow; DROP ROLE api_narrow");
}

TEST_F(Batching, CountsAllOfARequestAgainstItsBounds) {
  Settings settings = patient();
  settings.queue_bytes = 64 * 1024;
  start(1, settings);
  for (std::optional<std::string> Execute::*member :
       {&Execute::environment, &Execute::property_id, &Execute::role}) {
    Execute large = command();
    large.*member = std::string(64 * 1024, 'x');
    EXPECT_FALSE(pool_->execute(std::move(large), outcomes_.keep("large")));
  }
  Call call;
  call.sql = "SELECT 'x'::text";
  call.actor = std::string(64 * 1024, 'x');
  EXPECT_FALSE(pool_->submit(std::move(call), outcomes_.keep("large")));
}

TEST_F(Batching, IsFullAtItsBounds) {
  Settings settings = patient();
  settings.queue_requests = 3;
  start(1, settings);
  lower_gate();
  execute("1", command());
  execute("2", command());
  EXPECT_FALSE(pool_->execute(command(), outcomes_.keep("3")));
  lift_gate();
  EXPECT_EQ(outcomes_.await("2"), "accepted");
  EXPECT_FALSE(outcomes_.has("3"));
  EXPECT_TRUE(eventually([&] { return pool_->in_flight() == 0; }));
  execute("4", command());
  EXPECT_EQ(outcomes_.await("4"), "accepted");
}

TEST_F(Batching, CancelsInTheDatabaseWhatIsPastItsDeadline) {
  start(1);
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  Call call;
  call.sql = std::string("SELECT pg_advisory_xact_lock(") + kLock + ")::text";
  call.deadline = Clock::now() + std::chrono::milliseconds(300);
  ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep("call")));
  const std::string outcome = outcomes_.await("call");
  // Whichever of its two limits the server sees first.
  EXPECT_TRUE(outcome == "503 57014" || outcome == "409 55P03") << outcome;
  EXPECT_EQ(waiting(), 0);
  lift_gate();
}

TEST_F(Batching, UsesTheRoleOfTheTenantWhenItIsOff) {
  watcher_.query(
      "DROP ROLE IF EXISTS api_tenant; CREATE ROLE api_tenant; GRANT USAGE ON SCHEMA command_center TO "
      "api_tenant");
  Settings settings = patient();
  settings.batching = api::database::Batching::kOff;
  start(1, settings);
  Execute as_tenant = command();
  as_tenant.role = "api_tenant";
  execute("no right", std::move(as_tenant));
  EXPECT_EQ(outcomes_.await("no right"), "403 42501");
  watcher_.query("SELECT command_center.grant_access('api_tenant', 'dispatcher')");
  watcher_.query("SELECT command_center.bind_role('api_tenant', '" + database_->tenant() + "')");
  as_tenant = command();
  as_tenant.role = "api_tenant";
  execute("right", std::move(as_tenant));
  EXPECT_EQ(outcomes_.await("right"), "accepted");
  as_tenant = command();
  as_tenant.role = "api_tenant";
  as_tenant.tenant = "11111111-1111-4111-8111-111111111111";
  execute("other tenant", std::move(as_tenant));
  EXPECT_EQ(outcomes_.await("other tenant"), "403 KC003");
  pool_.reset();
  watcher_.query("SELECT command_center.unbind_role('api_tenant', '" + database_->tenant() + "')");
  watcher_.query("DROP OWNED BY api_tenant");
}

TEST_F(Batching, LeavesOutWhatNobodyWaitsFor) {
  start(1);
  lower_gate();
  for (const bool is_gone : {true, false}) {
    Execute queued = command();
    queued.correlation_id = is_gone ? "gone" : "there";
    queued.is_gone = [is_gone] { return is_gone; };
    execute(is_gone ? "gone" : "there", std::move(queued));
  }
  lift_gate();
  EXPECT_EQ(outcomes_.await("there"), "accepted");
  EXPECT_EQ(outcomes_.await("gone"), "503 57014");
  EXPECT_EQ(watcher_.value("SELECT string_agg(correlation_id, ',') FROM command_center.list_dispatches('" +
                           database_->tenant() + "') WHERE correlation_id IN ('gone', 'there')"),
            "there");
  EXPECT_EQ(pool_->counters().abandoned, 1);
}

TEST_F(Batching, AnswersWhatIsOverWhileEveryConnectionIsBusy) {
  start(1);
  lower_gate();
  std::atomic<bool> is_gone{false};
  Execute gone = command();
  gone.is_gone = [&] { return is_gone.load(); };
  execute("gone", std::move(gone));
  Execute late = command();
  late.deadline = Clock::now() + std::chrono::milliseconds(300);
  execute("late", std::move(late));
  Call call;
  call.sql = "SELECT 'x'::text";
  call.deadline = Clock::now() + std::chrono::milliseconds(300);
  ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep("late call")));
  EXPECT_EQ(outcomes_.await("late"), "503 57014");
  EXPECT_EQ(outcomes_.await("late call"), "503 57014");
  EXPECT_FALSE(outcomes_.has("gone"));
  is_gone = true;
  EXPECT_EQ(outcomes_.await("gone"), "503 57014");
  EXPECT_EQ(waiting(), 1);
  lift_gate();
  EXPECT_EQ(outcomes_.await("gate"), "accepted");
}

TEST_F(Batching, EndsAReadInTheDatabaseWhoseClientIsGone) {
  start(1);
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  std::atomic<bool> is_gone{false};
  Call call;
  call.sql = std::string("SELECT pg_advisory_xact_lock(") + kLock + ")::text";
  call.effect = api::database::Effect::kReads;
  call.deadline = Clock::now() + 10 * kPatience;
  call.is_gone = [&] { return is_gone.load(); };
  ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep("read")));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  is_gone = true;
  EXPECT_EQ(outcomes_.await("read"), "503 57014");
  EXPECT_EQ(waiting(), 0);
  execute("next", command());
  EXPECT_EQ(outcomes_.await("next"), "accepted");
  EXPECT_EQ(pool_->counters().lost_connections, 0);
  EXPECT_EQ(pool_->counters().abandoned, 1);
  lift_gate();
}

TEST_F(Batching, FinishesAnExecuteThatIsUnderWayThoughItsClientIsGone) {
  make_waiting_handler();
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  start(1);
  std::atomic<bool> is_gone{false};
  Execute handled = command();
  handled.command_name = "order.wait";
  handled.is_gone = [&] { return is_gone.load(); };
  execute("handled", std::move(handled));
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  is_gone = true;
  lift_gate();
  EXPECT_EQ(outcomes_.await("handled"), "accepted");
}

TEST_F(Batching, OneTenantsSlowCommandsLeaveRoomForThoseOfOthers) {
  make_waiting_handler();
  watcher_.query(
      "CREATE OR REPLACE FUNCTION do_it(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql "
      "SET "
      "search_path = pg_catalog AS $$ SELECT '{}'::jsonb $$");
  watcher_.query(
      "SELECT command_center.set_service('quick', handler => "
      "'public.do_it(command_center.accepted_command)')");
  watcher_.query("SELECT command_center.register_command('order.quick', '{}', default_target => 'quick')");
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  start(6);
  constexpr int kSlow = 20;
  for (int number = 0; number < kSlow; ++number) {
    Execute slow = command();
    slow.command_name = "order.wait";
    execute(std::to_string(number), std::move(slow));
  }
  ASSERT_TRUE(eventually([&] { return waiting() == 2; }));
  Execute quick = command();
  quick.command_name = "order.quick";
  quick.tenant = kOtherTenant;
  execute("quick", std::move(quick));
  EXPECT_EQ(outcomes_.await("quick"), "accepted");
  EXPECT_EQ(waiting(), 2);
  lift_gate();
  for (int number = 0; number < kSlow; ++number)
    EXPECT_EQ(outcomes_.await(std::to_string(number)), "accepted");
}

TEST_F(Batching, OneTenantsSlowCallsLeaveRoomForThoseOfOthers) {
  start(4);
  holder_.query(std::string("SELECT pg_advisory_lock(") + kLock + ")");
  const auto submit = [&](const std::string& name, const std::string& sql, const std::string& tenant) {
    Call call;
    call.sql = sql;
    call.tenant = tenant;
    call.deadline = Clock::now() + kPatience;
    ASSERT_TRUE(pool_->submit(std::move(call), outcomes_.keep(name)));
  };
  constexpr int kSlow = 10;
  for (int number = 0; number < kSlow; ++number)
    submit(std::to_string(number), std::string("SELECT pg_advisory_xact_lock_shared(") + kLock + ")::text",
           database_->tenant());
  ASSERT_TRUE(eventually([&] { return waiting() == 2; }));
  submit("quick", "SELECT 'x'::text", kOtherTenant);
  EXPECT_EQ(outcomes_.await("quick"), "accepted");
  EXPECT_EQ(waiting(), 2);
  lift_gate();
  for (int number = 0; number < kSlow; ++number)
    EXPECT_EQ(outcomes_.await(std::to_string(number)), "accepted");
}

TEST_F(Batching, OneTenantNeverHasAllOfTheQueue) {
  Settings settings = patient();
  settings.queue_requests = 8;
  start(1, settings);
  lower_gate();
  for (int number = 0; number < 6; ++number) execute(std::to_string(number), command());
  EXPECT_FALSE(pool_->execute(command(), outcomes_.keep("7")));
  Execute others = command();
  others.tenant = kOtherTenant;
  execute("others", std::move(others));
  lift_gate();
  EXPECT_EQ(outcomes_.await("others"), "accepted");
  EXPECT_TRUE(eventually([&] { return pool_->in_flight() == 0; }));
  execute("8", command());
  EXPECT_EQ(outcomes_.await("8"), "accepted");
}

TEST_F(Batching, AnswersAllItTookBeforeItEnds) {
  start(1);
  lower_gate();
  execute("taken", command());
  pool_->close();
  EXPECT_FALSE(pool_->execute(command(), outcomes_.keep("refused")));
  lift_gate();
  pool_.reset();
  EXPECT_TRUE(outcomes_.has("taken"));
  EXPECT_EQ(outcomes_.await("taken"), "accepted");
}

}  // namespace
}  // namespace command_center::api_tests
