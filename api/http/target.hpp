// What a request's target names: the segments of its path and the parameters of its query, percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/request.hpp"

namespace command_center::api::http {

struct Target {
  std::string authority;  // of absolute-form: it counts instead of the Host header
  std::string path;       // as it was sent
  std::vector<std::string> segments;
  Fields query;
};

// Of origin-form, absolute-form or "*". Nothing where an escape is no escape, where a decoded text is not
// UTF-8 or holds a zero byte, which PostgreSQL cannot store, or where there are more than a hundred segments
// or parameters. A slash that was escaped stays in its
// segment; nothing is made canonical.
[[nodiscard]] std::optional<Target> parse_target(std::string_view text);

}  // namespace command_center::api::http
