// Fetches a JWK set over HTTPS.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace command_center::api::identity {

// Whether it is meant as a URL and not as the name of a file.
[[nodiscard]] bool is_url(std::string_view location) noexcept;

// Keys that come over plain HTTP are anybody's: https, or http from a loopback address.
[[nodiscard]] std::optional<std::string> find_url_mistake(const std::string& url);

// The body of a 200, at most 1 MiB, within ten seconds; redirects are not followed. Throws Failure(kRefused)
// with what went wrong. Ends within about a second once `stopping` is set.
[[nodiscard]] std::string fetch(const std::string& url, const std::string& ca_file,
                                const std::atomic<bool>& stopping);

}  // namespace command_center::api::identity
