// What is under way, as long as somebody is to see it. Everything here does nothing, and costs next to
// nothing, where no collector is named.
//
//   spans::Span span = spans::begin("POST /v1/commands", spans::Kind::kServer, parent);
//   …
//   span.set("http.response.status_code", 202);
//   span.end();
//
// There is one exporter in a process, as there is one log.
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/runtime/clock.hpp"
#include "daemon/spans/context.hpp"
#include "daemon/spans/exporter.hpp"
#include "daemon/spans/record.hpp"
#include "daemon/spans/settings.hpp"

namespace command_center::daemon::spans {

// The process's exporter, for as long as it lives; nothing where the settings name no collector. Sends what
// waits when it goes, for at most `kFlushLimit`. To be made before the threads that record, and to go after
// them.
class Exporting {
 public:
  static constexpr std::chrono::milliseconds kFlushLimit{3'000};

  Exporting(const Settings& settings, prometheus::Registry& registry);
  ~Exporting();
  Exporting(const Exporting&) = delete;
  Exporting& operator=(const Exporting&) = delete;

 private:
  std::unique_ptr<Exporter> exporter_;
};

[[nodiscard]] bool is_on() noexcept;

// Where a span comes from.
struct Parent {
  Context context;
  enum class Place { kHere, kRemote } place = Place::kHere;  // in this process or in another one
  std::string state{};                                       // tracestate
};

// The contexts of what is done together, those that are sampled; of too many the first, and how many more
// there were.
class Contexts {
 public:
  void note(const std::optional<Origin>& origin);
  void clear() noexcept;
  [[nodiscard]] bool empty() const noexcept { return origins_.empty(); }
  [[nodiscard]] const std::vector<Origin>& first() const noexcept { return origins_; }
  [[nodiscard]] std::int64_t more() const noexcept { return more_; }

 private:
  std::vector<Origin> origins_;
  std::int64_t more_ = 0;
};

// Movable; of one thread at a time. One that is destroyed before its end ends as failed.
class Span {
 public:
  Span() = default;  // of nothing
  Span(Span&& other) noexcept { *this = std::move(other); }
  Span& operator=(Span&& other) noexcept;
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  ~Span();

  // Of what is done within it, also where nobody is to see it; nothing where nothing is traced at all.
  [[nodiscard]] std::optional<Context> context() const;
  [[nodiscard]] std::optional<Origin> origin() const;  // the same, with the tracestate
  [[nodiscard]] bool is_recorded() const noexcept { return record_ && record_->context.is_sampled; }

  // Of constants; `name` is low in number: never an id, a tenant or a payload.
  void rename(std::string_view name);
  void set(std::string_view name, std::string_view value);
  void set(std::string_view name, std::int64_t value);
  void fail(std::string_view error_type);
  // It began when something else did.
  void began(std::chrono::system_clock::time_point when);
  // As if it had begun within `parent`; before anybody has asked for its context.
  void adopt(const Parent& parent);

  void end() noexcept;

 private:
  friend Span begin(std::string_view, Kind, const std::optional<Parent>&);
  friend Span begin_for(std::string_view, Kind, const Contexts&, Parent::Place);

  std::unique_ptr<Record> record_;
  runtime::Clock::time_point since_{};
};

// Without a parent a trace begins here.
[[nodiscard]] Span begin(std::string_view name, Kind kind, const std::optional<Parent>& parent);
// Of what is done for several: within the only one of them that is sampled, else beside them and linked to
// all. Recorded where one of them is. `place`: where they are.
[[nodiscard]] Span begin_for(std::string_view name, Kind kind, const Contexts& contexts, Parent::Place place);

}  // namespace command_center::daemon::spans
