// The reference algorithm, eight bytes at a time.
#include "extension/core/hash/sip_hash.hpp"

#include <cstddef>

namespace command_center::hash {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;
};

constexpr std::uint64_t rotated(std::uint64_t value, unsigned bits) noexcept {
  return (value << bits) | (value >> (64U - bits));
}

void rounds(State& s, int count) noexcept {
  for (int i = 0; i < count; ++i) {
    s.v0 += s.v1;
    s.v1 = rotated(s.v1, 13) ^ s.v0;
    s.v0 = rotated(s.v0, 32);
    s.v2 += s.v3;
    s.v3 = rotated(s.v3, 16) ^ s.v2;
    s.v0 += s.v3;
    s.v3 = rotated(s.v3, 21) ^ s.v0;
    s.v2 += s.v1;
    s.v1 = rotated(s.v1, 17) ^ s.v2;
    s.v2 = rotated(s.v2, 32);
  }
}

std::uint64_t little_endian(const char* bytes, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

void take_in(State& s, std::uint64_t word) noexcept {
  s.v3 ^= word;
  rounds(s, 2);
  s.v0 ^= word;
}

}  // namespace

std::uint64_t sip_hash(const SipKey& key, std::string_view bytes) noexcept {
  State s = {key.low ^ 0x736f6d6570736575U, key.high ^ 0x646f72616e646f6dU, key.low ^ 0x6c7967656e657261U,
             key.high ^ 0x7465646279746573U};
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) take_in(s, little_endian(bytes.data() + i, 8));
  take_in(s, little_endian(bytes.data() + whole, bytes.size() - whole) |
                 static_cast<std::uint64_t>(bytes.size()) << 56U);
  s.v2 ^= 0xffU;
  rounds(s, 4);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace command_center::hash
