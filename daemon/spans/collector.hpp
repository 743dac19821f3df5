// The collector at the other end: one request after the other over a connection that is kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/spans/settings.hpp"

namespace command_center::daemon::spans {

// What became of a request.
struct Delivery {
  enum class End {
    kTaken,
    kRefused,   // trying again would not help
    kNotTaken,  // not now, or nobody answered
  } end = End::kNotTaken;
  std::int64_t rejected = 0;  // spans of a request that was taken that were not
  std::optional<std::chrono::seconds> retry_after{};
  std::string reason{};  // for the log; no secret
};

// Sends a body within a time; may give up as soon as `is_over` answers true.
using Post = std::function<Delivery(const std::string& body, std::chrono::milliseconds limit,
                                    const std::function<bool()>& is_over)>;

// Of one thread at a time. Borrows nothing.
[[nodiscard]] Post make_post(const Settings& settings);

}  // namespace command_center::daemon::spans
