// Reads a topic from its end on with read_committed, and prints how many microseconds after its envelope was
// written each message could be read: read_latency BROKERS TOPIC. Says "reading" first; ends with its input.
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

namespace {

constexpr int kPollMs = 100;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "read_latency: %s\n", what);
  std::exit(EXIT_FAILURE);
}

// Microseconds of "issuedAt": "2026-01-31T12:00:00.123456Z" in an envelope; -1 without it.
std::int64_t issued_at(std::string_view envelope) {
  constexpr std::string_view kMember = "\"issuedAt\":";
  const std::size_t member = envelope.find(kMember);
  const std::size_t text =
      member == std::string_view::npos ? member : envelope.find('"', member + kMember.size());
  if (text == std::string_view::npos) return -1;
  std::tm time = {};
  int microseconds = 0;
  char fraction[7] = "";
  if (std::sscanf(envelope.data() + text + 1, "%d-%d-%dT%d:%d:%d.%6[0-9]", &time.tm_year, &time.tm_mon,
                  &time.tm_mday, &time.tm_hour, &time.tm_min, &time.tm_sec, fraction) < 6) {
    return -1;
  }
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  int scale = 100'000;
  for (const char* digit = fraction; *digit != 0; ++digit, scale /= 10)
    microseconds += (*digit - '0') * scale;
  return static_cast<std::int64_t>(timegm(&time)) * 1'000'000 + microseconds;
}

void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
  char error[256];
  if (rd_kafka_conf_set(conf, name, value, error, sizeof(error)) != RD_KAFKA_CONF_OK) fail(error);
}

void assign_from_the_end(rd_kafka_t* consumer, const char* topic) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(consumer, topic, nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(consumer, 0, handle, &metadata, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail("no metadata");
  rd_kafka_topic_partition_list_t* partitions = rd_kafka_topic_partition_list_new(1);
  for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    if (rd_kafka_query_watermark_offsets(consumer, topic, i, &low, &high, 10'000) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
      fail("no offsets");
    rd_kafka_topic_partition_list_add(partitions, topic, i)->offset = high;
  }
  if (partitions->cnt == 0) fail("the topic is not there");
  rd_kafka_assign(consumer, partitions);
  rd_kafka_topic_partition_list_destroy(partitions);
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(handle);
}

bool input_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte = 0;
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: read_latency BROKERS TOPIC");
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", argv[1]);
  set(conf, "group.id", "read_latency");
  set(conf, "isolation.level", "read_committed");
  set(conf, "enable.auto.commit", "false");
  // As a consumer that wants its messages soon.
  set(conf, "fetch.wait.max.ms", "100");
  set(conf, "fetch.error.backoff.ms", "1");
  char error[256];
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
  if (consumer == nullptr) fail(error);
  rd_kafka_poll_set_consumer(consumer);
  assign_from_the_end(consumer, argv[2]);
  std::puts("reading");
  std::fflush(stdout);
  while (!input_ended()) {
    for (rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, kPollMs); message != nullptr;
         message = rd_kafka_consumer_poll(consumer, 0)) {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      const std::int64_t issued = message->err == RD_KAFKA_RESP_ERR_NO_ERROR
                                      ? issued_at({static_cast<const char*>(message->payload), message->len})
                                      : -1;
      if (issued >= 0) {
        std::printf("%lld\n",
                    static_cast<long long>(
                        std::chrono::duration_cast<std::chrono::microseconds>(now).count() - issued));
      }
      rd_kafka_message_destroy(message);
    }
  }
  std::fflush(stdout);
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return EXIT_SUCCESS;
}
