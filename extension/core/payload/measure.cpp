// Adds up the bytes that jsonb's output function would write.
#include "extension/core/payload/measure.hpp"

namespace command_center::payload {
namespace {

using json_schema::values::Decimal;
using json_schema::values::JsonbView;
using json_schema::values::Kind;

std::uint64_t string_bytes(std::string_view text) noexcept {
  std::uint64_t bytes = 2 + text.size();
  for (const char character : text) {
    if (character == '"' || character == '\\' || character == '\b' || character == '\f' ||
        character == '\n' || character == '\r' || character == '\t') {
      bytes += 1;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      bytes += 5;
    }
  }
  return bytes;
}

std::uint64_t number_bytes(const Decimal& number) noexcept {
  std::uint64_t bytes = number.negative ? 1 : 0;
  if (number.scale > 0) bytes += 1U + number.scale;
  if (number.count == 0 || number.weight < 0) return bytes + 1;
  const int first = number.digit(0);
  const int digits_of_first = first >= 1000 ? 4 : first >= 100 ? 3 : first >= 10 ? 2 : 1;
  return bytes + static_cast<std::uint64_t>(digits_of_first) + 4U * static_cast<std::uint64_t>(number.weight);
}

class Meter {
 public:
  explicit Meter(const Limits& limits) noexcept : limits_(limits) {}

  // Answers false as soon as a limit is passed.
  bool add(const JsonbView& value, int depth) noexcept {
    switch (value.kind()) {
      case Kind::kNull:
        return add_bytes(4);
      case Kind::kBoolean:
        return add_bytes(value.boolean() ? 4 : 5);
      case Kind::kString:
        return add_bytes(string_bytes(value.string()));
      case Kind::kNumber:
        return add_bytes(number_bytes(value.number()));
      case Kind::kArray:
        return open_container(value, depth) && add_elements(value, depth + 1);
      case Kind::kObject:
        return open_container(value, depth) && add_members(value, depth + 1);
    }
    return false;
  }

  [[nodiscard]] Measure result() const noexcept { return measure_; }

 private:
  bool add_bytes(std::uint64_t bytes) noexcept {
    measure_.text_bytes += bytes;
    if (measure_.text_bytes <= limits_.text_bytes) return true;
    measure_.verdict = Verdict::kTooLarge;
    return false;
  }

  // The two brackets and the separators ", " between the parts.
  bool open_container(const JsonbView& container, int depth) noexcept {
    if (depth >= limits_.depth) {
      measure_.verdict = Verdict::kTooDeep;
      return false;
    }
    return add_bytes(2 + (container.size() > 1 ? 2 * (std::uint64_t{container.size()} - 1) : 0));
  }

  bool add_elements(const JsonbView& array, int depth) noexcept {
    auto elements = array.elements();
    while (elements.next()) {
      if (!add(elements.value(), depth)) return false;
    }
    return true;
  }

  bool add_members(const JsonbView& object, int depth) noexcept {
    auto members = object.members();
    while (members.next()) {
      if (!add_bytes(string_bytes(members.key()) + 2) || !add(members.value(), depth)) return false;
    }
    return true;
  }

  const Limits& limits_;
  Measure measure_;
};

}  // namespace

Measure measure(const JsonbView& root, const Limits& limits) noexcept {
  Meter meter(limits);
  (void)meter.add(root, 0);
  return meter.result();
}

}  // namespace command_center::payload
