// The settings of librdkafka that exactly-once publishing rests on, and the logging every client shares.
#include "relay/kafka/config.hpp"

#include <algorithm>
#include <array>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr std::size_t kErrorTextSize = 512;

using Kinds = unsigned;

constexpr Kinds only(ClientKind kind) {
  return static_cast<Kinds>(kind);
}

constexpr Kinds kTransactional = only(ClientKind::kTransactionalProducer);
constexpr Kinds kPlain = only(ClientKind::kProducer);
constexpr Kinds kProducers = kTransactional | kPlain;
constexpr Kinds kReader = only(ClientKind::kProgressReader);
constexpr Kinds kAdmin = only(ClientKind::kAdmin);
constexpr Kinds kSubscriber = only(ClientKind::kSubscriber);
constexpr Kinds kConsumers = kReader | kAdmin | kSubscriber;  // librdkafka's classes: whatever is no producer
constexpr Kinds kAll = kProducers | kConsumers;

enum class Rule {
  kPromise,  // a promise of ours breaks when it is changed
  kDefault,  // a default of ours rather than the library's, for an operator to change
};

struct Property {
  const char* name;
  const char* value;
  Kinds kinds;
  Rule rule;
};

// How the clients differ, all of it.
constexpr std::array kTable{
    Property{"enable.idempotence", "true", kProducers, Rule::kPromise},
    Property{"acks", "all", kProducers, Rule::kPromise},
    Property{"partitioner", "murmur2_random", kProducers, Rule::kPromise},  // Java's
    Property{"linger.ms", "0", kProducers, Rule::kPromise},
    // Right after a commit the broker answers "concurrent transactions", and the client would sleep its
    // default 100 ms.
    Property{"retry.backoff.ms", "1", kProducers, Rule::kPromise},
    // A message's own timeout follows that of the transaction. A longer one would hold up every
    // read_committed consumer after a crash.
    Property{"transaction.timeout.ms", "15000", kTransactional, Rule::kPromise},
    Property{"message.timeout.ms", "0", kPlain, Rule::kPromise},
    // Nothing gives up what follows a request that failed: it must not be under way yet.
    Property{"max.in.flight.requests.per.connection", "1", kPlain, Rule::kPromise},
    Property{"isolation.level", "read_committed", kReader | kSubscriber, Rule::kPromise},
    Property{"isolation.level", "read_uncommitted", kAdmin, Rule::kPromise},
    Property{"auto.offset.reset", "error", kConsumers, Rule::kPromise},
    Property{"check.crcs", "true", kConsumers, Rule::kPromise},
    Property{"enable.partition.eof", "true", kConsumers, Rule::kPromise},
    // What was applied is stored in the database, and the notifier tells the group itself what it has
    // settled.
    Property{"enable.auto.commit", "false", kSubscriber, Rule::kPromise},
    Property{"enable.auto.offset.store", "false", kSubscriber, Rule::kPromise},
    // All partitions are given back and dealt anew at once: offsets go into the assignment.
    Property{"partition.assignment.strategy", "range", kSubscriber, Rule::kPromise},
    Property{"queued.max.messages.kbytes", "8192", kSubscriber | kReader, Rule::kDefault},
    // Others take over what a dead relay had after this.
    Property{"session.timeout.ms", "10000", kSubscriber, Rule::kDefault},
    Property{"topic.metadata.refresh.interval.ms", "5000", kSubscriber, Rule::kDefault},
    Property{"allow.auto.create.topics", "false", kConsumers, Rule::kPromise},
    Property{"fetch.wait.max.ms", "100", kConsumers, Rule::kDefault},
    Property{"reconnect.backoff.max.ms", "1000", kAll, Rule::kDefault},
};

// Other names of those, and what is decided by another setting.
constexpr std::array<std::string_view, 20> kNotNegotiable{
    "bootstrap.servers",
    "metadata.broker.list",
    "request.required.acks",
    "transactional.id",
    "delivery.timeout.ms",
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

bool is_negotiable(std::string_view name) {
  return std::find(kNotNegotiable.begin(), kNotNegotiable.end(), name) == kNotNegotiable.end() &&
         std::none_of(kTable.begin(), kTable.end(), [name](const Property& property) {
           return property.name == name && property.rule == Rule::kPromise;
         });
}

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

bool is_given(const settings::Kafka& settings, std::string_view name) {
  return std::any_of(settings.properties.begin(), settings.properties.end(),
                     [name](const settings::KafkaProperty& property) { return property.first == name; });
}

}  // namespace

std::optional<std::string> find_mistake(const settings::Kafka& settings) {
  const Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings.properties) {
    if (!is_negotiable(name)) {
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

std::string hint_about_scram(const settings::Kafka& settings) {
  constexpr int kDoublesTheNonce = 0x020601ff;  // before this one (librdkafka #4895)
  const bool uses_scram = std::any_of(
      settings.properties.begin(), settings.properties.end(), [](const settings::KafkaProperty& property) {
        return (property.first == "sasl.mechanism" || property.first == "sasl.mechanisms") &&
               property.second.compare(0, 5, "SCRAM") == 0;
      });
  if (!uses_scram || rd_kafka_version() >= kDoublesTheNonce) return {};
  return std::string("SCRAM against Kafka 4 needs librdkafka 2.6.1 or later, and this is ") +
         rd_kafka_version_str() + ": a correct password is refused. Use PLAIN over TLS, or certificates.";
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  std::array<char, kErrorTextSize> text{};
  if (rd_kafka_conf_set(conf, name, value.c_str(), text.data(), text.size()) != RD_KAFKA_CONF_OK) {
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter,
                  std::string("kafka property \"") + name + "\" was refused");
  }
}

Conf make_conf(ClientKind kind, const settings::Kafka& settings) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings.properties) set(conf.get(), name.c_str(), value);
  for (const Property& property : kTable) {
    const bool is_chosen = property.rule == Rule::kDefault && is_given(settings, property.name);
    if ((property.kinds & only(kind)) != 0 && !is_chosen) set(conf.get(), property.name, property.value);
  }
  set(conf.get(), "bootstrap.servers", settings.brokers);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  return conf;
}

Client make_client(ClientKind kind, Conf conf) {
  const rd_kafka_type_t type = (only(kind) & kProducers) != 0 ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
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
