// Whom people of manual releases are told by; the names in the environment are the Availability Guard's.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "extension/core/inventory/notification.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::relay::settings {

// Of one channel; where it is used is for `name_of` its place to say.
struct Webhook {
  bool is_enabled = false;
  std::string url;
  std::chrono::milliseconds limit{5'000};
  std::string key;      // a secret: sent as a bearer token
  std::string signing;  // secrets, with blanks between
};

struct Notify {
  bool is_enabled = true;
  bool is_dry_run = true;
  std::string topic = "availability-guard.notifications";
  std::string group = "availability-guard-notification-worker";
  std::vector<std::string> recipients;  // besides those of each event
  int retries = 3;
  std::chrono::milliseconds backoff{2'000};
  std::chrono::hours give_up_after{24};
  std::vector<std::string> allowed_networks;
  std::string ca_file;
  std::array<Webhook, inventory::kChannels.size()> webhooks{
      Webhook{true, {}, std::chrono::milliseconds(7'000), {}, {}}, Webhook{}, Webhook{}};

  [[nodiscard]] const Webhook& of(inventory::Channel channel) const noexcept {
    return webhooks[static_cast<std::size_t>(channel)];
  }
};

void declare(CLI::App& app, Notify& notify);

// Never repeats a URL, a key or a secret.
[[nodiscard]] std::optional<std::string> find_mistake(const Notify& notify);

// Variables that begin as the notifier's do and are none of them: mistyped, or silently ignored otherwise.
[[nodiscard]] std::vector<std::string> unknown_notify_variables(const CLI::App& app,
                                                                const char* const* environment);

}  // namespace command_center::relay::settings
