// No redirect is followed: the headers are secrets of the collector's.
#include "daemon/spans/collector.hpp"

#include <algorithm>

#include "daemon/fetch/client.hpp"
#include "daemon/spans/partial_success.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::size_t kMostAnswer = std::size_t{64} * 1024;  // more is nothing that we would understand

Delivery judge(const fetch::Answer& answer) {
  if (answer.end != fetch::Answer::End::kAnswered) return {Delivery::End::kNotTaken, 0, {}, answer.detail};
  if (answer.status >= 200 && answer.status < 300)
    return {Delivery::End::kTaken, rejected_spans(answer.body), {}, {}};
  Delivery delivery;
  delivery.reason = "the answer has status " + std::to_string(answer.status);
  const bool may_pass =
      answer.status == 429 || answer.status == 502 || answer.status == 503 || answer.status == 504;
  if (!may_pass) delivery.end = Delivery::End::kRefused;
  if (may_pass) delivery.retry_after = answer.retry_after;
  return delivery;
}

class Collector {
 public:
  explicit Collector(const Settings& settings)
      : settings_(settings),
        client_(fetch::Schemes::kHttpAndHttps,
                {settings.ca_file, settings.certificate_file, settings.key_file},
                "OTel-OTLP-Exporter-command-center/" COMMAND_CENTER_VERSION) {}

  Delivery post(const std::string& body, std::chrono::milliseconds limit,
                const std::function<bool()>& is_over) {
    fetch::Request request{settings_.url};
    request.headers = settings_.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    request.limit = std::min(limit, settings_.timeout);
    request.most_answer = kMostAnswer;
    return judge(client_.send(request, is_over));
  }

 private:
  const Settings settings_;
  fetch::Client client_;
};

}  // namespace

Post make_post(const Settings& settings) {
  auto collector = std::make_shared<Collector>(settings);
  return [collector](const std::string& body, std::chrono::milliseconds limit,
                     const std::function<bool()>& is_over) { return collector->post(body, limit, is_over); };
}

}  // namespace command_center::daemon::spans
