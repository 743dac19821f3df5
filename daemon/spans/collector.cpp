// No redirect is followed: the headers are secrets of the collector's.
#include "daemon/spans/collector.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "daemon/failure.hpp"
#include "daemon/spans/partial_success.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::size_t kMostAnswer = 64 * 1024;

struct Cleanup {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// What is too long is nothing that we would understand.
std::size_t take(const char* bytes, std::size_t size, std::size_t count, void* to) noexcept {
  auto& answer = *static_cast<std::string*>(to);
  try {
    if (answer.size() < kMostAnswer) answer.append(bytes, size * count);
  } catch (...) {
    return 0;
  }
  return size * count;
}

int look(void* is_over, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return (*static_cast<const std::function<bool()>*>(is_over))() ? 1 : 0;
}

class Collector {
 public:
  explicit Collector(const Settings& settings) : settings_(settings) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_.reset(curl_easy_init());
    add_header("Content-Type: application/json");
    add_header("Expect:");
    for (const auto& [name, value] : settings_.headers) {
      // A header without a value ends in a semicolon for the library.
      add_header(value.empty() ? name + ";" : name + ": " + value);
    }
    if (!curl_) throw Failure(FailureKind::kInternal, kConnectionFailure, "no memory");
  }

  Delivery post(const std::string& body, std::chrono::milliseconds limit,
                const std::function<bool()>& is_over) {
    std::string answer;
    char error[CURL_ERROR_SIZE] = "";
    curl_easy_reset(curl_.get());  // connections stay
    const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(curl_.get(), option, value); };
    set(CURLOPT_URL, settings_.url.c_str());
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(error));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::min(limit, settings_.timeout).count()));
    set(CURLOPT_USERAGENT, "OTel-OTLP-Exporter-command-center/" COMMAND_CENTER_VERSION);
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (!settings_.certificate_file.empty()) set(CURLOPT_SSLCERT, settings_.certificate_file.c_str());
    if (!settings_.key_file.empty()) set(CURLOPT_SSLKEY, settings_.key_file.c_str());
    set(CURLOPT_WRITEFUNCTION, take);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, look);
    set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&is_over)));
    const CURLcode outcome = curl_easy_perform(curl_.get());
    if (outcome != CURLE_OK)
      return {Delivery::End::kNotTaken, 0, std::nullopt,
              error[0] != '\0' ? std::string(error) : std::string(curl_easy_strerror(outcome))};
    return judge(answer);
  }

 private:
  void add_header(const std::string& text) {
    curl_slist* longer = curl_slist_append(headers_.get(), text.c_str());
    if (longer == nullptr) throw Failure(FailureKind::kInternal, kConnectionFailure, "no memory");
    (void)headers_.release();
    headers_.reset(longer);
  }

  [[nodiscard]] Delivery judge(const std::string& answer) const {
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return {Delivery::End::kTaken, rejected_spans(answer), {}, {}};
    Delivery delivery;
    delivery.reason = "the answer has status " + std::to_string(status);
    const bool may_pass = status == 429 || status == 502 || status == 503 || status == 504;
    if (!may_pass) delivery.end = Delivery::End::kRefused;
    curl_off_t wait = 0;
    if (may_pass && curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
      delivery.retry_after = std::chrono::seconds(wait);
    return delivery;
  }

  const Settings settings_;
  std::unique_ptr<CURL, Cleanup> curl_;
  std::unique_ptr<curl_slist, Cleanup> headers_;
};

}  // namespace

Post make_post(const Settings& settings) {
  auto collector = std::make_shared<Collector>(settings);
  return [collector](const std::string& body, std::chrono::milliseconds limit,
                     const std::function<bool()>& is_over) { return collector->post(body, limit, is_over); };
}

}  // namespace command_center::daemon::spans
