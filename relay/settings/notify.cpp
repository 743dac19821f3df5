// The defaults are those of the struct. Keys and secrets belong into the environment, which no list of
// processes shows.
#include "relay/settings/notify.hpp"

#include <algorithm>

#include "daemon/fetch/client.hpp"
#include "daemon/network/addresses.hpp"
#include "daemon/settings/options.hpp"
#include "relay/daemon.hpp"
#include "relay/notifier/signature.hpp"

namespace command_center::relay::settings {

using daemon::settings::add;
using daemon::settings::add_duration;
using inventory::Channel;

namespace {

constexpr const char* kPrefix = "AVAILABILITY_GUARD_NOTIFICATION_";

std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
  });
  return upper;
}

std::string variable(const std::string& rest) {
  return kPrefix + rest;
}

// A word, as in the requirements, and not a flag that can be negated.
void add_switch(CLI::App& app, const std::string& flag, bool& value, const std::string& environment_name,
                const std::string& description) {
  app.add_option(flag, value, description)->envname(environment_name)->default_str(value ? "true" : "false");
}

void add_list(CLI::App& app, const std::string& flag, std::vector<std::string>& values,
              const std::string& environment_name, const std::string& description) {
  app.add_option(flag, values, description)
      ->envname(environment_name)
      ->delimiter(',')
      ->allow_extra_args(false);
}

void declare_webhook(CLI::App& app, Channel channel, Webhook& webhook) {
  const std::string name(inventory::name_of(channel));
  const std::string flag = "--" + name + "-";
  const std::string named = variable(in_upper_case(name) + "_");
  add_switch(app, flag + "enabled", webhook.is_enabled, named + "ENABLED",
             "Tell recipients of the channel " + name);
  add(app, flag + "webhook-url", webhook.url, named + "WEBHOOK_URL", "The https URL that is called for them");
  add_duration(app, flag + "timeout-ms", webhook.limit, {1, 60'000}, named + "TIMEOUT_MS",
               "How long a call may take");
  add(app, flag + "api-key", webhook.key, named + "API_KEY",
      "Sent as Authorization: Bearer; better in the environment");
  add(app, flag + "signing-secret", webhook.signing, named + "SIGNING_SECRET",
      "whsec_…, to sign with as Standard Webhooks does; two, with a blank between, while it changes");
}

// What a header may hold.
bool is_token(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<std::string> find_mistake(const std::string& name, const Webhook& webhook, bool is_dry_run) {
  const std::string flag = "--" + name + "-";
  if (!webhook.is_enabled) return std::nullopt;
  if (webhook.url.empty()) {
    if (is_dry_run) return std::nullopt;
    return flag + "webhook-url is missing: without --notification-dry-run an enabled channel needs one";
  }
  const auto endpoint = fetch::endpoint_of(webhook.url, fetch::Schemes::kHttps);
  if (!endpoint) return flag + "webhook-url must be an https URL";
  if (endpoint->has_user)
    return flag + "webhook-url must have no user or password in it: use " + flag + "api-key";
  if (!is_token(endpoint->host) || endpoint->host.back() == '.')
    return flag + "webhook-url must name its host in ASCII (xn--…), without a dot at its end";
  if (!is_token(webhook.key)) return flag + "api-key must be printable ASCII without blanks";
  if (!notifier::Signer::parse(webhook.signing))
    return flag +
           "signing-secret must be whsec_ and Base64 of 24 to 64 bytes, or several with blanks between";
  return std::nullopt;
}

}  // namespace

void declare(CLI::App& app, Notify& notify) {
  add_switch(app, "--notification-consumer", notify.is_enabled, variable("CONSUMER_ENABLED"),
             "Tell people of manual releases with the command all");
  add_switch(app, "--notification-dry-run", notify.is_dry_run, variable("DRY_RUN"),
             "Log what would be sent instead of calling webhooks");
  add(app, "--notification-topic", notify.topic, variable("TOPIC"), "Where notifications come from");
  add(app, "--notification-group", notify.group, variable("CONSUMER_GROUP"),
      "The consumer group that tells people");
  add_list(app, "--notification-recipient", notify.recipients, variable("RECIPIENTS"),
           "Whom to tell of every release, besides those that it names; repeat it, or put commas between");
  add(app, "--notification-retries", notify.retries, variable("CONSUMER_MAX_RETRIES"),
      "How often a call that failed is made again before its channel counts as failed")
      ->check(CLI::Range(0, 20));
  add_duration(app, "--notification-backoff-ms", notify.backoff, {1, 60'000},
               variable("CONSUMER_RETRY_BACKOFF_MS"), "The first pause before that; it doubles");
  add_duration(app, "--notification-give-up-hours", notify.give_up_after, {1, 24}, variable("GIVE_UP_HOURS"),
               "How old a release may be of which nobody could be told yet");
  add_list(app, "--webhook-allow", notify.allowed_networks, variable("ALLOWED_NETWORKS"),
           "An address or network that webhooks may be at though it is not the internet's; repeat it, or put "
           "commas between");
  add(app, "--webhook-ca-file", notify.ca_file, variable("CA_FILE"),
      "Certificates to trust for webhooks instead of the system's");
  for (const Channel channel : inventory::kChannels)
    declare_webhook(app, channel, notify.webhooks[static_cast<std::size_t>(channel)]);
}

std::optional<std::string> find_mistake(const Notify& notify) {
  if (notify.topic.empty()) return "--notification-topic must not be empty";
  if (notify.group.empty()) return "--notification-group must not be empty";
  for (const std::string& network : notify.allowed_networks) {
    if (!network::parse_network(network))
      return "--webhook-allow must be an address, or an address, a slash and a number of bits";
  }
  for (const Channel channel : inventory::kChannels) {
    if (auto mistake =
            find_mistake(std::string(inventory::name_of(channel)), notify.of(channel), notify.is_dry_run))
      return mistake;
  }
  return std::nullopt;
}

std::vector<std::string> unknown_notify_variables(const CLI::App& app, const char* const* environment) {
  std::vector<std::string> unknown;
  const std::string_view prefix = kPrefix;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::string name(entry.substr(0, entry.find('=')));
    if (name.compare(0, prefix.size(), prefix) != 0) continue;
    const auto options = app.get_options();
    const bool is_known = std::any_of(options.begin(), options.end(), [&name](const CLI::Option* option) {
      return option->get_envname() == name;
    });
    if (!is_known) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace command_center::relay::settings
