// What tests read on the page of /metrics.
#pragma once

#include <string>

namespace command_center::e2e {

// The value of a series, its labels included; -1 where the page has none.
[[nodiscard]] inline double metric(const std::string& page, const std::string& series) {
  const std::string line = "\n" + series + " ";
  const std::size_t at = page.find(line);
  return at == std::string::npos ? -1 : std::stod(page.substr(at + line.size()));
}

}  // namespace command_center::e2e
