// Writes errors as JSON as soon as they are met, so that nothing of the instance is kept.
#include "extension/core/json_schema/collector.hpp"

#include "extension/core/json_schema/json_text.hpp"
#include "extension/core/json_schema/pointer.hpp"
#include "extension/core/json_schema/schema_index.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::json_schema {

namespace {

// Keys come from the caller: a long one must not be repeated a hundred times.
constexpr std::size_t kMaxKeyBytes = 256;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

std::string shortened(std::string_view text) {
  if (text.size() <= kMaxKeyBytes) return std::string(text);
  return std::string(values::utf8_prefix(text, kMaxKeyBytes)).append(kEllipsis);
}

std::string pointer_of(const std::vector<Collector::Segment>& path) {
  std::string pointer;
  for (const Collector::Segment& segment : path) {
    if (segment.index >= 0) {
      append_index(pointer, static_cast<std::size_t>(segment.index));
    } else {
      append_token(pointer, shortened(segment.key));
    }
  }
  return pointer;
}

}  // namespace

void ErrorParams::add_name(std::string_view name) {
  if (!members_.empty()) members_.push_back(',');
  append_json_string(members_, name);
  members_.push_back(':');
}

ErrorParams& ErrorParams::add(std::string_view name, std::string_view text) {
  add_name(name);
  append_json_string(members_, shortened(text));
  return *this;
}

ErrorParams& ErrorParams::add(std::string_view name, std::uint64_t number) {
  add_name(name);
  members_.append(std::to_string(number));
  return *this;
}

ErrorParams& ErrorParams::add(std::string_view name, const values::Decimal& number) {
  add_name(name);
  members_.append(to_text(number));
  return *this;
}

ErrorParams& ErrorParams::add(std::string_view name, const values::Value& schema_value) {
  constexpr std::size_t kMaxValueBytes = 1000;
  std::string text;
  if (append_json_value(text, schema_value, kMaxValueBytes)) {
    add_name(name);
    members_.append(text);
  }
  return *this;
}

ErrorParams& ErrorParams::add(std::string_view name, const std::vector<std::uint32_t>& numbers) {
  add_name(name);
  members_.push_back('[');
  for (const std::uint32_t number : numbers) {
    if (members_.back() != '[') members_.push_back(',');
    members_.append(std::to_string(number));
  }
  members_.push_back(']');
  return *this;
}

Collector::Step::~Step() {
  collector_.keyword_path_.erase(collector_.keyword_path_.end() - keywords_, collector_.keyword_path_.end());
  collector_.keywords_.pop_back();
  if (in_child_) collector_.instance_path_.pop_back();
}

void Collector::add(const Node& node, std::string_view keyword, std::string_view message,
                    const ErrorParams& params) {
  std::string keyword_location = pointer_of(keyword_path_);
  append_token(keyword_location, keyword);
  std::string absolute_location = location_of(*node.site);
  append_token(absolute_location, keyword);
  add_at(keyword, keyword_location, absolute_location, message, params);
}

void Collector::add_never(const Node& node) {
  const std::string_view keyword = keywords_.empty() ? std::string_view("false") : keywords_.back();
  add_at(keyword, pointer_of(keyword_path_), location_of(*node.site), "is not allowed", ErrorParams());
}

void Collector::add_at(std::string_view keyword, const std::string& keyword_location,
                       const std::string& absolute_location, std::string_view message,
                       const ErrorParams& params) {
  if (stops()) return;
  std::string error = "{\"keyword\":";
  append_json_string(error, keyword);
  error.append(",\"instanceLocation\":");
  append_json_string(error, pointer_of(instance_path_));
  error.append(",\"keywordLocation\":");
  append_json_string(error, keyword_location);
  error.append(",\"absoluteKeywordLocation\":");
  append_json_string(error, absolute_location);
  error.append(",\"error\":");
  append_json_string(error, message);
  error.append(",\"params\":").append(params.text()).push_back('}');
  full_ = !errors_.empty() && bytes_ + error.size() > kMaxBytes;
  if (full_) return;
  bytes_ += error.size();
  errors_.push_back(std::move(error));
  full_ = errors_.size() >= kMaxErrors;
}

void Collector::take_back(std::size_t mark) {
  if (mark == errors_.size()) return;
  for (std::size_t i = mark; i < errors_.size(); ++i) bytes_ -= errors_[i].size();
  errors_.resize(mark);
  full_ = false;
}

std::string Collector::text() const {
  std::string text = "[";
  for (const std::string& error : errors_) {
    if (text.size() > 1) text.push_back(',');
    text.append(error);
  }
  return text.append("]");
}

}  // namespace command_center::json_schema
