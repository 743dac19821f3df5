// What a session makes of the words that come around a commit, from a server that says exactly those.
#include "api/database/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/loopback.hpp"

namespace command_center::api::database {
namespace {

constexpr const char* kProcess = "4321";

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text.push_back(static_cast<char>(value >> shift));
  return text;
}

std::uint32_t number_in(const std::string& text, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t each = at; each < at + 4; ++each)
    value = value << 8U | static_cast<unsigned char>(text[each]);
  return value;
}

std::string zero_ended(const std::string& text) {
  return text + '\0';
}

std::string message(char type, const std::string& body = {}) {
  return type + number(static_cast<std::uint32_t>(body.size() + 4), 4) + body;
}

// An error ('E') or a notice ('N').
std::string complaint(char type, const std::string& severity, const std::string& sqlstate) {
  return message(type, 'S' + zero_ended(severity) + 'V' + zero_ended(severity) + 'C' + zero_ended(sqlstate) +
                           'M' + zero_ended("so it is") + '\0');
}

// What comes where.
struct Words {
  std::string before_statement{};  // instead of nothing, before the statement's own result
  std::string before_commit{};     // the same of COMMIT
  std::string commit = message('C', zero_ended("COMMIT"));
  std::string behind = message('Z', "I");
  bool goes_on = true;  // else it closes the connection behind them
};

// Serves one client. Each round but the last is that of a good server.
class Speaker {
 public:
  // `rounds`: of the pipeline that is answered with the words.
  Speaker(Words words, int rounds) : words_(std::move(words)), rounds_(rounds) {}
  ~Speaker() {
    listener_.stop();
    thread_.join();
  }
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  [[nodiscard]] std::string conninfo() const {
    return "host=127.0.0.1 sslmode=disable gssencmode=disable user=a dbname=a port=" +
           std::to_string(listener_.port());
  }

 private:
  void serve() {
    client_ = listener_.accept_one();
    if (client_.get() < 0 || !read(4) || !read(number_in(input_, 0))) return;
    input_.clear();
    std::string hello = message('R', number(0, 4));
    for (const auto& [name, value] : {std::pair{"server_version", "15.5"},
                                      {"client_encoding", "UTF8"},
                                      {"in_hot_standby", "off"},
                                      {"default_transaction_read_only", "off"}})
      hello += message('S', zero_ended(name) + zero_ended(value));
    hello += message('K', number(static_cast<std::uint32_t>(std::stoi(kProcess)), 4) + number(1, 4));
    if (!loopback::send_all(client_, hello + message('Z', "I"))) return;
    for (int round = 1; take_pipeline(); ++round) {
      const Words& words = round == rounds_ ? words_ : good_;
      if (!loopback::send_all(client_, answer(words)) || !words.goes_on) break;
    }
    client_ = loopback::Descriptor();
  }

  // The statements up to the next Sync.
  bool take_pipeline() {
    statements_.clear();
    while (true) {
      if (!read(5)) return false;
      const char type = input_[0];
      if (!read(1 + number_in(input_, 1))) return false;
      if (type == 'P') statements_.emplace_back(input_.c_str() + 6);  // behind the empty name
      input_.clear();
      if (type == 'S') return true;
      if (type == 'X') return false;
    }
  }

  [[nodiscard]] std::string answer(const Words& words) const {
    std::string text;
    for (std::size_t index = 0; index < statements_.size(); ++index) {
      const std::string& statement = statements_[index];
      text += message('1') + message('2');
      if (statement == "COMMIT") {
        text += message('n') + words.before_commit + words.commit;
      } else if (statement.substr(0, 6) == "SELECT") {
        const std::string column =
            zero_ended("a") + std::string(6, '\0') + number(25, 4) + std::string(8, '\0');
        text += message('T', number(1, 2) + column) + message('D', number(1, 2) + number(4, 4) + kProcess);
        if (index + 3 == statements_.size()) text += words.before_statement;
        text += message('C', zero_ended("SELECT 1"));
      } else {
        text += message('n') + message('C', zero_ended("BEGIN"));
      }
    }
    return text + words.behind;
  }

  // Until there is so much of a message.
  bool read(std::size_t size) {
    while (input_.size() < size) {
      char bytes[4096];
      const ssize_t got = recv(client_.get(), bytes, std::min(sizeof(bytes), size - input_.size()), 0);
      if (got <= 0) return false;
      input_.append(bytes, static_cast<std::size_t>(got));
    }
    return true;
  }

  const Words words_;
  const Words good_;
  const int rounds_;
  const loopback::Listener listener_;
  loopback::Descriptor client_;
  std::string input_;
  std::vector<std::string> statements_;
  std::thread thread_{[this] { serve(); }};  // last: uses the rest
};

struct Told {
  End end;
  bool is_alive;
};

// Of a transaction that writes; a session begins with two of its own.
Told told(const Words& words, Effect effect = Effect::kWrites) {
  static runtime::StopSignal stop(std::chrono::seconds(60));
  runtime::Waiter waiter(stop, std::chrono::seconds(60));
  const Speaker speaker(words, 3);
  Session session(speaker.conninfo(), waiter);
  Transaction transaction;
  transaction.sql = "SELECT 'x'";
  transaction.effect = effect;
  transaction.limit = std::chrono::seconds(60);
  const Ran ran = session.run(transaction);
  return {ran.end, session.is_alive()};
}

TEST(Session, ACommitThatWasConfirmedStandsWhateverComesBehindIt) {
  EXPECT_EQ(told({}).end, End::kCommitted);
  EXPECT_TRUE(told({}).is_alive);
  Words ended;
  ended.behind = complaint('E', "FATAL", "57P01");
  ended.goes_on = false;
  EXPECT_EQ(told(ended).end, End::kCommitted);
  EXPECT_FALSE(told(ended).is_alive);
  Words cut;
  cut.behind.clear();
  cut.goes_on = false;
  EXPECT_EQ(told(cut).end, End::kCommitted);
}

TEST(Session, ACommitThatNobodyConfirmedIsLost) {
  Words ended;
  ended.commit.clear();
  ended.behind = complaint('E', "FATAL", "57P01");
  ended.goes_on = false;
  EXPECT_EQ(told(ended).end, End::kLost);
  ended.behind.clear();
  EXPECT_EQ(told(ended).end, End::kLost);
}

TEST(Session, AWarningOfTheCommitSaysThatNoStandbyConfirmedIt) {
  for (const char* sqlstate : {"01000", "57P01"}) {
    Words warned;
    warned.before_commit = complaint('N', "WARNING", sqlstate);
    EXPECT_EQ(told(warned).end, End::kUnconfirmed) << sqlstate;
    EXPECT_TRUE(told(warned).is_alive);
    // Nothing was written that a standby could lack.
    EXPECT_EQ(told(warned, Effect::kReads).end, End::kCommitted) << sqlstate;
    // A server that ends the session says no more.
    warned.commit.clear();
    warned.behind = complaint('E', "FATAL", "57P01");
    warned.goes_on = false;
    EXPECT_EQ(told(warned).end, End::kUnconfirmed) << sqlstate;
    Words earlier;
    earlier.before_statement = complaint('N', "WARNING", sqlstate);
    EXPECT_EQ(told(earlier).end, End::kCommitted) << sqlstate;
  }
  Words notice;
  notice.before_commit = complaint('N', "NOTICE", "00000") + complaint('N', "WARNING", "01003");
  EXPECT_EQ(told(notice).end, End::kCommitted);
}

}  // namespace
}  // namespace command_center::api::database
