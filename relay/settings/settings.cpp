// Declares every setting once, with its flag, its environment name and its default; CLI11 does the rest.
#include "relay/settings/settings.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string_view>

#include "relay/kafka/config.hpp"
#include "relay/postgres/connection.hpp"

namespace command_center::relay::settings {
namespace {

constexpr std::string_view kPrefix = "COMMAND_CENTER_";
constexpr std::string_view kTestPrefix = "COMMAND_CENTER_TEST_";

constexpr const char* kDescription =
    "Publishes what committed in PostgreSQL to Kafka, exactly once.\n"
    "Flags win over the environment. PostgreSQL is found as every libpq program finds it (PGHOST, PGPORT, "
    "PGUSER, …).";

constexpr const char* kFooter =
    "Signals: TERM or INT finishes the batch, releases the lease and exits 0; a second one stops at once.\n"
    "Exit status: 0 stopped as asked; 1 could not start; 2 wrong settings; 3 stopped because Kafka and the "
    "database\n"
    "disagree about what is published (KC015), or because something must be changed by an operator first;\n"
    "128 + signal after a second signal.";

// What CLI11 fills in before it becomes Settings.
struct Raw {
  Settings settings;
  std::vector<std::string> kafka_properties;
  bool create_topics = true;
  bool check = false;
  std::int64_t poll_min_ms = 2;
  std::int64_t poll_max_ms = 200;
  std::int64_t lease_ttl_seconds = 5;
  std::int64_t drain_seconds = 20;
};

template <typename Value>
CLI::Option* add(CLI::App& app, const std::string& flag, Value& value, const std::string& environment_name,
                 const std::string& description) {
  return app.add_option(flag, value, description)->envname(environment_name)->capture_default_str();
}

template <typename Enum>
void add_choice(CLI::App& app, const std::string& flag, Enum& value,
                const std::map<std::string, Enum>& choices, const std::string& default_name,
                const std::string& environment_name, const std::string& description) {
  app.add_option(flag, value, description)
      ->envname(environment_name)
      ->transform(CLI::CheckedTransformer(choices).description(""))
      ->default_str(default_name);
}

void declare_connections(CLI::App& app, Raw& raw) {
  Settings& settings = raw.settings;
  add(app, "--kafka-brokers", settings.kafka_brokers, "KAFKA_BROKERS",
      "Kafka's bootstrap servers: host:port,…");
  app.add_option(
         "--kafka-property", raw.kafka_properties,
         "A librdkafka property as name=value, for TLS and SASL; repeat it, or put one on each line of the "
         "environment variable")
      ->envname("COMMAND_CENTER_KAFKA_PROPERTIES")
      ->delimiter('\n')
      ->allow_extra_args(false);
  add(app, "--postgres", settings.postgres, "COMMAND_CENTER_POSTGRES",
      "A libpq connection string, over the PG* variables");
  add(app, "--admin-address", settings.admin_address, "COMMAND_CENTER_ADMIN_ADDRESS",
      "Where /livez, /readyz and /metrics listen");
  add(app, "--admin-port", settings.admin_port, "COMMAND_CENTER_ADMIN_PORT",
      "Their port; 0: any free one, logged");
}

void declare_publishing(CLI::App& app, Raw& raw) {
  Settings& settings = raw.settings;
  add(app, "--publisher", settings.publisher, "COMMAND_CENTER_PUBLISHER",
      "Which publisher of the database to be");
  add_choice<Delivery>(
      app, "--delivery", settings.delivery,
      {{"exactly-once", Delivery::kExactlyOnce}, {"at-least-once", Delivery::kAtLeastOnce}}, "exactly-once",
      "COMMAND_CENTER_DELIVERY",
      "exactly-once: a Kafka transaction for each batch; at-least-once: none, sooner readable");
  add(app, "--batch-messages", settings.batch_messages, "COMMAND_CENTER_BATCH_MESSAGES",
      "Most messages of a batch")
      ->check(CLI::Range(1, 100'000));
  add(app, "--batch-bytes", settings.batch_bytes, "COMMAND_CENTER_BATCH_BYTES",
      "Most bytes of a batch; bounds memory")
      ->check(CLI::Range(std::int64_t{1024}, std::int64_t{256} * 1024 * 1024));
  add(app, "--poll-min-ms", raw.poll_min_ms, "COMMAND_CENTER_POLL_MIN_MS",
      "First pause when there is nothing to do")
      ->check(CLI::Range(1, 60'000));
  add(app, "--poll-max-ms", raw.poll_max_ms, "COMMAND_CENTER_POLL_MAX_MS", "The pause doubles up to this")
      ->check(CLI::Range(1, 60'000));
  add(app, "--lease-ttl-seconds", raw.lease_ttl_seconds, "COMMAND_CENTER_LEASE_TTL_SECONDS",
      "How long a silent relay keeps the others waiting")
      ->check(CLI::Range(1, 3600));
  add(app, "--drain-seconds", raw.drain_seconds, "COMMAND_CENTER_DRAIN_SECONDS",
      "How long a batch may take to finish after TERM")
      ->check(CLI::Range(0, 3600));
}

void declare_topics(CLI::App& app, Raw& raw) {
  Settings& settings = raw.settings;
  app.add_flag("--create-topics,!--no-create-topics", raw.create_topics,
               "Create topics that are not there; otherwise wait for them")
      ->envname("COMMAND_CENTER_CREATE_TOPICS")
      ->default_str("true");
  add(app, "--topic-partitions", settings.topic_partitions, "COMMAND_CENTER_TOPIC_PARTITIONS",
      "Partitions of topics it creates; -1: as the broker says")
      ->check(CLI::Range(-1, 10'000));
  add(app, "--topic-replication", settings.topic_replication, "COMMAND_CENTER_TOPIC_REPLICATION",
      "Replicas of topics it creates; -1: as the broker says")
      ->check(CLI::Range(-1, 100));
}

void declare_logging(CLI::App& app, Raw& raw) {
  using logging::Format;
  using logging::Level;
  add_choice<Format>(app, "--log-format", raw.settings.log_format,
                     {{"auto", Format::kAuto}, {"text", Format::kText}, {"json", Format::kJson}}, "auto",
                     "COMMAND_CENTER_LOG_FORMAT", "auto (text on a terminal, JSON otherwise), text or json");
  add_choice<Level>(app, "--log-level", raw.settings.log_level,
                    {{"debug", Level::kDebug},
                     {"info", Level::kInfo},
                     {"warning", Level::kWarning},
                     {"error", Level::kError}},
                    "info", "COMMAND_CENTER_LOG_LEVEL", "debug, info, warning or error");
}

std::optional<std::string> unknown_variable(const CLI::App& app, const char* const* environment) {
  std::set<std::string, std::less<>> known;
  for (const CLI::Option* option : app.get_options()) known.insert(option->get_envname());
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::string_view name = entry.substr(0, entry.find('='));
    if (name.substr(0, kPrefix.size()) != kPrefix || name.substr(0, kTestPrefix.size()) == kTestPrefix)
      continue;
    if (known.find(name) == known.end()) return std::string(name);
  }
  return std::nullopt;
}

// Appends the properties; answers what is wrong with the first bad one.
std::optional<std::string> take_kafka_properties(const Raw& raw, Settings& settings) {
  for (const std::string& property : raw.kafka_properties) {
    if (property.empty()) continue;
    const std::size_t equals = property.find('=');
    // The value may be a secret, so that no message repeats it.
    if (equals == std::string::npos || equals == 0) return "a kafka property must be name=value";
    settings.kafka_properties.emplace_back(property.substr(0, equals), property.substr(equals + 1));
  }
  return std::nullopt;
}

std::optional<std::string> find_mistake(const Settings& settings) {
  if (settings.kafka_brokers.empty())
    return "no kafka brokers are given: set KAFKA_BROKERS or --kafka-brokers";
  if (settings.poll_max < settings.poll_min) return "--poll-max-ms must not be less than --poll-min-ms";
  if (settings.topic_partitions == 0) return "--topic-partitions must be positive, or -1";
  if (settings.topic_replication == 0) return "--topic-replication must be positive, or -1";
  if (auto mistake = kafka::find_mistake(settings)) return mistake;
  return postgres::find_mistake(settings.postgres);
}

ParseOutcome refuse(const std::string& why) {
  return {std::nullopt, kExitSettings, why + "\n"};
}

ParseOutcome finish(Raw& raw) {
  Settings& settings = raw.settings;
  settings.poll_min = std::chrono::milliseconds(raw.poll_min_ms);
  settings.poll_max = std::chrono::milliseconds(raw.poll_max_ms);
  settings.lease_ttl = std::chrono::seconds(raw.lease_ttl_seconds);
  settings.drain_limit = std::chrono::seconds(raw.drain_seconds);
  settings.topic_creation = raw.create_topics ? TopicCreation::kAllow : TopicCreation::kRefuse;
  if (auto mistake = take_kafka_properties(raw, settings)) return refuse(*mistake);
  if (auto mistake = find_mistake(settings)) return refuse(*mistake);
  if (raw.check) return {std::nullopt, 0, "the settings are valid\n"};
  return {std::move(settings), 0, {}};
}

}  // namespace

ParseOutcome parse(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app(kDescription, "command-center-relay");
  Raw raw;
  app.footer(kFooter);
  app.set_version_flag("--version", COMMAND_CENTER_VERSION);
  app.require_subcommand(1);
  CLI::App* publish = app.add_subcommand("publish", "Publish the outbox to Kafka");
  publish->set_help_flag();
  publish->fallthrough();
  CLI::App* progress = app.add_subcommand(
      "progress",
      "Print the last progress record of --publisher under each identity, as rebase_outbox takes it");
  progress->set_help_flag();
  progress->fallthrough();
  progress->callback([&raw] { raw.settings.command = Command::kPrintProgress; });
  declare_connections(app, raw);
  declare_publishing(app, raw);
  declare_topics(app, raw);
  declare_logging(app, raw);
  app.add_flag("--check", raw.check, "Check the settings and exit, without connecting to anything");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    const bool asked_version = app.count("--version") > 0;
    if (asked_version) return {std::nullopt, 0, COMMAND_CENTER_VERSION "\n"};
    // Not app.help(), which would tell of the subcommand alone, and that has no settings of its own.
    return {std::nullopt, 0, app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal)};
  } catch (const CLI::ParseError& problem) {
    return refuse(problem.what());
  }
  if (auto name = unknown_variable(app, environment)) {
    return refuse("the environment variable " + *name + " is not a setting (see --help)");
  }
  return finish(raw);
}

}  // namespace command_center::relay::settings
