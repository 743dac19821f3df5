// Lays out containers, entries and numerics as the server does; json_schema_server_bytes_test compares with
// real bytes.
#include "tests/unit/support/jsonb_encoder.hpp"

#include <cstdint>
#include <cstring>

namespace command_center::tests {

namespace {

using json_schema::values::Decimal;
using json_schema::values::Document;
using json_schema::values::Kind;
using json_schema::values::Value;

constexpr std::uint32_t kScalar = 0x10000000;
constexpr std::uint32_t kObject = 0x20000000;
constexpr std::uint32_t kArray = 0x40000000;
constexpr std::uint32_t kHasOffset = 0x80000000;
constexpr std::uint32_t kLengthMask = 0x0fffffff;
constexpr std::uint32_t kOffsetStride = 32;

template <class Integer>
void append(std::string& out, Integer value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void pad(std::string& out) {
  out.append((4 - out.size() % 4) % 4, '\0');
}

std::string encode_numeric(const Decimal& number) {
  constexpr std::uint16_t kShort = 0x8000;
  constexpr int kMaxShortScale = 63;
  std::string payload;
  const bool is_short = number.scale <= kMaxShortScale && number.weight >= -64 && number.weight <= 63;
  if (is_short) {
    append(payload, static_cast<std::uint16_t>(kShort | (number.negative ? 0x2000 : 0) | number.scale << 7 |
                                               (number.weight < 0 ? 0x40 : 0) | (number.weight & 0x3f)));
  } else {
    append(payload, static_cast<std::uint16_t>((number.negative ? 0x4000 : 0) | number.scale));
    append(payload, static_cast<std::int16_t>(number.weight));
  }
  for (std::uint32_t i = 0; i < number.count; ++i)
    append(payload, static_cast<std::int16_t>(number.digit(i)));
  std::string datum;
  append(datum, static_cast<std::uint32_t>((payload.size() + sizeof(std::uint32_t)) << 2));
  return datum + payload;
}

// Collects the entries and the data of one container.
class Container {
 public:
  Container(std::string& out, std::uint32_t flags, std::uint32_t count, std::uint32_t entries) : out_(out) {
    pad(out_);
    append(out_, flags | count);
    entries_at_ = out_.size();
    out_.append(std::size_t{entries} * 4, '\0');
    data_at_ = out_.size();
  }

  void add_key(std::string_view key) {
    out_.append(key);
    add_entry(0);
  }

  void add(const Value& value);

 private:
  void add_entry(std::uint32_t type) {
    const auto end = static_cast<std::uint32_t>(out_.size() - data_at_);
    const std::uint32_t field =
        index_ % kOffsetStride == 0 ? (kHasOffset | end) : ((end - last_) & kLengthMask);
    const std::uint32_t entry = type | field;
    std::memcpy(out_.data() + entries_at_ + std::size_t{index_} * 4, &entry, sizeof entry);
    last_ = end;
    ++index_;
  }

  std::string& out_;
  std::size_t entries_at_;
  std::size_t data_at_;
  std::uint32_t index_ = 0;
  std::uint32_t last_ = 0;
};

void encode_container(std::string& out, const Value& value) {
  if (value.kind == Kind::kArray) {
    Container array(out, kArray, value.size, value.size);
    for (std::uint32_t i = 0; i < value.size; ++i) array.add(value.elements[i]);
    return;
  }
  Container object(out, kObject, value.size, value.size * 2);
  for (std::uint32_t i = 0; i < value.size; ++i) object.add_key(value.members[i].key);
  for (std::uint32_t i = 0; i < value.size; ++i) object.add(value.members[i].value);
}

void Container::add(const Value& value) {
  switch (value.kind) {
    case Kind::kString:
      out_.append(value.string());
      return add_entry(0x00000000);
    case Kind::kNumber:
      pad(out_);
      out_.append(encode_numeric(*value.number));
      return add_entry(0x10000000);
    case Kind::kBoolean:
      return add_entry(value.boolean ? 0x30000000 : 0x20000000);
    case Kind::kNull:
      return add_entry(0x40000000);
    default:
      encode_container(out_, value);
      return add_entry(0x50000000);
  }
}

}  // namespace

bool holds_nul(const Value& value) {
  const auto has = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
  if (value.kind == Kind::kString) return has(value.string());
  for (std::uint32_t i = 0; value.kind == Kind::kArray && i < value.size; ++i) {
    if (holds_nul(value.elements[i])) return true;
  }
  for (std::uint32_t i = 0; value.kind == Kind::kObject && i < value.size; ++i) {
    if (has(value.members[i].key) || holds_nul(value.members[i].value)) return true;
  }
  return false;
}

std::string encode_jsonb(const Value& value) {
  std::string out;
  if (value.kind == Kind::kArray || value.kind == Kind::kObject) {
    encode_container(out, value);
  } else {
    Container scalar(out, kScalar | kArray, 1, 1);
    scalar.add(value);
  }
  return out;
}

std::string encode_jsonb(std::string_view json_text) {
  return encode_jsonb(Document::parse(json_text)->root());
}

}  // namespace command_center::tests
