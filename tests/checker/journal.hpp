// What a load did, kept outside the database: the messages that each transaction queued, and what became of
// it.
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::checker {

// kUnknown: the connection broke during COMMIT, so all of its messages may be there, or none.
// kLost: committed in a server that is no more, and unknown to the one that took its place: each message may
// be there, as it was published before, or not.
enum class Outcome { kRolledBack, kCommitted, kUnknown, kLost };

// A message that a transaction queued. Known again by token, topic and target.
struct Entry {
  std::string token;  // in the payload; no other call has it
  std::string topic;
  std::string target;  // the service; empty: an event
  std::string tenant;
  std::string key;
  std::string id;  // of the command or the event; empty: the answer never came
  bool ordered = false;
  std::int64_t locked_at = 0;  // when the call had returned: an ordered key was locked by then
};

struct Transaction {
  Outcome outcome = Outcome::kRolledBack;
  std::int64_t committing_at = 0;  // just before COMMIT was sent: its locks were held until then at least
  std::vector<Entry> entries;      // in the order of the calls
  std::vector<Entry> undone;       // rolled back to a savepoint
};

// What the token of a message ends with that is larger than the others, 30,000 bytes.
inline constexpr std::string_view kLarge = "-large";

// The text that goes into each payload besides token and key, so that a value that was changed is known.
[[nodiscard]] std::string filling_of(std::string_view token, std::string_view key);

// Nanoseconds of a clock that all writers of one process share.
[[nodiscard]] std::int64_t now();

// Any thread may add. Each transaction is a line of the file as soon as its outcome is known.
class Journal {
 public:
  explicit Journal(const std::string& file);
  void add(Transaction transaction);
  [[nodiscard]] std::vector<Transaction> transactions() const;
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::ofstream file_;
  std::vector<Transaction> transactions_;
};

// Throws std::runtime_error when the file is not a journal.
[[nodiscard]] std::vector<Transaction> read_journal(const std::string& file);

}  // namespace command_center::checker
