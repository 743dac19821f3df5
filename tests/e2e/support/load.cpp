// Transactions of one to seven commands; every fifth rolls back, every third has a savepoint that does.
#include "tests/e2e/support/load.hpp"

#include <poll.h>

#include <exception>

namespace command_center::e2e {
namespace {

constexpr int kSizes = 7;
constexpr int kRollBackEvery = 5;
constexpr int kSavepointEvery = 3;
constexpr int kReconnectPauseMs = 50;

}  // namespace

Load::Load(const Database& database) : database_(database), thread_([this] { run(); }) {}

void Load::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Load::run() {
  int turn = 0;
  while (!stopping_) {
    try {
      Client client = database_.connect();
      while (!stopping_) {
        ++turn;
        client.query("BEGIN");
        client.query(database_.execute_sql(1 + turn % kSizes));
        if (turn % kSavepointEvery == 0) {
          client.query("SAVEPOINT before");
          client.query(database_.execute_sql(1));
          client.query("ROLLBACK TO before");
        }
        client.query(turn % kRollBackEvery == 0 ? "ROLLBACK" : "COMMIT");
        ++transactions_;
      }
    } catch (const std::exception&) {
      poll(nullptr, 0, kReconnectPauseMs);
    }
  }
}

}  // namespace command_center::e2e
