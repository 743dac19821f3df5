// A client as others write it: libcurl, one connection that is kept.
#pragma once

#include <curl/curl.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace command_center::api_tests {

struct HttpAnswer {
  int status = 0;  // 0: none came
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case; of several the last
  std::string error;                           // libcurl's, when none came

  // The header's value, or an empty text.
  [[nodiscard]] std::string header(const std::string& name) const;
};

using HttpHeaders = std::vector<std::string>;  // "Name: value"

// Of one thread.
class HttpClient {
 public:
  // Sends these headers with every request.
  explicit HttpClient(int port, HttpHeaders headers = {});

  // `target`: path and query as they go over the wire. A body brings Content-Type: application/json unless
  // the headers have one.
  HttpAnswer send(const std::string& method, const std::string& target, const std::string& body = {},
                  const HttpHeaders& headers = {});
  HttpAnswer get(const std::string& target, const HttpHeaders& headers = {}) {
    return send("GET", target, {}, headers);
  }
  HttpAnswer post(const std::string& target, const std::string& body, const HttpHeaders& headers = {}) {
    return send("POST", target, body, headers);
  }

  // How many connections the last request had to open: 0 where the kept one served.
  [[nodiscard]] long connections_opened() const;

 private:
  struct Cleanup {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };

  std::string base_;
  HttpHeaders headers_;
  std::unique_ptr<CURL, Cleanup> handle_;
};

}  // namespace command_center::api_tests
