// The settings of librdkafka that exactly-once publishing rests on, and the logging every client shares.
#include "relay/kafka/config.hpp"

#include <algorithm>
#include <array>

#include "relay/failure.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/logging/log.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr std::size_t kErrorTextSize = 512;

// Each either breaks a promise of the relay when changed, or is decided by another setting.
constexpr std::array<std::string_view, 32> kNotNegotiable{
    "bootstrap.servers",
    "metadata.broker.list",
    "enable.idempotence",
    "acks",
    "request.required.acks",
    "partitioner",
    "check.crcs",
    "transactional.id",
    "transaction.timeout.ms",
    "message.timeout.ms",
    "delivery.timeout.ms",
    "auto.offset.reset",
    "isolation.level",
    "enable.partition.eof",
    "allow.auto.create.topics",
    "retry.backoff.ms",
    "linger.ms",
    "queue.buffering.max.ms",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.send.max.retries",
    "retries",
    "queuing.strategy",
    "enable.gapless.guarantee",
    "delivery.report.only.error",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "group.id",
    "dr_cb",
    "dr_msg_cb",
    "log_cb",
    "error_cb",
};

void on_log(const rd_kafka_t* /*client*/, int level, const char* facility, const char* text) {
  constexpr int kSyslogError = 3;
  constexpr int kSyslogWarning = 4;
  constexpr int kSyslogInfo = 6;
  const auto log = level <= kSyslogError     ? logging::error
                   : level <= kSyslogWarning ? logging::warning
                   : level <= kSyslogInfo    ? logging::info
                                             : logging::debug;
  log("kafka client reports", {{"facility", facility}, {"message", text}});
}

void on_error(rd_kafka_t* client, int code, const char* reason, void* /*opaque*/) {
  auto error = static_cast<rd_kafka_resp_err_t>(code);
  std::array<char, kErrorTextSize> text{};
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    error = rd_kafka_fatal_error(client, text.data(), text.size());
    reason = text.data();
  }
  logging::warning("kafka client failed", {{"error", rd_kafka_err2name(error)}, {"message", reason}});
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  std::array<char, kErrorTextSize> text{};
  if (rd_kafka_conf_set(conf, name, value.c_str(), text.data(), text.size()) != RD_KAFKA_CONF_OK) {
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter,
                  std::string("kafka property \"") + name + "\" was refused");
  }
}

Conf common_conf(const settings::Settings& settings) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings.kafka_properties) set(conf.get(), name.c_str(), value);
  set(conf.get(), "bootstrap.servers", settings.kafka_brokers);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  return conf;
}

bool is_given(const settings::Settings& settings, std::string_view name) {
  return std::any_of(settings.kafka_properties.begin(), settings.kafka_properties.end(),
                     [name](const settings::KafkaProperty& property) { return property.first == name; });
}

// For what an operator may change: a default of ours rather than the library's.
void set_default(const settings::Settings& settings, rd_kafka_conf_t* conf, const char* name,
                 const char* value) {
  if (!is_given(settings, name)) set(conf, name, value);
}

}  // namespace

std::optional<std::string> find_mistake(const settings::Settings& settings) {
  const Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings.kafka_properties) {
    if (std::find(kNotNegotiable.begin(), kNotNegotiable.end(), name) != kNotNegotiable.end()) {
      return "kafka property \"" + name + "\" cannot be changed: the relay's promises rest on it";
    }
    std::array<char, kErrorTextSize> text{};
    switch (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size())) {
      case RD_KAFKA_CONF_UNKNOWN:
        return "kafka property \"" + name + "\" is not known";
      case RD_KAFKA_CONF_INVALID:
        return "the value of kafka property \"" + name + "\" is not valid";
      case RD_KAFKA_CONF_OK:
        break;
    }
  }
  return std::nullopt;
}

Conf producer_conf(const settings::Settings& settings, std::string_view transactional_id) {
  Conf conf = common_conf(settings);
  set(conf.get(), "enable.idempotence", "true");
  set(conf.get(), "acks", "all");
  set(conf.get(), "partitioner", "murmur2_random");
  set(conf.get(), "linger.ms", "0");
  // Right after a commit the broker answers "concurrent transactions", and the client would sleep its default
  // 100 ms.
  set(conf.get(), "retry.backoff.ms", "1");
  set_default(settings, conf.get(), "reconnect.backoff.max.ms", "1000");
  if (transactional_id.empty()) {
    set(conf.get(), "message.timeout.ms", "0");
  } else {
    // A message's own timeout follows it. A longer one would hold up every read_committed consumer after a
    // crash.
    set(conf.get(), "transactional.id", std::string(transactional_id));
    set(conf.get(), "transaction.timeout.ms", "60000");
  }
  return conf;
}

Conf reader_conf(const settings::Settings& settings, Isolation isolation) {
  Conf conf = common_conf(settings);
  set(conf.get(), "isolation.level",
      isolation == Isolation::kReadCommitted ? "read_committed" : "read_uncommitted");
  set(conf.get(), "auto.offset.reset", "error");
  set(conf.get(), "check.crcs", "true");
  set(conf.get(), "enable.partition.eof", "true");
  set(conf.get(), "allow.auto.create.topics", "false");
  set_default(settings, conf.get(), "fetch.wait.max.ms", "100");
  set_default(settings, conf.get(), "reconnect.backoff.max.ms", "1000");
  return conf;
}

Client make_client(rd_kafka_type_t type, Conf conf) {
  std::array<char, kErrorTextSize> text{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (client == nullptr) {
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter, "could not create a kafka client",
                  text.data());
  }
  [[maybe_unused]] const rd_kafka_conf_t* owned_by_client = conf.release();
  return Client(client);
}

}  // namespace command_center::relay::kafka
