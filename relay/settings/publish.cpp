// The defaults are those of the struct.
#include "relay/settings/publish.hpp"

#include <charconv>
#include <string_view>

#include "daemon/settings/options.hpp"

namespace command_center::relay::settings {

using daemon::settings::add;
using daemon::settings::add_choice;
using daemon::settings::add_duration;

namespace {

// "2/3"; nothing for what is none.
std::optional<Shard> parse_shard(std::string_view text) {
  const auto number = [](std::string_view digits, int& value) {
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    return error == std::errc() && end == last;
  };
  const std::size_t slash = text.find('/');
  Shard shard;
  if (slash == std::string_view::npos || !number(text.substr(0, slash), shard.number) ||
      !number(text.substr(slash + 1), shard.count) || shard.number < 1 || shard.number > shard.count)
    return std::nullopt;
  return shard;
}

}  // namespace

void declare(CLI::App& app, Publish& publish) {
  add(app, "--publisher", publish.publisher, "COMMAND_CENTER_PUBLISHER",
      "Which publisher of the database to be");
  app.add_option_function<std::string>(
         "--shard", [&publish](const std::string& text) { publish.shard = *parse_shard(text); },
         "Which shard of it to be, of how many: as many as set_publishers() made")
      ->envname("COMMAND_CENTER_SHARD")
      ->default_str("1/1")
      ->check([](const std::string& text) {
        return parse_shard(text) ? std::string() : "a shard is written as 1/2, not " + text;
      });
  add_choice<Delivery>(
      app, "--delivery", publish.delivery,
      {{"exactly-once", Delivery::kExactlyOnce}, {"at-least-once", Delivery::kAtLeastOnce}},
      "COMMAND_CENTER_DELIVERY",
      "exactly-once: a Kafka transaction for each batch; at-least-once: none, sooner readable");
  add(app, "--batch-messages", publish.batch_messages, "COMMAND_CENTER_BATCH_MESSAGES",
      "Most messages of a batch")
      ->check(CLI::Range(1, 100'000));
  add(app, "--batch-bytes", publish.batch_bytes, "COMMAND_CENTER_BATCH_BYTES",
      "Most bytes of a batch; bounds memory")
      ->check(CLI::Range(std::int64_t{1024}, std::int64_t{256} * 1024 * 1024));
  add_duration(app, "--poll-min-ms", publish.poll_min, {1, 60'000}, "COMMAND_CENTER_POLL_MIN_MS",
               "First pause when there is nothing to do and the database cannot wake the relay");
  add_duration(app, "--poll-max-ms", publish.poll_max, {1, 60'000}, "COMMAND_CENTER_POLL_MAX_MS",
               "The pause doubles up to this");
  add_duration(app, "--lease-ttl-seconds", publish.lease_ttl, {1, 3600}, "COMMAND_CENTER_LEASE_TTL_SECONDS",
               "How long a silent relay keeps the others waiting");
  add_choice<LostCommits>(app, "--lost-commits", publish.lost_commits,
                          {{"stop", LostCommits::kStop}, {"read-back", LostCommits::kReadBack}},
                          "COMMAND_CENTER_LOST_COMMITS",
                          "When a promoted standby lost commits that Kafka has. stop: for an operator; "
                          "read-back: do what the command recover does, and go on");
}

std::optional<std::string> find_mistake(const Publish& publish) {
  if (publish.poll_max < publish.poll_min) return "--poll-max-ms must not be less than --poll-min-ms";
  return std::nullopt;
}

}  // namespace command_center::relay::settings
