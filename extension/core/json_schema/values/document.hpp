// Holds one parsed JSON document: its values live as long as the document and are read through DocumentView.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/key_order.hpp"
#include "extension/core/json_schema/values/kind.hpp"

namespace command_center::json_schema::values {

struct Member;

// One JSON value of a document. Object members are sorted as jsonb sorts them, by (length, bytes) of the key.
struct Value {
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::uint32_t size = 0;  // bytes of a string, elements of an array, members of an object
  union {
    const char* text = nullptr;
    const Value* elements;
    const Member* members;
    const Decimal* number;
  };

  [[nodiscard]] std::string_view string() const noexcept { return {text, size}; }
};

struct Member {
  std::string_view key;
  Value value;
};

// The member with a key, or its value; null when the value is no object or has no such key.
[[nodiscard]] const Member* find_entry(const Value& object, std::string_view key) noexcept;
[[nodiscard]] const Value* find_member(const Value& object, std::string_view key) noexcept;

struct ParseLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  std::size_t max_depth = 256;
};

// Immutable after parsing. Not movable, since views point into it; shared by the programs compiled from it.
class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() = default;

  // Throws Error: 22032 (invalid JSON text) with the byte offset when the text is not JSON (RFC 8259) in
  // well-formed UTF-8, KC014 when it exceeds the limits or holds a number that PostgreSQL's numeric could not
  // hold. Of duplicate keys the last one counts, as in jsonb.
  [[nodiscard]] static std::shared_ptr<const Document> parse(std::string_view text,
                                                             const ParseLimits& limits = {});

  // Whether `parse` would answer a document.
  [[nodiscard]] static bool is_json(std::string_view text);

  [[nodiscard]] const Value& root() const noexcept { return root_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_bytes_; }

 private:
  friend class DocumentBuilder;

  // Null with the error that `parse` throws.
  [[nodiscard]] static std::shared_ptr<const Document> try_parse(std::string_view text,
                                                                 const ParseLimits& limits,
                                                                 std::optional<Error>& error);

  Value root_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t memory_bytes_ = 0;
};

// A JSON value inside a document, read the way the evaluator reads every instance. Cheap to copy.
class DocumentView {
 public:
  explicit DocumentView(const Value& value) noexcept : value_(&value) {}

  // A string that stands in no document, such as a key.
  class Text {
   public:
    explicit Text(std::string_view text) noexcept {
      value_.kind = Kind::kString;
      value_.text = text.data();
      value_.size = static_cast<std::uint32_t>(text.size());
    }
    [[nodiscard]] DocumentView view() const noexcept { return DocumentView(value_); }

   private:
    Value value_;
  };

  [[nodiscard]] Kind kind() const noexcept { return value_->kind; }
  [[nodiscard]] bool boolean() const noexcept { return value_->boolean; }
  [[nodiscard]] std::string_view string() const noexcept { return value_->string(); }
  [[nodiscard]] Decimal number() const noexcept { return *value_->number; }
  [[nodiscard]] std::uint32_t size() const noexcept { return value_->size; }

  // Walks an array: `for (auto cursor = view.elements(); cursor.next();) use(cursor.value())`.
  class Elements {
   public:
    explicit Elements(const Value& array) noexcept
        : next_(array.elements), end_(array.elements + array.size) {}
    [[nodiscard]] bool next() noexcept {
      current_ = next_;
      if (next_ == end_) return false;
      ++next_;
      return true;
    }
    [[nodiscard]] DocumentView value() const noexcept { return DocumentView(*current_); }

   private:
    const Value* next_;
    const Value* end_;
    const Value* current_ = nullptr;
  };

  // Walks an object's members in the order of their keys.
  class Members {
   public:
    explicit Members(const Value& object) noexcept
        : next_(object.members), end_(object.members + object.size) {}
    [[nodiscard]] bool next() noexcept {
      current_ = next_;
      if (next_ == end_) return false;
      ++next_;
      return true;
    }
    [[nodiscard]] std::string_view key() const noexcept { return current_->key; }
    [[nodiscard]] DocumentView value() const noexcept { return DocumentView(current_->value); }

   private:
    const Member* next_;
    const Member* end_;
    const Member* current_ = nullptr;
  };

  [[nodiscard]] Elements elements() const noexcept { return Elements(*value_); }
  [[nodiscard]] Members members() const noexcept { return Members(*value_); }
  [[nodiscard]] bool has_key(std::string_view key) const noexcept {
    return find_member(*value_, key) != nullptr;
  }

 private:
  const Value* value_;
};

}  // namespace command_center::json_schema::values
