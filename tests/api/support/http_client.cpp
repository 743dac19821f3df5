// Asks for nothing that the test did not ask for: no redirects, no paths made canonical.
#include "tests/api/support/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <stdexcept>

namespace command_center::api_tests {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* target) {
  static_cast<std::string*>(target)->append(data, size * count);
  return size * count;
}

std::string trimmed(std::string text) {
  const auto is_space = [](unsigned char byte) { return std::isspace(byte) != 0; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
  return text;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
  return text;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* target) {
  const std::string line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon != std::string::npos) {
    (*static_cast<std::map<std::string, std::string>*>(target))[lower(line.substr(0, colon))] =
        trimmed(line.substr(colon + 1));
  }
  return size * count;
}

}  // namespace

std::string HttpAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

HttpClient::HttpClient(int port, HttpHeaders headers)
    : base_("http://127.0.0.1:" + std::to_string(port)), headers_(std::move(headers)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_.reset(curl_easy_init());
  if (!handle_) throw std::runtime_error("could not make a libcurl handle");
}

HttpAnswer HttpClient::send(const std::string& method, const std::string& target, const std::string& body,
                            const HttpHeaders& headers) {
  constexpr long kSeconds = 60;
  CURL* curl = handle_.get();
  curl_easy_reset(curl);  // keeps the connection
  curl_easy_setopt(curl, CURLOPT_URL, base_.c_str());
  curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, target.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  std::unique_ptr<curl_slist, FreeList> list;
  const auto add = [&](const std::string& header) {
    list.reset(curl_slist_append(list.release(), header.c_str()));
  };
  for (const std::string& header : headers_) add(header);
  for (const std::string& header : headers) add(header);
  if (!body.empty()) {
    const bool has_type = std::any_of(headers.begin(), headers.end(), [](const std::string& header) {
      return lower(header).rfind("content-type:", 0) == 0;
    });
    if (!has_type) add("Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  HttpAnswer answer;
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.headers);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    answer.error = curl_easy_strerror(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

long HttpClient::connections_opened() const {
  long count = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_NUM_CONNECTS, &count);
  return count;
}

}  // namespace command_center::api_tests
