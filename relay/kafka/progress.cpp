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

// The longest that another publisher's transaction may hold us up, and a little more.
constexpr std::chrono::seconds kReadLimit{90};

// The outcome of a window: whether the key was met, and the value it had last.
struct Found {
  bool met = false;
  std::optional<std::string> value;
};

class ProgressReader {
 public:
  ProgressReader(const settings::Settings& settings, runtime::Waiter& waiter, std::string_view key,
                 std::int32_t partition, const std::function<void()>& while_waiting)
      : waiter_(waiter),
        while_waiting_(while_waiting),
        key_(key),
        partition_(partition),
        client_(make_client(RD_KAFKA_CONSUMER, reader_conf(settings, Isolation::kReadCommitted))),
        topic_(rd_kafka_topic_new(client_.get(), kProgressTopic, nullptr)),
        deadline_(runtime::Clock::now() + kReadLimit) {
    if (!topic_) fail(kAction, rd_kafka_last_error());
  }

  Found read(Window window) {
    if (rd_kafka_consume_start(topic_.get(), partition_, window.begin) != 0)
      fail(kAction, rd_kafka_last_error());
    Found found;
    while (!take_next(window.end, found)) {
      if (runtime::Clock::now() > deadline_) fail(kAction, RD_KAFKA_RESP_ERR__TIMED_OUT);
      if (waiter_.stopping())
        throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while starting");
      while_waiting_();
    }
    if (rd_kafka_consume_stop(topic_.get(), partition_) != 0) fail(kAction, rd_kafka_last_error());
    return found;
  }

 private:
  // Answers true when everything before `end` has been read.
  bool take_next(std::int64_t end, Found& found) {
    waiter_.beat();
    const Message message(rd_kafka_consume(topic_.get(), partition_, kConsumeTimeoutMs));
    if (!message) return false;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return message->offset >= end;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      fail(kAction, message->err, rd_kafka_message_errstr(message.get()));
    if (message->offset >= end) return true;
    if (std::string_view(static_cast<const char*>(message->key), message->key_len) == key_) {
      found.met = true;
      found.value.reset();
      if (message->payload != nullptr)
        found.value.emplace(static_cast<const char*>(message->payload), message->len);
    }
    return message->offset + 1 >= end;
  }

  runtime::Waiter& waiter_;
  const std::function<void()>& while_waiting_;
  std::string_view key_;
  std::int32_t partition_;
  Client client_;
  Topic topic_;
  runtime::Clock::time_point deadline_;
};

}  // namespace

std::string progress_key(std::string_view identity, std::string_view publisher) {
  return std::string(identity) + '/' + std::string(publisher);
}

std::string transactional_id(std::string_view identity, std::string_view publisher) {
  return "command-center/" + progress_key(identity, publisher);
}

std::optional<std::string> read_last_progress(const settings::Settings& settings, Cluster& cluster,
                                              runtime::Waiter& waiter, std::string_view key,
                                              std::int32_t partition,
                                              const std::function<void()>& while_waiting) {
  LookBack look_back(cluster.extent(kProgressTopic, partition));
  ProgressReader reader(settings, waiter, key, partition, while_waiting);
  while (const auto window = look_back.next()) {
    Found found = reader.read(*window);
    if (found.met) return std::move(found.value);
  }
  return std::nullopt;
}

}  // namespace command_center::relay::kafka
