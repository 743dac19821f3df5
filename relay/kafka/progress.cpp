// Reads to the end as it was with open transactions counted: another database's open one must not hide our
// last record.
#include "relay/kafka/progress.hpp"

#include <chrono>

#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/look_back.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kConsumeTimeoutMs = 500;
constexpr const char* kAction = "read the progress topic";

// The longest that another publisher's transaction may keep the next record from us, and a little more.
constexpr std::chrono::seconds kStandstillLimit{90};

// The outcome of a window: whether the key was met, and the value it had last.
struct Found {
  bool met = false;
  std::optional<std::string> value;
};

std::optional<std::string> value_of(const rd_kafka_message_t& message) {
  if (message.payload == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(message.payload), message.len);
}

using Take = std::function<void(std::string_view key, const rd_kafka_message_t& message)>;

class ProgressReader {
 public:
  ProgressReader(const settings::Kafka& settings, runtime::Waiter& waiter, std::int32_t partition,
                 const std::function<void()>& while_waiting)
      : waiter_(waiter),
        while_waiting_(while_waiting),
        partition_(partition),
        client_(make_client(ClientKind::kProgressReader, settings)),
        topic_(rd_kafka_topic_new(client_.get(), kProgressTopic, nullptr)) {
    if (!topic_) fail(kAction, rd_kafka_last_error());
  }

  // Hands every record of the window to `take`, in order.
  void read(Window window, const Take& take) {
    if (rd_kafka_consume_start(topic_.get(), partition_, window.begin) != 0)
      fail(kAction, rd_kafka_last_error());
    advance_to(window.begin);
    while (!take_next(window.end, take)) {
      if (runtime::Clock::now() > deadline_) fail(kAction, RD_KAFKA_RESP_ERR__TIMED_OUT);
      if (waiter_.stopping())
        throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while starting");
      while_waiting_();
    }
    if (rd_kafka_consume_stop(topic_.get(), partition_) != 0) fail(kAction, rd_kafka_last_error());
  }

 private:
  // Answers true when everything before `end` has been read.
  bool take_next(std::int64_t end, const Take& take) {
    waiter_.beat();
    const Message message(rd_kafka_consume(topic_.get(), partition_, kConsumeTimeoutMs));
    if (!message) return false;
    const bool at_end_of_partition = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !at_end_of_partition)
      fail(kAction, message->err, rd_kafka_message_errstr(message.get()));
    if (message->offset > reached_) advance_to(message->offset);
    if (at_end_of_partition || message->offset >= end) return message->offset >= end;
    take(std::string_view(static_cast<const char*>(message->key), message->key_len), *message);
    return message->offset + 1 >= end;
  }

  // A long topic takes its time; only one that does not go on is given up.
  void advance_to(std::int64_t offset) {
    reached_ = offset;
    deadline_ = runtime::Clock::now() + kStandstillLimit;
  }

  runtime::Waiter& waiter_;
  const std::function<void()>& while_waiting_;
  std::int32_t partition_;
  Client client_;
  Topic topic_;
  std::int64_t reached_ = 0;
  runtime::Clock::time_point deadline_;
};

}  // namespace

std::string progress_key(std::string_view identity, std::string_view publisher) {
  return std::string(identity) + '/' + std::string(publisher);
}

bool is_key_of(std::string_view key, std::string_view publisher) noexcept {
  const std::size_t end_of_identity = key.find('/');
  return end_of_identity != std::string_view::npos && key.substr(end_of_identity + 1) == publisher;
}

std::string transactional_id(std::string_view identity, std::string_view publisher) {
  return "command-center/" + progress_key(identity, publisher);
}

std::optional<std::string> read_last_progress(const settings::Kafka& settings, Cluster& cluster,
                                              runtime::Waiter& waiter, std::string_view key,
                                              std::int32_t partition,
                                              const std::function<void()>& while_waiting) {
  LookBack look_back(cluster.extent(kProgressTopic, partition));
  ProgressReader reader(settings, waiter, partition, while_waiting);
  while (const auto window = look_back.next()) {
    Found found;
    reader.read(*window, [key, &found](std::string_view its_key, const rd_kafka_message_t& message) {
      if (its_key == key) found = {true, value_of(message)};
    });
    if (found.met) return std::move(found.value);
  }
  return std::nullopt;
}

std::map<std::string, std::string> read_all_progress(const settings::Kafka& settings, Cluster& cluster,
                                                     runtime::Waiter& waiter, std::string_view publisher,
                                                     std::int32_t partition) {
  const Window whole = cluster.extent(kProgressTopic, partition);
  std::map<std::string, std::string> records;
  if (whole.end <= whole.begin) return records;
  const std::function<void()> nothing_to_do = [] {};
  ProgressReader reader(settings, waiter, partition, nothing_to_do);
  reader.read(whole, [&](std::string_view key, const rd_kafka_message_t& message) {
    if (!is_key_of(key, publisher)) return;
    if (auto value = value_of(message)) {
      records.insert_or_assign(std::string(key), std::move(*value));
    } else {
      records.erase(std::string(key));
    }
  });
  return records;
}

}  // namespace command_center::relay::kafka
