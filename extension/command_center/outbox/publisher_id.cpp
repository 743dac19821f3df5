// Reads the names of publishers.
#include "extension/command_center/outbox/publisher_id.hpp"

#include <charconv>

namespace command_center::extension {
namespace {

// Takes what stands behind the last `separator` off the text. False: it is no number above 0.
bool take_number(std::string_view& text, char separator, std::int64_t& number) noexcept {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos || at == 0) return false;
  const char* first = text.data() + at + 1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, number);
  if (error != std::errc() || end != last || number < 1 || *first == '0') return false;
  text.remove_suffix(text.size() - at);
  return true;
}

}  // namespace

PublisherId parse_publisher(std::string_view publisher) noexcept {
  PublisherId id = {publisher, 1, {}};
  std::string_view rest = publisher;
  if (take_number(rest, '/', id.shard.count) && take_number(rest, ':', id.shard.number) &&
      take_number(rest, ':', id.generation) && id.shard.number <= id.shard.count) {
    id.family = rest;
    return id;
  }
  return {publisher, 1, {}};
}

}  // namespace command_center::extension
