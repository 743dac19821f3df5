// One call of a channel's webhook: to an address that may be called, with the receiver's key and our
// signature.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/network/addresses.hpp"
#include "daemon/network/resolver.hpp"
#include "relay/daemon.hpp"
#include "relay/notifier/signature.hpp"
#include "relay/settings/notify.hpp"

namespace command_center::relay::notifier {

// What became of a call.
struct Call {
  enum class End {
    kTaken,    // 2xx
    kFailed,   // another moment may cure it
    kRefused,  // it would end in the same way until somebody changes something
    kStopped,  // the relay was asked to stop
  } end = End::kFailed;
  std::optional<std::chrono::seconds> retry_after{};
  long status = 0;  // 0: no answer
  std::string
      reason{};  // words of ours: never what the receiver answered, nor the URL, which may be a secret
};

// Of one thread at a time.
class Webhook {
 public:
  Webhook(const settings::Webhook& settings, const settings::Notify& notify,
          network::Resolve resolve = network::resolve);

  // `id`: the same for each attempt to send the same.
  [[nodiscard]] Call post(const std::string& id, const std::string& body,
                          const std::function<bool()>& is_over) const;

  // Where it would connect to; throws Failure that says why nowhere.
  [[nodiscard]] std::vector<network::Address> look_up(std::chrono::milliseconds limit,
                                                      const std::function<bool()>& is_over) const;

  [[nodiscard]] const std::string& host() const noexcept { return host_; }

 private:
  [[nodiscard]] bool may_connect(const network::Address& address) const;

  settings::Webhook settings_;
  std::string ca_file_;
  std::string host_;
  Signer signer_;
  std::vector<network::Network> allowed_;
  network::Resolve resolve_;
};

}  // namespace command_center::relay::notifier
