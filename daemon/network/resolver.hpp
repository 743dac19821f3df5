// Looks up a name's addresses within a time: the C library's own lookup takes as long as it likes.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/network/addresses.hpp"

namespace command_center::daemon::network {

// All addresses of a host; none when there is no such name; nothing when nobody answered in time. May end as
// soon as `is_over` answers true.
using Resolve = std::function<std::optional<std::vector<Address>>(
    const std::string& host, std::chrono::milliseconds limit, const std::function<bool()>& is_over)>;

// By getaddrinfo(3), on a thread that is left to itself when time is up.
[[nodiscard]] std::optional<std::vector<Address>> resolve(const std::string& host,
                                                          std::chrono::milliseconds limit,
                                                          const std::function<bool()>& is_over);

}  // namespace command_center::daemon::network
