// The clock that is set gives a span its beginning, the one that is not its length.
#include "daemon/spans/span.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <utility>

#include "daemon/spans/sampling.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::size_t kMostText = 256;  // of an attribute

std::atomic<Exporter*> current{nullptr};

std::int64_t nanoseconds(std::chrono::system_clock::time_point when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

// Unpredictable enough never to meet twice, which is all that ids need.
template <std::size_t Size>
std::array<std::uint8_t, Size> random_id() {
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  std::array<std::uint8_t, Size> id{};
  do {
    for (std::size_t at = 0; at < Size; at += sizeof(std::uint64_t)) {
      std::uint64_t bits = random();
      for (std::size_t byte = 0; byte < sizeof(bits); ++byte, bits >>= 8U)
        id.at(at + byte) = static_cast<std::uint8_t>(bits);
    }
  } while (std::all_of(id.begin(), id.end(), [](std::uint8_t byte) { return byte == 0; }));
  return id;
}

std::string bounded(std::string_view text) {
  if (text.size() <= kMostText && json_schema::values::is_well_formed_utf8(text)) return std::string(text);
  std::string kept(text.substr(0, kMostText));
  if (json_schema::values::is_well_formed_utf8(kept)) return kept;
  for (char& byte : kept) {
    if (static_cast<unsigned char>(byte) >= 0x80) byte = '?';
  }
  return kept;
}

// Names are unique; there are few.
void put(Attributes& attributes, std::string_view name, Value value) {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [name](const auto& attribute) { return attribute.first == name; });
  if (found != attributes.end()) {
    found->second = std::move(value);
  } else {
    attributes.emplace_back(name, std::move(value));
  }
}

}  // namespace

Exporting::Exporting(const Settings& settings, prometheus::Registry& registry) {
  if (settings.url.empty()) return;
  exporter_ = std::make_unique<Exporter>(settings, make_post(settings), registry);
  current = exporter_.get();
}

Exporting::~Exporting() {
  if (!exporter_) return;
  current = nullptr;
  exporter_->close(kFlushLimit);
}

bool is_on() noexcept {
  return current.load(std::memory_order_relaxed) != nullptr;
}

void Contexts::note(const std::optional<Origin>& origin) {
  const Exporter* const exporter = current.load();
  if (exporter == nullptr || !origin || !origin->context.is_sampled) return;
  const auto is_same = [&](const Origin& one) { return one.context == origin->context; };
  if (std::any_of(origins_.begin(), origins_.end(), is_same)) return;
  if (origins_.size() < exporter->settings().most_links) {
    origins_.push_back(*origin);
  } else {
    ++more_;
  }
}

void Contexts::clear() noexcept {
  origins_.clear();
  more_ = 0;
}

Span& Span::operator=(Span&& other) noexcept {
  if (this != &other) {
    if (record_) fail("abandoned");
    end();
    record_ = std::move(other.record_);
    since_ = other.since_;
  }
  return *this;
}

Span::~Span() {
  if (!record_) return;
  fail("abandoned");
  end();
}

std::optional<Context> Span::context() const {
  if (!record_) return std::nullopt;
  return record_->context;
}

std::optional<Origin> Span::origin() const {
  if (!record_) return std::nullopt;
  return Origin{record_->context, record_->state};
}

void Span::rename(std::string_view name) {
  if (record_) record_->name = name;
}

void Span::set(std::string_view name, std::string_view value) {
  if (record_) put(record_->attributes, name, bounded(value));
}

void Span::set(std::string_view name, std::int64_t value) {
  if (record_) put(record_->attributes, name, value);
}

void Span::fail(std::string_view error_type) {
  if (!record_) return;
  record_->status = Status::kError;
  put(record_->attributes, "error.type", bounded(error_type));
}

void Span::began(std::chrono::system_clock::time_point when) {
  if (!record_) return;
  const auto earlier = std::chrono::system_clock::now() - when;
  if (earlier.count() <= 0) return;
  record_->began_ns = nanoseconds(when);
  since_ -= std::chrono::duration_cast<runtime::Clock::duration>(earlier);
}

void Span::adopt(const Parent& parent) {
  const Exporter* const exporter = current.load();
  if (!record_ || exporter == nullptr) return;
  record_->context.trace = parent.context.trace;
  record_->context.is_sampled = is_sampled(exporter->settings(), parent.context.trace, &parent.context);
  record_->parent = parent.context.span;
  record_->is_remote = parent.place == Parent::Place::kRemote;
  record_->state = parent.state;
}

void Span::end() noexcept {
  const std::unique_ptr<Record> record = std::move(record_);
  Exporter* const exporter = current.load();
  if (!record || !record->context.is_sampled || exporter == nullptr) return;
  record->ended_ns =
      record->began_ns +
      std::chrono::duration_cast<std::chrono::nanoseconds>(runtime::Clock::now() - since_).count();
  exporter->add(std::move(*record));
}

Span begin(std::string_view name, Kind kind, const std::optional<Parent>& parent) {
  Span span;
  const Exporter* const exporter = current.load();
  if (exporter == nullptr) return span;
  span.record_ = std::make_unique<Record>();
  Record& record = *span.record_;
  record.context.span = random_id<8>();
  record.name = name;
  record.kind = kind;
  record.began_ns = nanoseconds(std::chrono::system_clock::now());
  span.since_ = runtime::Clock::now();
  if (parent) {
    span.adopt(*parent);
  } else {
    record.context.trace = random_id<16>();
    record.context.is_sampled = is_sampled(exporter->settings(), record.context.trace, nullptr);
  }
  return span;
}

Span begin_for(std::string_view name, Kind kind, const Contexts& contexts, Parent::Place place) {
  const Exporter* const exporter = current.load();
  if (exporter == nullptr) return {};
  if (contexts.first().size() == 1 && contexts.more() == 0)
    return begin(name, kind, Parent{contexts.first().front().context, place, contexts.first().front().state});
  if (contexts.empty()) return {};
  Span span = begin(name, kind, std::nullopt);
  Record& record = *span.record_;
  record.context.is_sampled =
      is_sampled(exporter->settings(), record.context.trace, &contexts.first().front().context);
  record.is_remote = place == Parent::Place::kRemote;
  record.links = contexts.first();
  record.dropped_links = contexts.more();
  return span;
}

}  // namespace command_center::daemon::spans
