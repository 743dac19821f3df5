// Where spans go and which: the standard's own OTEL_* variables, since every service of an installation is
// told by them.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace command_center::daemon::spans {

enum class Sampler { kAlwaysOn, kAlwaysOff, kRatio };
// Whether a trace that comes from outside has decided already.
enum class Obeys { kParent, kNobody };

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Settings {
  std::string url;  // empty: no spans
  Pairs headers;    // secrets, often
  std::chrono::milliseconds timeout{10'000};
  std::string ca_file, certificate_file, key_file;
  Pairs resource;  // without service.name
  std::string service_name;
  Sampler sampler = Sampler::kAlwaysOn;
  Obeys obeys = Obeys::kParent;
  double ratio = 1.0;
  std::size_t most_links = 128;
  std::chrono::milliseconds schedule_delay{5'000};  // how long a span may wait for others
  std::chrono::milliseconds export_limit{30'000};   // of a batch, attempts and pauses together
  std::size_t most_queued = 2'048;
  std::size_t most_together = 512;
};

// Fills `settings` from the environment (as in environ(7)) and answers what is wrong with it, if anything:
// names, never values, which may be secrets. What is empty counts as not given. `program`: the name of the
// service where none is given.
[[nodiscard]] std::optional<std::string> read(const char* const* environment, const std::string& program,
                                              Settings& settings);

}  // namespace command_center::daemon::spans
