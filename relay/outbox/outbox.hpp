// The SQL functions of the outbox, as the relay calls them.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/postgres/connection.hpp"
#include "relay/daemon.hpp"
#include "relay/declarations/declared_topics.hpp"
#include "relay/leases/store.hpp"

namespace command_center::relay::outbox {

// A batch that is recorded durably, and the record to write into Kafka with it.
struct Batch {
  std::int64_t id;
  std::int64_t messages;
  std::int64_t bytes;
  std::string progress;
};

// How large a batch may be.
struct Limits {
  int messages;
  std::int64_t bytes;
};

// Borrows its texts from the row that is current.
struct OutboxMessage {
  std::int64_t position;
  std::string_view id;
  std::string_view topic;
  std::string_view key;
  std::string_view headers;
  std::string_view value;  // data() is null for a tombstone
};

// A message that Kafka refused, and with what words.
struct RefusedMessage {
  std::int64_t position;
  std::string id;
  std::string detail;
};

// What Kafka is to be asked for after commits were lost. Times in milliseconds since 1970.
struct RecoveryPlan {
  std::int64_t opened_ms;         // everything that this database does not know was produced after that
  std::int64_t record_opened_ms;  // when the batch of Kafka's progress was opened; 0: it does not say
  bool promoted;                  // the server was promoted after that record was written
  std::string read_from;          // the first of these, as the database writes it
  std::vector<std::string> topics;
};

// What the database knows of messages that Kafka has.
struct RecoveredPage {
  std::int64_t published;  // they would have been sent again
  std::int64_t unknown;
  std::vector<std::string> first_unknown;  // ids
};

struct TopicHold {
  std::string topic;
  bool held;  // false: it takes messages again, and some are still to be appended
};

// Errors are those of Connection, and Failure(kDisagreement) where the database says that it cannot go on
// from here.
class Outbox : public leases::Store {
 public:
  Outbox(postgres::Connection& connection, std::string publisher)
      : connection_(connection), publisher_(std::move(publisher)) {}

  // Which publisher to be as a shard. Failure(kRefused) where the database has another number of them. What
  // it answers may come to its end: every other function is Failure(kLeaseLost) then.
  [[nodiscard]] static std::string publisher_of_shard(postgres::Connection& connection,
                                                      const std::string& publisher, int shard, int shards);
  [[nodiscard]] std::string identity();
  // The right to be this publisher.
  [[nodiscard]] leases::Answer acquire(const std::string& holder, std::chrono::seconds ttl) override;
  void release(const std::string& holder) override;
  // The batch Kafka has published through; that before the one of the record where it is of a part.
  [[nodiscard]] std::int64_t resume(const std::optional<std::string>& progress);
  // Nothing when there is nothing to publish. The batch has been committed durably.
  [[nodiscard]] std::optional<Batch> next_batch(std::int64_t published_through, const Limits& limits);
  // Whether the batch was as large as it might be: there are more behind it.
  [[nodiscard]] bool is_full(const Batch& batch) const;
  // While `batch` is on its way to Kafka, all of it having been read: begins to open the one after it, if
  // there is one. go_on() sees to it without waiting, and has its messages begin to come. Every other call
  // may be made meanwhile, and has the connection first. What fails is thrown by the next of them.
  void open_ahead_of(const Batch& batch);
  void go_on() noexcept;
  // To be called before a wait for something else during which nobody calls go_on().
  void leave_alone() noexcept;
  // False while another call would have to wait for that commit, or throw what failed.
  [[nodiscard]] bool is_free() const;
  // Then next_message() until it answers nothing; no other call in between.
  void start_messages(std::int64_t batch_id, std::int64_t after_position);
  [[nodiscard]] std::optional<OutboxMessage> next_message();

  // Leaves messages out of an open batch, durably; to be called after the Kafka transaction that held them
  // was given up. The batch must be asked for again.
  void park(const std::string& holder, std::int64_t batch_id, const std::vector<RefusedMessage>& messages);
  // The same with all of a topic behind the position, and with those to come.
  void hold_topic(const std::string& holder, std::int64_t batch_id, std::int64_t after_position,
                  const std::string& topic, const std::string& detail);
  // When something of this publisher, or of another of its shards, was last left out, as of resume() or of
  // the last time that this did so; empty: never. Whoever does not know of that lost what was left out.
  [[nodiscard]] const std::string& parked_through() const { return parked_through_; }
  // Appends a part of what was left out for a topic again, and answers how many messages.
  [[nodiscard]] std::int64_t free_topic(const std::string& holder, const std::string& topic);
  [[nodiscard]] std::vector<TopicHold> topic_holds();
  [[nodiscard]] declarations::Shapes declared_topics(const std::set<std::string>& names);

  // The steps of going on where Kafka has batches that this database lost; see begin_recovery() and so on.
  [[nodiscard]] RecoveryPlan begin_recovery(const std::string& holder, const std::string& progress);
  [[nodiscard]] RecoveredPage recover_messages(const std::string& holder, const std::vector<std::string>& ids,
                                               const std::string& read_from);
  // The record to write into Kafka. It has been committed durably.
  [[nodiscard]] std::string finish_recovery(const std::string& holder, const std::string& progress,
                                            const std::string& report);

 private:
  // What next_batch() was asked last.
  struct Asked {
    std::int64_t published_through;
    Limits limits;
  };
  // A batch that is opened while the one before it is on its way.
  enum class Stage { kOpening, kOpened, kFailed };
  struct Ahead {
    std::int64_t after;
    Stage stage = Stage::kOpening;
    std::optional<Batch> batch;  // nothing where there was nothing to publish
    std::exception_ptr failure;
  };

  [[nodiscard]] std::string next_batch_call(std::int64_t opened_through) const;
  void finish_opening();
  void note_failure() noexcept;
  // Waits for what is under way: of a batch that is opened ahead, its commit; its messages are to be asked
  // for again.
  void free_connection();
  [[nodiscard]] std::optional<Batch> take_ahead();
  void ask_for_messages(std::int64_t batch_id, std::int64_t after_position);
  void require_durable_commit();
  void look_what_is_parked();

  // A function's call whose commit must be durable before anything is done about it.
  postgres::Result call_durably(const std::string& select);
  // A function's call in a transaction of its own.
  postgres::Result call(const std::string& select);
  // The same for what may take long.
  postgres::Result call_slowly(const std::string& select);
  [[nodiscard]] postgres::Result call_for_row(const std::string& select);

  postgres::Connection& connection_;
  std::string publisher_;
  Asked asked_{};
  std::optional<Ahead> ahead_;
  std::optional<std::int64_t> coming_;  // the batch whose messages come before anybody has asked for them
  std::optional<postgres::Result> row_;
  bool reading_ = false;
  std::string parked_through_;
};

}  // namespace command_center::relay::outbox
