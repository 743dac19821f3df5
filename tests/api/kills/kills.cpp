// Executes through HTTP while the API and PostgreSQL are killed; in the end there are as many dispatches as
// keys, each as its client was told.
//   api_kills EXECUTES SECONDS SEED [CLIENTS]     ends with whichever comes first, and after each fault once
// What happens follows from the seed; how it meets does not. Below scripts/with-servers --postgres. Exits
// with 1 when a promise was broken.
#include <poll.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/api/kills/clients.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/faults/proxy.hpp"

namespace {

using namespace command_center::api_tests;  // NOLINT(google-build-using-namespace)
namespace e2e = command_center::e2e;
namespace faults = command_center::faults;
using Clock = std::chrono::steady_clock;

class Run {
 public:
  Run(std::int64_t executes, std::chrono::seconds duration, std::uint64_t seed, int clients)
      : executes_(executes), duration_(duration), seed_(seed), clients_(clients), random_(seed) {
    database_.connect().query(load_sql());
    for (std::size_t each = 0; each < kApis; ++each) start(each);
  }

  // True when every promise was kept.
  bool go() {
    const auto began = Clock::now();
    Told told = drive();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    for (std::size_t each = 0; each < kApis; ++each) drain(each);
    Findings findings = std::move(told.findings);
    findings.merge(judge(told.requests, dispatches(), effects()));
    findings.merge(findings_);
    std::cout << "answers:";
    for (const auto& [kind, count] : told.answers) std::cout << ' ' << count << " × " << kind << ',';
    std::cout << "\nfaults:";
    for (const auto& [name, count] : happened_) std::cout << ' ' << count << " × " << name << ',';
    std::cout << "\nexecutes: " << told.requests.size() << " in " << took.count() / 1000
              << " s, dispatches: " << dispatches_ << ", effects of handlers: " << effects_
              << "\nslowest to accept after a fault of PostgreSQL: " << slowest_.count() << " ms\n"
              << findings.text() << (findings.is_clean() ? "every promise was kept" : "A PROMISE WAS BROKEN")
              << std::endl;
    return findings.is_clean();
  }

 private:
  struct Fault {
    const char* name;
    void (Run::*happen)();
    std::uint64_t weight;
  };

  static const std::vector<Fault>& all_faults() {
    static const std::vector<Fault> all{{"kill-api", &Run::kill_api, 8},
                                        {"restart-postgres", &Run::restart_postgres, 1},
                                        {"freeze-and-kill-api", &Run::freeze_api, 2},
                                        {"terminate-backends", &Run::terminate_backends, 2},
                                        {"lose-answers-of-postgres", &Run::lose_answers, 4},
                                        {"kill-postgres", &Run::kill_postgres, 1},
                                        {"stop-api", &Run::stop_api, 2},
                                        {"kill-both-apis", &Run::kill_both, 2}};
    return all;
  }

  Told drive() {
    Clients clients(clients_, executes_, seed_, ports_, database_.tenant());
    load_ = &clients;
    const auto end = Clock::now() + duration_;
    for (std::size_t turn = 0; turn < all_faults().size() || (Clock::now() < end && !clients.is_done());
         ++turn) {
      // Something happens in between, however slow the machine is.
      const std::int64_t before = clients.accepted();
      const auto pause = between(200, 3000);
      poll(nullptr, 0, pause);
      if (!clients.is_done() &&
          !e2e::eventually([&] { return clients.accepted() > before || clients.is_done(); }))
        findings_.add(Broken::kStrangeAnswer, "nothing was accepted any more");
      const Fault& fault = turn < all_faults().size() ? all_faults()[turn] : pick();
      (this->*fault.happen)();
      ++happened_[fault.name];
    }
    return clients.finish();
  }

  const Fault& pick() {
    std::uint64_t all = 0;
    for (const Fault& fault : all_faults()) all += fault.weight;
    std::uint64_t at = random_() % all;
    for (const Fault& fault : all_faults()) {
      if (at < fault.weight) return fault;
      at -= fault.weight;
    }
    return all_faults().front();
  }

  int between(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<std::uint64_t>(most - least));
  }

  void start(std::size_t which) {
    apis_[which] = std::make_unique<ApiProcess>(
        database_, ApiOptions{{"--auth", "none"}, {"PGPORT=" + std::to_string(to_postgres_.port())}, 0});
    ports_[which] = apis_[which]->http_port();
  }
  void restart(std::size_t which) {
    apis_[which]->kill_9();
    start(which);
  }

  void kill_api() { restart(random_() % kApis); }
  void kill_both() {
    for (const auto& api : apis_) api->kill_9();
    for (std::size_t each = 0; each < kApis; ++each) start(each);
  }
  // What it had sent goes on in the database meanwhile.
  void freeze_api() {
    const std::size_t which = random_() % kApis;
    apis_[which]->send(SIGSTOP);
    poll(nullptr, 0, between(10, 1000));
    restart(which);
  }
  void stop_api() {
    const std::size_t which = random_() % kApis;
    drain(which);
    start(which);
  }
  void drain(std::size_t which) {
    apis_[which]->send(SIGTERM);
    const auto status = apis_[which]->exit_status();
    if (status != 0)
      findings_.add(Broken::kStrangeAnswer, "an API did not stop as asked:\n" + apis_[which]->log());
  }

  void restart_postgres() {
    e2e::control(e2e::Server::kPostgres, "stop");
    start_postgres();
  }
  void kill_postgres() {
    e2e::control(e2e::Server::kPostgres, "kill");
    start_postgres();
  }
  void start_postgres() {
    e2e::start_after_crash(e2e::Server::kPostgres);
    await_acceptance();
  }
  void terminate_backends() {
    database_.connect().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()");
    await_acceptance();
  }

  // What PostgreSQL has got is committed, and its word never comes.
  void lose_answers() {
    constexpr int kTimes = 3;
    for (int time = 0; time < kTimes; ++time) {
      to_postgres_.set({faults::Weather::kStall});
      poll(nullptr, 0, between(50, 500));
      to_postgres_.cut();
      to_postgres_.set({});
      await_acceptance();
    }
  }

  // By each of the APIs.
  void await_acceptance() {
    const auto began = Clock::now();
    for (const auto& port : ports_) {
      HttpClient http(port, {"x-tenant-id: " + database_.tenant()});
      const bool accepts =
          e2e::eventually([&] { return http.post("/v1/commands/order.place/explain", "{}").status == 200; });
      if (!accepts) findings_.add(Broken::kStrangeAnswer, "an API did not come back");
    }
    slowest_ =
        std::max(slowest_, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began));
  }

  // What a handler in the database does is in no message: its effect has the name.
  std::vector<Dispatch> dispatches() {
    std::vector<Dispatch> all;
    e2e::Client client = database_.connect();
    client.query(
        "BEGIN; DECLARE rows CURSOR FOR SELECT d.correlation_id, CASE d.command_name WHEN 'order.write' THEN "
        "d.correlation_id ELSE o.value::jsonb #>> '{payload,canary}' END,"
        " d.command_id FROM command_center.command_dispatches d"
        " LEFT JOIN command_center.transactional_outbox o USING (tenant_id, command_id)");
    while (true) {
      const auto rows = client.query("FETCH 10000 FROM rows");
      if (rows.empty()) break;
      for (const auto& row : rows) all.push_back({row[0], row[1], row[2]});
    }
    dispatches_ = all.size();
    return all;
  }
  std::vector<std::string> effects() {
    std::vector<std::string> all;
    for (const auto& row : database_.connect().query("SELECT canary FROM public.effects"))
      all.push_back(row[0]);
    effects_ = all.size();
    return all;
  }

  std::int64_t executes_;
  std::chrono::seconds duration_;
  std::uint64_t seed_;
  int clients_;
  std::mt19937_64 random_;
  faults::Proxy to_postgres_{0, [] { return std::stoi(e2e::required_variable("PGPORT")); }};
  e2e::Database database_;
  std::array<std::unique_ptr<ApiProcess>, kApis> apis_;
  Ports ports_{};
  Clients* load_ = nullptr;
  Findings findings_;
  std::map<std::string, int> happened_;
  std::chrono::milliseconds slowest_{0};
  std::size_t dispatches_ = 0;
  std::size_t effects_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr int kClients = 16;
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 3) throw std::runtime_error("wants EXECUTES, SECONDS and SEED");
    std::cout << "seed " << words[2] << std::endl;
    Run run(std::stoll(words[0]), std::chrono::seconds(std::stoi(words[1])), std::stoull(words[2]),
            words.size() > 3 ? std::stoi(words[3]) : kClients);
    return run.go() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& problem) {
    std::cerr << "api_kills: " << problem.what() << '\n';
  }
  return 2;
}
