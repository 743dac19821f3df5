// What goes back to a client.
#pragma once

#include <string>
#include <string_view>

#include "api/http/request.hpp"

namespace command_center::api::http {

struct Response {
  int status = 200;
  std::string body;
  std::string_view content_type = "application/json";  // of a constant; not sent where there is no body
  Fields headers;  // besides Content-Type, Content-Length, Date and Connection, which the writer adds
};

// Head and body as they go over the wire. Carriage returns and line feeds in header values become spaces.
enum class Body { kSent, kLeftOut };  // left out for HEAD; Content-Length stays
enum class Persistence { kKeptAlive, kClosed };
[[nodiscard]] std::string render(const Response& response, Body body, Persistence persistence);

}  // namespace command_center::api::http
