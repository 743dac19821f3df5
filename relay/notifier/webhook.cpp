// The name is looked up once for each call, and what is connected to is what was judged: a name that answers
// otherwise a moment later leads nowhere else.
#include "relay/notifier/webhook.hpp"

#include <algorithm>
#include <utility>

#include "daemon/failure.hpp"
#include "daemon/fetch/client.hpp"
#include "daemon/runtime/clock.hpp"

namespace command_center::relay::notifier {
namespace {

using runtime::Clock;

std::int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Not now: the receiver is busy, is being restarted, or something in front of it could not reach it.
bool may_pass(long status) {
  constexpr long kTimeout = 408;
  constexpr long kTooEarly = 425;
  constexpr long kTooMany = 429;
  constexpr long kServerErrors = 500;
  return status == kTimeout || status == kTooEarly || status == kTooMany || status >= kServerErrors;
}

Call judge(const fetch::Answer& answer) {
  using End = fetch::Answer::End;
  if (answer.end == End::kStopped) return {Call::End::kStopped, {}, 0, "the relay was asked to stop"};
  // Not answer.detail, which may repeat what the receiver said.
  if (answer.end != End::kAnswered) return {Call::End::kFailed, {}, 0, answer.error};
  if (answer.status >= 200 && answer.status < 300) return {Call::End::kTaken, {}, answer.status, {}};
  Call call{Call::End::kRefused, answer.retry_after, answer.status,
            "the answer has status " + std::to_string(answer.status)};
  if (answer.status >= 300 && answer.status < 400) call.reason += ", and redirects are not followed";
  if (may_pass(answer.status)) call.end = Call::End::kFailed;
  return call;
}

Signer signer_of(const std::string& secrets) {
  auto signer = Signer::parse(secrets);
  if (!signer)
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter, "a signing secret is malformed");
  return std::move(*signer);
}

}  // namespace

Webhook::Webhook(const settings::Webhook& settings, const settings::Notify& notify, network::Resolve resolve)
    : settings_(settings),
      ca_file_(notify.ca_file),
      signer_(signer_of(settings.signing)),
      resolve_(std::move(resolve)) {
  if (const auto endpoint = fetch::endpoint_of(settings_.url, fetch::Schemes::kHttps)) host_ = endpoint->host;
  for (const std::string& text : notify.allowed_networks) {
    if (const auto network = network::parse_network(text)) allowed_.push_back(*network);
  }
}

bool Webhook::may_connect(const network::Address& address) const {
  return network::is_global_unicast(address) ||
         std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const network::Network& network) { return network.has(address); });
}

std::vector<network::Address> Webhook::look_up(std::chrono::milliseconds limit,
                                               const std::function<bool()>& is_over) const {
  auto found = resolve_(host_, limit, is_over);
  if (!found)
    throw Failure(FailureKind::kInternal, kConnectionFailure, "the host's name was not found in time");
  if (found->empty()) throw Failure(FailureKind::kInternal, kConnectionFailure, "there is no such host");
  found->erase(std::remove_if(found->begin(), found->end(),
                              [this](const network::Address& address) { return !may_connect(address); }),
               found->end());
  if (found->empty())
    throw Failure(FailureKind::kRefused, sqlstate::kNotAllowed,
                  "the host has no address that webhooks may be at", {},
                  "Allow it with --webhook-allow, if it is meant.");
  return std::move(*found);
}

Call Webhook::post(const std::string& id, const std::string& body,
                   const std::function<bool()>& is_over) const {
  const auto end = Clock::now() + settings_.limit;
  fetch::Reach reach;
  try {
    reach.only = look_up(settings_.limit, is_over);
  } catch (const Failure& failure) {
    if (is_over()) return {Call::End::kStopped, {}, 0, "the relay was asked to stop"};
    const bool is_refused = failure.kind() == FailureKind::kRefused;
    return {is_refused ? Call::End::kRefused : Call::End::kFailed, {}, 0, failure.message()};
  }
  reach.may_connect = [this](const network::Address& address) { return may_connect(address); };
  // A connection of its own for each call: one that is kept could be another receiver's by now.
  fetch::Client client(fetch::Schemes::kHttps, {ca_file_, {}, {}},
                       "command-center-relay/" COMMAND_CENTER_VERSION, std::move(reach));
  const std::int64_t now = unix_seconds();
  fetch::Request request{settings_.url};
  request.headers = {
      {"Content-Type", "application/json"}, {"webhook-id", id}, {"webhook-timestamp", std::to_string(now)}};
  if (signer_.is_on()) request.headers.emplace_back("webhook-signature", signer_.sign(id, now, body));
  if (!settings_.key.empty()) request.headers.emplace_back("Authorization", "Bearer " + settings_.key);
  request.body = body;
  request.limit = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()),
                           std::chrono::milliseconds(1));
  return judge(client.send(request, is_over));
}

}  // namespace command_center::relay::notifier
