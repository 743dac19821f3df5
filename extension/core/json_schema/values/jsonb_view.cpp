// Reads the parts of jsonb that need more than a few instructions: roots, key search, numeric datums.
#include "extension/core/json_schema/values/jsonb_view.hpp"

namespace command_center::json_schema::values {

namespace {

constexpr std::uint32_t kCountMask = 0x0fffffff;
constexpr std::uint32_t kScalarFlag = 0x10000000;
constexpr std::uint32_t kObjectFlag = 0x20000000;

std::uint16_t load_uint16(const char* place) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, place, sizeof value);
  return value;
}

// The payload of a varlena: its header is one byte when the lowest bit is set, else four.
std::string_view varlena_payload(const char* varlena) noexcept {
  const auto first = static_cast<unsigned char>(*varlena);
  if ((first & 1U) != 0) return {varlena + 1, static_cast<std::size_t>(first >> 1) - 1};
  std::uint32_t header = 0;
  std::memcpy(&header, varlena, sizeof header);
  return {varlena + sizeof header, (header >> 2) - sizeof header};
}

}  // namespace

Decimal decode_numeric(const char* varlena) noexcept {
  constexpr std::uint16_t kFormMask = 0xc000;
  constexpr std::uint16_t kNegative = 0x4000;
  constexpr std::uint16_t kShort = 0x8000;
  constexpr std::uint16_t kNotANumber = 0xc000;
  constexpr std::uint16_t kNegativeInfinity = 0xf000;
  constexpr std::uint16_t kSpecialMask = 0xf000;

  const std::string_view payload = varlena_payload(varlena);
  const std::uint16_t header = load_uint16(payload.data());
  Decimal number;
  if ((header & kFormMask) == kFormMask) {
    const std::uint16_t special = header & kSpecialMask;
    number.number_class = special == kNotANumber ? Decimal::Class::kNotANumber : Decimal::Class::kInfinity;
    number.negative = special == kNegativeInfinity;
    return number;
  }
  std::size_t header_bytes = sizeof header;
  if ((header & kFormMask) == kShort) {
    number.negative = (header & 0x2000) != 0;
    number.scale = static_cast<std::uint16_t>((header & 0x1f80) >> 7);
    number.weight = (header & 0x3f) - ((header & 0x40) != 0 ? 0x40 : 0);
  } else {
    number.negative = (header & kFormMask) == kNegative;
    number.scale = header & 0x3fff;
    number.weight = static_cast<std::int16_t>(load_uint16(payload.data() + sizeof header));
    header_bytes += sizeof(std::int16_t);
  }
  number.digits = payload.data() + header_bytes;
  number.count = static_cast<std::uint32_t>((payload.size() - header_bytes) / sizeof(std::int16_t));
  if (number.count == 0) {
    number.weight = 0;
    number.negative = false;
  }
  return number;
}

JsonbView JsonbView::of_container(const char* container) noexcept {
  const std::uint32_t header = load(container);
  const Kind kind = (header & kObjectFlag) != 0 ? Kind::kObject : Kind::kArray;
  return {kind, header & kCountMask, container};
}

JsonbView JsonbView::of_root(const char* container) noexcept {
  const JsonbView root = of_container(container);
  if ((load(container) & kScalarFlag) == 0) return root;
  Elements only = root.elements();
  return only.next() ? only.value() : JsonbView(Kind::kNull, 0, nullptr);
}

std::uint32_t JsonbView::end_offset(const char* entries, std::uint32_t index) noexcept {
  std::uint32_t offset = 0;
  for (std::uint32_t i = index + 1; i-- > 0;) {
    const std::uint32_t entry = load(entries, i);
    offset += entry & kEntryLengthMask;
    if ((entry & kEntryHasOffset) != 0) break;
  }
  return offset;
}

JsonbView::Members::Members(const JsonbView& object) noexcept
    : entries_(object.data_ + kHeaderBytes),
      base_(entries_ + std::size_t{object.size_} * 2 * kEntryBytes),
      count_(object.size_),
      offset_(object.size_ == 0 ? 0 : end_offset(entries_, object.size_ - 1)) {}

bool JsonbView::has_key(std::string_view key) const noexcept {
  const char* entries = data_ + kHeaderBytes;
  const char* base = entries + std::size_t{size_} * 2 * kEntryBytes;
  std::uint32_t low = 0;
  std::uint32_t high = size_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const std::uint32_t start = middle == 0 ? 0 : end_offset(entries, middle - 1);
    const std::uint32_t end = end_of(load(entries, middle), start);
    const int order = compare_keys({base + start, end - start}, key);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

}  // namespace command_center::json_schema::values
