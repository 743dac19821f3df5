// A span that has ended, as it waits to be sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/spans/context.hpp"

namespace command_center::daemon::spans {

// The numbers are those of OTLP.
enum class Kind : std::uint8_t { kInternal = 1, kServer = 2, kClient = 3, kProducer = 4, kConsumer = 5 };
enum class Status : std::uint8_t { kUnset = 0, kError = 2 };

using Value = std::variant<std::string, std::int64_t>;
// Names are constants.
using Attributes = std::vector<std::pair<std::string_view, Value>>;

struct Record {
  Context context;
  std::optional<SpanId> parent;
  bool is_remote = false;  // in another process: the parent, or what the links lead to
  std::string state;       // tracestate
  std::string name;
  Kind kind = Kind::kInternal;
  std::int64_t began_ns = 0;  // since 1970
  std::int64_t ended_ns = 0;
  Attributes attributes;
  std::vector<Origin> links;
  std::int64_t dropped_links = 0;
  Status status = Status::kUnset;
};

}  // namespace command_center::daemon::spans
