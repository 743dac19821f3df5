// Everything is done by the scripts that people use, and by a few commands of the system.
#include "tests/chaos/servers.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/checker/journal.hpp"
#include "tests/checker/session.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::chaos {
namespace {

using checker::Reply;
using checker::Session;
using e2e::eventually;
using e2e::required_variable;
using e2e::Server;
using e2e::start_after_crash;

constexpr const char* kSizeOfSmallDisk = "3g";  // of which only what is written takes memory

bool succeeds(const std::string& command) {
  return std::system(command.c_str()) == 0;
}  // NOLINT(cert-env33-c)

void run(const std::string& command) {
  if (!succeeds(command)) throw std::runtime_error("failed: " + command);
}

std::string script(const std::string& name, const std::string& action, const std::string& directory) {
  return std::string(E2E_SOURCE_DIR) + "/scripts/" + name + " " + action + " '" + directory + "'";
}

std::string first_word(const std::string& file) {
  std::ifstream stream(file);
  std::string word;
  stream >> word;
  return word;
}

pid_t pid_in(const std::string& file) {
  const std::string word = first_word(file);
  return word.empty() ? 0 : std::stoi(word);
}

bool is_running(pid_t pid) {
  // A zombie counts as gone.
  return pid > 0 && first_word("/proc/" + std::to_string(pid) + "/comm") != "" &&
         succeeds("! grep -qs '^State:.Z' /proc/" + std::to_string(pid) + "/status");
}

// Without the right to mount everything stays where it is.
void put_on_small_disk(Server server, const std::string& directory) {
  if (geteuid() != 0) return;
  run(script(server == Server::kPostgres ? "postgres" : "kafka", "stop", directory));
  const std::string data = directory + "/data";
  const std::string aside = data + ".aside";
  run("mv '" + data + "' '" + aside + "' && mkdir '" + data + "'");
  if (SmallDisk::mount(data)) {
    run("cp -a '" + aside + "/.' '" + data + "/' && rm -rf '" + aside + "'");
  } else {
    run("rmdir '" + data + "' && mv '" + aside + "' '" + data + "'");
  }
  start_after_crash(server, directory);
}

}  // namespace

bool SmallDisk::mount(const std::string& directory) {
  return geteuid() == 0 && succeeds(std::string("mount -t tmpfs -o size=") + kSizeOfSmallDisk + " tmpfs '" +
                                    directory + "' 2>/dev/null");
}

// What is written meanwhile does not fit either: again.
bool SmallDisk::fill(const std::string& directory) {
  if (!succeeds("mountpoint -q '" + directory + "'")) return false;
  const auto shrink = [&directory] {
    return succeeds("mount -o remount,size=$(df -k --output=used '" + directory +
                    "' | tail -n 1 | tr -d ' ')k '" + directory + "' 2>/dev/null");
  };
  return eventually(shrink, std::chrono::seconds(2));
}

void SmallDisk::free(const std::string& directory) {
  run(std::string("mount -o remount,size=") + kSizeOfSmallDisk + " '" + directory + "'");
}

void SmallDisk::unmount(const std::string& directory) {
  (void)succeeds("! mountpoint -q '" + directory + "' || umount '" + directory + "'");
}

Postgres::Postgres()
    : directory_(required_variable("COMMAND_CENTER_TEST_POSTGRES_DIR")),
      port_(std::stoi(required_variable("PGPORT"))) {
  put_on_small_disk(Server::kPostgres, directory_);
}

Postgres::~Postgres() {
  (void)succeeds(script("postgres", "stop", directory_));
  SmallDisk::unmount(data());
}

std::string Postgres::conninfo(const std::string& database) const {
  return "host=127.0.0.1 port=" + std::to_string(port()) +
         " user=postgres connect_timeout=5 dbname=" + database;
}

void Postgres::crash() {
  run(script("postgres", "kill", directory_));
  start_after_crash(Server::kPostgres, directory_);
}

void Postgres::put_right() {
  const pid_t pid = postmaster();
  if (is_running(pid)) kill(pid, SIGCONT);
  const auto answers = [this] { return Session(conninfo("postgres")).run("SELECT 1") == Reply::kDone; };
  if (eventually(answers, std::chrono::seconds(is_running(pid) ? 20 : 0))) return;
  if (is_running(pid)) run(script("postgres", "kill", directory_));
  (void)succeeds("rm -f '" + data() + "/postmaster.pid'");
  start_after_crash(Server::kPostgres, directory_);
}

std::vector<pid_t> Postgres::backends(const std::string& application) const {
  Session session(conninfo("postgres"));
  std::vector<pid_t> pids;
  if (session.run(
          "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
          " AND application_name LIKE '" +
          application + "%' ORDER BY pid") == Reply::kDone) {
    for (const auto& row : session.rows()) pids.push_back(std::stoi(row[0]));
  }
  return pids;
}

pid_t Postgres::postmaster() const {
  return pid_in(data() + "/postmaster.pid");
}

std::string Postgres::make_standby() {
  const std::string standby =
      required_variable("COMMAND_CENTER_TEST_DIR") + "/standby-" + std::to_string(++standbys_) + "/postgres";
  run("mkdir -p '" + standby + "/data' && chmod 755 '" + standby + "'");
  (void)SmallDisk::mount(standby + "/data");
  run(std::string(E2E_SOURCE_DIR) + "/tests/chaos/make-standby '" + standby + "' " + std::to_string(port()));
  start_after_crash(Server::kPostgres, standby);
  return standby;
}

// It has all that is flushed at some moment from now on.
void Postgres::await_standby(const std::string& state) const {
  const auto is_in_step = [&] {
    Session session(conninfo("postgres"));
    return session.run("SELECT FROM pg_stat_replication WHERE sync_state = '" + state +
                       "' AND flush_lsn >= pg_current_wal_flush_lsn()") == Reply::kDone &&
           !session.rows().empty();
  };
  if (!eventually(is_in_step)) throw std::runtime_error("the standby does not follow");
}

void Postgres::promote(const std::string& standby) {
  const std::string old = directory_;
  directory_ = standby;
  port_ = std::stoi(first_word(standby + "/port"));
  const auto is_promoted = [this] {
    Session session(conninfo("postgres"));
    if (session.run("SELECT pg_is_in_recovery()") != Reply::kDone) return false;
    return session.rows()[0][0] == "f" || session.run("SELECT pg_promote(true, 600)") == Reply::kDone;
  };
  if (!eventually(is_promoted)) throw std::runtime_error("could not promote the standby");
  SmallDisk::unmount(old + "/data");
  run("rm -rf '" + old + "/data'");
}

// The primary restarts with the standby's name in its settings, so that there is no commit after it that does
// not wait.
void Postgres::fail_over() {
  const std::string standby = make_standby();
  if (Session(conninfo("postgres")).run("ALTER SYSTEM SET synchronous_standby_names = '*'") != Reply::kDone) {
    throw std::runtime_error("could not name the standby");
  }
  run(script("postgres", "restart", directory_));
  await_standby("sync");
  run(script("postgres", "kill", directory_));
  promote(standby);
}

// It is stopped while the primary goes on alone, so that nothing depends on how fast it follows.
void Postgres::lose_commits(std::chrono::milliseconds duration) {
  const std::string standby = make_standby();
  await_standby("async");
  const std::int64_t from = checker::now();
  run(script("postgres", "stop", standby));
  poll(nullptr, 0, static_cast<int>(duration.count()));
  run(script("postgres", "kill", directory_));
  start_after_crash(Server::kPostgres, standby);
  promote(standby);
  losses_.push_back({from, checker::now()});
}

Kafka::Kafka() : directory_(required_variable("COMMAND_CENTER_TEST_KAFKA_DIR")) {
  put_on_small_disk(Server::kKafka, directory_);
}

Kafka::~Kafka() {
  (void)succeeds(script("kafka", "stop", directory_));
  SmallDisk::unmount(data());
}

void Kafka::crash() {
  run(script("kafka", "kill", directory_));
  start_after_crash(Server::kKafka, directory_);
}

void Kafka::put_right() {
  const pid_t pid = broker();
  if (is_running(pid)) {
    kill(pid, SIGCONT);
    return;
  }
  start_after_crash(Server::kKafka, directory_);
}

pid_t Kafka::broker() const {
  return pid_in(directory_ + "/pid");
}

}  // namespace command_center::chaos
