// Waits for delivery reports by itself, because the flush inside a commit sleeps in steps of 10 ms.
#include "relay/kafka/producer.hpp"

#include <array>
#include <chrono>

#include "relay/kafka/cluster.hpp"
#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kMetadataTimeoutMs = 10'000;
constexpr int kInitChunkMs = 1'000;
constexpr std::chrono::seconds kInitLimit{70};  // longer than the transaction of a dead producer can last
constexpr int kCommitTimeoutMs = 15'000;
constexpr int kAbortTimeoutMs = 3'000;
constexpr int kPollMs = 100;
constexpr int kDeliveryPollMs = 2;
constexpr int kRoomPollMs = 10;
constexpr std::chrono::milliseconds kAfterEnd{3};
constexpr std::size_t kErrorTextSize = 512;

}  // namespace

Producer::Producer(const settings::Kafka& settings, runtime::Waiter& waiter,
                   std::string_view transactional_id)
    : waiter_(waiter) {
  const ClientKind kind =
      transactional_id.empty() ? ClientKind::kProducer : ClientKind::kTransactionalProducer;
  Conf conf = make_conf(kind, settings);
  if (kind == ClientKind::kTransactionalProducer)
    set(conf.get(), "transactional.id", std::string(transactional_id));
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  client_ = make_client(kind, std::move(conf));
}

Producer::~Producer() {
  // What was not delivered is in the outbox still; waiting for it here could take for ever.
  rd_kafka_purge(client_.get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void Producer::warm_up(const std::string& topic) {
  const rd_kafka_metadata_t* answer = nullptr;
  waiter_.beat();
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_.get(), 0, topic_handle(topic), &answer, kMetadataTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("connect the producer", error);
  rd_kafka_metadata_destroy(answer);
}

void Producer::init_transactions(const std::function<void()>& while_waiting) {
  const auto deadline = runtime::Clock::now() + kInitLimit;
  while (true) {
    waiter_.beat();
    const KafkaError error(rd_kafka_init_transactions(client_.get(), kInitChunkMs));
    if (!error) return;
    const bool may_resume = rd_kafka_error_is_retriable(error.get()) != 0 && runtime::Clock::now() < deadline;
    if (!may_resume) check("initialize kafka transactions", client_.get(), error);
    if (waiter_.stopping())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while starting");
    while_waiting();
  }
}

void Producer::begin() {
  check("begin a kafka transaction", client_.get(), KafkaError(rd_kafka_begin_transaction(client_.get())));
}

// The coordinator goes on writing the end of a transaction into its partitions after it has answered. Who
// adds a partition to the next one meanwhile is told to come back, and the library waits 20 ms before it
// does.
void Producer::let_last_one_end() {
  const auto rest = ended_ + kAfterEnd - runtime::Clock::now();
  if (rest > runtime::Clock::duration::zero())
    (void)waiter_.wait(std::chrono::ceil<std::chrono::milliseconds>(rest));
  ended_ = {};
}

rd_kafka_resp_err_t Producer::produce(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key,
                                      std::string_view value, Headers headers, std::size_t tag) {
  if (ended_ != runtime::Clock::time_point{}) let_last_one_end();
  while (true) {
    // Tags are counted from 1, since a report without one is not of a message.
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the library hands it back and does not look
    void* opaque = reinterpret_cast<void*>(tag + 1);
    const rd_kafka_resp_err_t error =
        rd_kafka_producev(client_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                          RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      [[maybe_unused]] const rd_kafka_headers_t* owned_by_message = headers.release();
      ++outstanding_;
      outstanding_bytes_ += static_cast<std::int64_t>(key.size() + value.size());
      return error;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) return error;
    poll(kPollMs);
    if (something_failed()) return error;
  }
}

void Producer::produce_progress(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key,
                                std::string_view value) {
  let_last_one_end();
  const rd_kafka_resp_err_t error =
      rd_kafka_producev(client_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
                        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    progress_error_ = error;
    return;
  }
  ++outstanding_;
  outstanding_bytes_ += static_cast<std::int64_t>(key.size() + value.size());
}

void Producer::forget_refusals() {
  refusals_.clear();
  progress_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool Producer::something_failed() const {
  return !refusals_.empty() || progress_error_ != RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::serve_deliveries() {
  poll(0);
}

void Producer::await_room(std::int64_t bytes, runtime::Clock::time_point deadline) {
  while (outstanding_bytes_ > bytes && !something_failed() && runtime::Clock::now() < deadline)
    poll(kRoomPollMs);
}

void Producer::await_deliveries(const std::function<bool()>& go_on) {
  while (outstanding_ > 0 && !something_failed()) {
    poll(kDeliveryPollMs);
    if (!go_on()) return;
  }
}

void Producer::await_all(const std::function<void()>& while_waiting) {
  while (outstanding_ > 0) {
    poll(kDeliveryPollMs);
    while_waiting();
  }
}

void Producer::commit() {
  waiter_.beat();
  check("commit a kafka transaction", client_.get(),
        KafkaError(rd_kafka_commit_transaction(client_.get(), kCommitTimeoutMs)));
  ended_ = runtime::Clock::now();
}

void Producer::abort() noexcept {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  const KafkaError ignored(rd_kafka_abort_transaction(client_.get(), kAbortTimeoutMs));
}

// What is on its way to the broker is waited for: if it arrived after the end of this transaction, the broker
// would take it for a part of the next one, and it would be there twice. What has not left is dropped, each
// time anew, since what a broker sends back waits to leave again.
void Producer::give_up(const std::function<void()>& while_waiting) {
  const auto deadline = runtime::Clock::now() + std::chrono::milliseconds(kCommitTimeoutMs);
  while (outstanding_ > 0) {
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE);
    poll(kRoomPollMs);
    while_waiting();
    if (runtime::Clock::now() > deadline) fail("abort a kafka transaction", RD_KAFKA_RESP_ERR__TIMED_OUT);
  }
  waiter_.beat();
  check("abort a kafka transaction", client_.get(),
        KafkaError(rd_kafka_abort_transaction(client_.get(), kCommitTimeoutMs)));
  ended_ = runtime::Clock::now();
}

void Producer::on_delivery(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* self) noexcept {
  auto& producer = *static_cast<Producer*>(self);
  --producer.outstanding_;
  producer.outstanding_bytes_ -= static_cast<std::int64_t>(message->len + message->key_len);
  const rd_kafka_resp_err_t error = outcome_of(*message);
  if (message->_private == nullptr) {
    producer.note_progress(*message, error);
  } else if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    producer.refusals_.push_back({reinterpret_cast<std::size_t>(message->_private) - 1, error});
  }
}

void Producer::note_progress(const rd_kafka_message_t& message, rd_kafka_resp_err_t error) noexcept {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (progress_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) progress_error_ = error;
    return;
  }
  // A tombstone is for another partition.
  if (message.payload == nullptr) return;
  if (message.offset <= progress_offset_) progress_went_back_ = true;
  progress_offset_ = message.offset;
}

rd_kafka_topic_t* Producer::topic_handle(const std::string& topic) {
  const auto found = topics_.find(topic);
  if (found != topics_.end()) return found->second.get();
  Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  if (!handle) fail("use topic \"" + topic + "\"", rd_kafka_last_error());
  return topics_.emplace(topic, std::move(handle)).first->second.get();
}

void Producer::poll(int timeout_ms) {
  waiter_.beat();
  rd_kafka_poll(client_.get(), timeout_ms);
  std::array<char, kErrorTextSize> text{};
  const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client_.get(), text.data(), text.size());
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) fail("deliver a message", fatal, text.data());
  if (progress_went_back_) {
    throw Failure(FailureKind::kKafka, sqlstate::kWrongState,
                  std::string("topic \"") + kProgressTopic + "\" was deleted and made anew");
  }
  if (waiter_.drain_expired())
    throw Failure(FailureKind::kStopping, kConnectionFailure, "no time left to drain");
}

}  // namespace command_center::relay::kafka
