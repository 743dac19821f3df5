// Reads PostgreSQL's jsonb bytes in place (the layout of PostgreSQL 9.4 to 18), without a server header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/kind.hpp"

namespace command_center::json_schema::values {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the jsonb layout is read as a little-endian server wrote it");

// Numbers inside jsonb are numeric datums; decodes one that starts at its varlena header (one byte or four,
// never compressed).
[[nodiscard]] Decimal decode_numeric(const char* varlena) noexcept;

// One value inside a jsonb datum; borrows the datum's bytes. The bytes must come from the server (jsonb is
// trusted there, too): nothing is checked on the way. Cheap to copy.
class JsonbView {
 public:
  // `container` is the JsonbContainer: VARDATA of a detoasted jsonb datum. A scalar datum gives the scalar
  // itself.
  [[nodiscard]] static JsonbView of_root(const char* container) noexcept;

  // A string that stands in no datum, such as a key.
  class Text {
   public:
    explicit Text(std::string_view text) noexcept : text_(text) {}
    [[nodiscard]] JsonbView view() const noexcept {
      return {Kind::kString, static_cast<std::uint32_t>(text_.size()), text_.data()};
    }

   private:
    std::string_view text_;
  };

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool boolean() const noexcept { return size_ != 0; }
  [[nodiscard]] std::string_view string() const noexcept { return {data_, size_}; }
  [[nodiscard]] Decimal number() const noexcept { return decode_numeric(data_); }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  class Elements {
   public:
    explicit Elements(const JsonbView& array) noexcept
        : entries_(array.data_ + kHeaderBytes),
          base_(entries_ + std::size_t{array.size_} * kEntryBytes),
          end_(array.size_) {}
    [[nodiscard, gnu::always_inline]] inline bool next() noexcept {
      if (index_ == end_) return false;
      const std::uint32_t entry = load(entries_, index_++);
      start_ = offset_;
      offset_ = end_of(entry, offset_);
      entry_ = entry;
      return true;
    }
    [[nodiscard, gnu::always_inline]] inline JsonbView value() const noexcept {
      return decode(entry_, base_, start_, offset_);
    }

   private:
    const char* entries_;
    const char* base_;
    std::uint32_t end_;
    std::uint32_t index_ = 0;
    std::uint32_t entry_ = 0;
    std::uint32_t start_ = 0;
    std::uint32_t offset_ = 0;
  };

  class Members {
   public:
    explicit Members(const JsonbView& object) noexcept;
    [[nodiscard, gnu::always_inline]] inline bool next() noexcept {
      if (index_ == count_) return false;
      key_start_ = key_offset_;
      key_offset_ = end_of(load(entries_, index_), key_offset_);
      start_ = offset_;
      entry_ = load(entries_, index_ + count_);
      offset_ = end_of(entry_, offset_);
      ++index_;
      return true;
    }
    [[nodiscard]] std::string_view key() const noexcept {
      return {base_ + key_start_, key_offset_ - key_start_};
    }
    [[nodiscard, gnu::always_inline]] inline JsonbView value() const noexcept {
      return decode(entry_, base_, start_, offset_);
    }

   private:
    const char* entries_;
    const char* base_;
    std::uint32_t count_;
    std::uint32_t index_ = 0;
    std::uint32_t key_start_ = 0;
    std::uint32_t key_offset_ = 0;
    std::uint32_t entry_ = 0;
    std::uint32_t start_ = 0;
    std::uint32_t offset_;
  };

  [[nodiscard]] Elements elements() const noexcept { return Elements(*this); }
  [[nodiscard]] Members members() const noexcept { return Members(*this); }
  [[nodiscard]] bool has_key(std::string_view key) const noexcept;

 private:
  static constexpr std::size_t kHeaderBytes = 4;
  static constexpr std::size_t kEntryBytes = 4;
  static constexpr std::uint32_t kEntryHasOffset = 0x80000000;
  static constexpr std::uint32_t kEntryLengthMask = 0x0fffffff;

  JsonbView(Kind kind, std::uint32_t size, const char* data) noexcept
      : data_(data), size_(size), kind_(kind) {}

  [[nodiscard, gnu::always_inline]] static inline std::uint32_t load(const char* place,
                                                                     std::size_t index = 0) noexcept {
    std::uint32_t word = 0;
    std::memcpy(&word, place + index * sizeof word, sizeof word);
    return word;
  }

  // Where a child ends: an entry stores the end offset itself, or the length behind the previous child's end.
  [[nodiscard, gnu::always_inline]] static inline std::uint32_t end_of(std::uint32_t entry,
                                                                       std::uint32_t start) noexcept {
    const std::uint32_t field = entry & kEntryLengthMask;
    return (entry & kEntryHasOffset) != 0 ? field : start + field;
  }

  // The end offset of child `index`, found by walking back to the nearest stored offset.
  [[nodiscard]] static std::uint32_t end_offset(const char* entries, std::uint32_t index) noexcept;
  [[nodiscard]] static JsonbView of_container(const char* container) noexcept;

  [[nodiscard, gnu::always_inline]] static inline JsonbView decode(std::uint32_t entry, const char* base,
                                                                   std::uint32_t start,
                                                                   std::uint32_t end) noexcept {
    constexpr std::uint32_t kTypeMask = 0x70000000;
    constexpr std::uint32_t kString = 0x00000000;
    constexpr std::uint32_t kNumeric = 0x10000000;
    constexpr std::uint32_t kFalse = 0x20000000;
    constexpr std::uint32_t kTrue = 0x30000000;
    constexpr std::uint32_t kNull = 0x40000000;
    const std::uint32_t aligned = (start + 3) & ~std::uint32_t{3};
    switch (entry & kTypeMask) {
      case kString:
        return {Kind::kString, end - start, base + start};
      case kNumeric:
        return {Kind::kNumber, end - aligned, base + aligned};
      case kFalse:
        return {Kind::kBoolean, 0, nullptr};
      case kTrue:
        return {Kind::kBoolean, 1, nullptr};
      case kNull:
        return {Kind::kNull, 0, nullptr};
      default:
        return of_container(base + aligned);
    }
  }

  const char* data_;
  std::uint32_t size_;
  Kind kind_;
};

}  // namespace command_center::json_schema::values
