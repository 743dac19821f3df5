// Copies errors into fixed arrays; only a long detail needs memory, and its loss is survived.
#include "extension/boundary/failure.hpp"

#include <cstdlib>
#include <cstring>

namespace command_center::boundary::internal {

namespace {

constexpr std::size_t kLongestCharacter = 4;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

void copy_text(char* to, std::size_t capacity, std::string_view text) noexcept {
  const std::size_t length = cut_length(text, capacity - 1);
  if (length > 0) {
    std::memcpy(to, text.data(), length);
  }
  to[length] = '\0';
}

void copy_detail(Failure& failure, std::string_view detail) noexcept {
  failure.long_detail = nullptr;
  copy_text(failure.detail, sizeof failure.detail, detail);
  if (detail.size() < sizeof failure.detail) {
    return;
  }
  const std::size_t capacity = cut_length(detail, kDetailCapacity) + 1;
  failure.long_detail = static_cast<char*>(std::malloc(capacity));
  if (failure.long_detail != nullptr) {
    copy_text(failure.long_detail, capacity, detail);
  }
}

}  // namespace

std::size_t cut_length(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) {
    return text.size();
  }
  for (std::size_t back = 0; back < kLongestCharacter && back <= limit; ++back) {
    if (!continues_character(text[limit - back])) {
      return limit - back;
    }
  }
  return limit;  // not UTF-8
}

void describe_error(Failure& failure, const Error& error) noexcept {
  describe(failure, error.sqlstate(), error.message(), error.detail());
  copy_text(failure.hint, sizeof failure.hint, error.hint());
}

void describe(Failure& failure, std::string_view sqlstate, std::string_view message,
              std::string_view detail) noexcept {
  failure.kind = Failure::Kind::kOwn;
  failure.postgres_error = nullptr;
  failure.hint[0] = '\0';
  copy_text(failure.sqlstate, sizeof failure.sqlstate, sqlstate);
  copy_text(failure.message, sizeof failure.message, message);
  copy_detail(failure, detail);
}

}  // namespace command_center::boundary::internal
