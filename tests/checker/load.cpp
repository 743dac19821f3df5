// Each writer is a connection with a random source of its own, so that a seed gives the same calls again.
#include "tests/checker/load.hpp"

#include <poll.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tests/checker/session.hpp"

namespace command_center::checker {
namespace {

constexpr int kReconnectPauseMs = 50;
constexpr int kKeys = 5;
constexpr std::array<const char*, 3> kTenants = {"0195a000-0000-7000-8000-000000000001",
                                                 "0195a000-0000-7000-8000-000000000002",
                                                 "0195a000-0000-7000-8000-000000000003"};

// One SQL call and the messages it queues.
struct Call {
  std::string sql;                          // answers a row for each command or event: its id
  std::vector<std::vector<Entry>> entries;  // of each row
};

}  // namespace

std::string payload_of(const std::string& token, const std::string& key) {
  return R"({"token": ")" + token + R"(", "key": ")" + key + R"(", "filling": ")" + filling_of(token, key) +
         R"("})";
}

std::string catalogue_sql(const Topics& topics, Ordering ordering) {
  const std::string schema =
      R"('{"type": "object", "required": ["token", "key", "filling"], "additionalProperties": false, "properties": {)"
      R"("token": {"type": "string"}, "key": {"type": "string"}, "filling": {"type": "string"}}}')";
  const std::string command = "SELECT command_center.register_command('";
  std::string sql =
      "SELECT command_center.set_service('orders', topic => '" + topics.commands +
      "'), command_center.set_service('audit', topic => '" + topics.audit + "');" + command +
      "load.ordered', " + schema + ", default_target => 'orders', partition_key => '/key', ordered => " +
      (ordering == Ordering::kLocked ? "true" : "false") + ");" + command + "load.plain', " + schema +
      ", default_target => 'orders', partition_key => '/key');"
      "SELECT command_center.set_route('load.plain', "
      R"('{"targets": [{"serviceId": "orders"}], "also": ["audit"]}');)";
  for (const std::string& topic : {topics.events, topics.doomed}) {
    sql += "SELECT command_center.set_topic('" + topic + "', partitions => 3);";
  }
  return sql;
}

class Load::Writer {
 public:
  Writer(Load& load, int number)
      : load_(load),
        number_(number),
        is_slow_(number == load.plan_.writers),
        random_(load.plan_.seed * 1000 + static_cast<std::uint64_t>(number)) {}

  void run() {
    while (!load_.stopping_) {
      Session session(load_.conninfo_());
      if (settle_prepared(session)) {
        while (!load_.stopping_ && transact(session)) pause(load_.plan_.pause);
      }
      pause(std::chrono::milliseconds(kReconnectPauseMs));
    }
    while (prepared_) {
      Session session(load_.conninfo_());
      if (!settle_prepared(session)) poll(nullptr, 0, kReconnectPauseMs);
    }
  }

  // One transaction with a message for each topic, again until it is committed.
  std::vector<Entry> write_last() {
    while (true) {
      Session session(load_.conninfo_());
      transaction_ = {};
      ++turn_;
      const bool done =
          session.run("BEGIN") == Reply::kDone && call(session, command("load.plain")) &&
          call(session, command("load.ordered")) && call(session, event(load_.topics_.events)) &&
          (!load_.plan_.dooms || call(session, event(load_.topics_.doomed))) &&
          (!load_.plan_.poisons || call(session, event(load_.topics_.narrow))) && commit(session);
      const bool committed = transaction_.outcome == Outcome::kCommitted;
      std::vector<Entry> entries = transaction_.entries;
      note();
      if (done && committed) return entries;
      poll(nullptr, 0, kReconnectPauseMs);
    }
  }

 private:
  // False when the connection broke.
  bool transact(Session& session) {
    transaction_ = {};
    ++turn_;
    if (session.run("BEGIN") != Reply::kDone) return false;
    const bool goes_on = fill(session) ? end(session) : fail(session);
    note();
    return goes_on;
  }

  // False when a call failed, and with it the transaction.
  bool fill(Session& session) {
    for (std::uint64_t calls = 1 + choose(4); calls > 0; --calls) {
      if (one_in(6) && !try_savepoint(session)) return false;
      if (!call(session, random_call())) return false;
    }
    if (is_slow_) pause(std::chrono::milliseconds(choose(2000)));
    return true;
  }

  bool try_savepoint(Session& session) {
    last_ = session.run("SAVEPOINT before");
    if (last_ != Reply::kDone) return false;
    const std::size_t kept = transaction_.entries.size();
    if (!call(session, random_call())) return false;
    const bool keeps = one_in(3);
    last_ = session.run(keeps ? "RELEASE before" : "ROLLBACK TO before");
    if (last_ != Reply::kDone) return false;
    if (keeps) return true;
    for (std::size_t i = kept; i < transaction_.entries.size(); ++i) {
      transaction_.undone.push_back(transaction_.entries[i]);
    }
    transaction_.entries.resize(kept);
    return true;
  }

  bool call(Session& session, const Call& call) {
    last_ = session.run(call.sql);
    for (std::size_t row = 0; row < call.entries.size(); ++row) {
      for (Entry entry : call.entries[row]) {
        if (last_ == Reply::kDone) {
          if (session.rows().size() != call.entries.size())
            throw std::logic_error("not an id for each: " + call.sql);
          entry.id = session.rows()[row][0];
        }
        entry.locked_at = now();
        transaction_.entries.push_back(std::move(entry));
      }
    }
    return last_ == Reply::kDone;
  }

  // A transaction that nobody committed is rolled back, whatever became of its connection. False when that
  // broke.
  bool fail(Session& session) {
    transaction_.outcome = Outcome::kRolledBack;
    return last_ == Reply::kRefused && session.run("ROLLBACK") == Reply::kDone;
  }

  bool end(Session& session) {
    if (one_in(7)) {
      transaction_.outcome = Outcome::kRolledBack;
      last_ = session.run(load_.plan_.commits_what_it_rolls_back ? "COMMIT" : "ROLLBACK");
      return last_ == Reply::kDone;
    }
    if (one_in(30) && !has_ordered()) return commit_in_two_phases(session);
    return commit(session);
  }

  bool commit(Session& session) {
    transaction_.committing_at = now();
    last_ = session.run("COMMIT");
    if (last_ == Reply::kDone && session.tag() == "COMMIT") {
      transaction_.outcome = Outcome::kCommitted;
    } else if (last_ == Reply::kBroken) {
      transaction_.outcome = Outcome::kUnknown;
    }
    return last_ != Reply::kBroken;
  }

  // What becomes of it is always known in the end: what is prepared survives a crash.
  bool commit_in_two_phases(Session& session) {
    prepared_ = load_.plan_.name + "-" + std::to_string(number_) + "-" + std::to_string(turn_);
    deciding_ = false;
    transaction_.committing_at = now();
    last_ = session.run("PREPARE TRANSACTION '" + *prepared_ + "'");
    if (last_ != Reply::kDone) return last_ == Reply::kRefused && settle_prepared(session);
    deciding_ = true;
    last_ = session.run("COMMIT PREPARED '" + *prepared_ + "'");
    if (last_ == Reply::kDone) settle(Outcome::kCommitted);
    return last_ == Reply::kDone;
  }

  // Finds out what became of a prepared transaction when the connection broke around it; false when it could
  // not.
  bool settle_prepared(Session& session) {
    if (!prepared_) return true;
    if (session.run("SELECT FROM pg_prepared_xacts WHERE gid = '" + *prepared_ + "'") != Reply::kDone)
      return false;
    if (session.rows().empty()) {
      settle(deciding_ ? Outcome::kCommitted : Outcome::kRolledBack);
    } else if (session.run((deciding_ ? "COMMIT PREPARED '" : "ROLLBACK PREPARED '") + *prepared_ + "'") ==
               Reply::kDone) {
      settle(deciding_ ? Outcome::kCommitted : Outcome::kRolledBack);
    }
    return !prepared_;
  }

  void settle(Outcome outcome) {
    transaction_.outcome = outcome;
    prepared_.reset();
    load_.journal_.add(std::move(transaction_));
    transaction_ = {};
  }

  // One that is still prepared is written down when it is settled.
  void note() {
    if (prepared_ || (transaction_.entries.empty() && transaction_.undone.empty())) return;
    load_.journal_.add(std::move(transaction_));
    transaction_ = {};
  }

  Call random_call() {
    switch (choose(6)) {
      case 0:
      case 1:
        return command("load.plain");
      case 2:
        return command("load.ordered");
      case 3:
        return batch();
      default:
        if (load_.plan_.poisons && one_in(12)) return event(load_.topics_.narrow);
        return event(load_.plan_.dooms && one_in(5) ? load_.topics_.doomed : load_.topics_.events);
    }
  }

  Call command(const std::string& name) {
    const std::string tenant = random_tenant();
    const std::string key = random_key();
    std::vector<Entry> entries = entries_of(name, tenant, key);
    const std::string payload = payload_of(entries[0].token, key);
    return {"SELECT command_id FROM command_center.execute_command('" + name + "', '" + payload + "', '" +
                tenant + "')",
            {std::move(entries)}};
  }

  Call batch() {
    Call call{"SELECT command_id FROM command_center.execute_commands('[", {}};
    for (std::uint64_t left = 1 + choose(5); left > 0; --left) {
      const std::string name = one_in(2) ? "load.plain" : "load.ordered";
      const std::string tenant = random_tenant();
      const std::string key = random_key();
      std::vector<Entry> entries = entries_of(name, tenant, key);
      call.sql += R"({"commandName": ")" + name + R"(", "tenantId": ")" + tenant + R"(", "payload": )" +
                  payload_of(entries[0].token, key) + (left > 1 ? "}, " : "}");
      call.entries.push_back(std::move(entries));
    }
    call.sql += "]'::jsonb, all_or_nothing => true) ORDER BY ordinal";
    return call;
  }

  Call event(const std::string& topic) {
    const bool ordered = one_in(2);
    std::string token = next_token();
    if (topic == load_.topics_.narrow && one_in(50)) token += kLarge;
    Entry entry{std::move(token), topic, "", random_tenant(), random_key(), "", ordered};
    std::string sql = "SELECT command_center.publish_event('" + topic + "', 'load.event', '" +
                      payload_of(entry.token, entry.key) + "', '" + entry.tenant + "', '" + entry.key +
                      "', ordered => " + (ordered ? "true" : "false") + ")";
    return {std::move(sql), {{std::move(entry)}}};
  }

  std::vector<Entry> entries_of(const std::string& name, const std::string& tenant, const std::string& key) {
    const std::string token = next_token();
    const bool ordered = name == "load.ordered";
    std::vector<Entry> entries{{token, load_.topics_.commands, "orders", tenant, key, "", ordered}};
    if (!ordered) entries.push_back({token, load_.topics_.audit, "audit", tenant, key, ""});
    return entries;
  }

  std::string next_token() {
    const std::string writer = number_ > load_.plan_.writers ? "last" : std::to_string(number_);
    return load_.plan_.name + "-" + writer + "-" + std::to_string(turn_) + "-" + std::to_string(++messages_);
  }

  [[nodiscard]] bool has_ordered() const {
    for (const Entry& entry : transaction_.entries) {
      if (entry.ordered) return true;
    }
    return false;
  }

  // The slow writer has keys of its own, or everybody would wait for it.
  std::string random_key() { return (is_slow_ ? "slow-" : "key-") + std::to_string(choose(kKeys)); }
  std::string random_tenant() { return kTenants[choose(kTenants.size())]; }
  std::uint64_t choose(std::uint64_t below) { return random_() % below; }
  bool one_in(std::uint64_t times) { return choose(times) == 0; }

  void pause(std::chrono::milliseconds duration) {
    const auto end = std::chrono::steady_clock::now() + duration;
    while (!load_.stopping_ && std::chrono::steady_clock::now() < end) poll(nullptr, 0, 1);
  }

  Load& load_;
  int number_;
  bool is_slow_;
  std::mt19937_64 random_;
  Transaction transaction_;
  Reply last_ = Reply::kDone;
  std::optional<std::string> prepared_;
  bool deciding_ = false;
  int turn_ = 0;
  int messages_ = 0;
};

Load::Load(LoadPlan plan, Topics topics, std::function<std::string()> conninfo, Journal& journal)
    : plan_(std::move(plan)), topics_(std::move(topics)), conninfo_(std::move(conninfo)), journal_(journal) {
  const int count = plan_.writers + (plan_.has_slow_writer ? 1 : 0);
  for (int writer = 0; writer < count; ++writer) threads_.emplace_back([this, writer] { run(writer); });
}

Load::~Load() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Load::run(int writer) {
  Writer(*this, writer).run();
}

std::vector<Entry> Load::finish() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return Writer(*this, plan_.writers + 1).write_last();
}

}  // namespace command_center::checker
