// Tells how large the text of a document would be, before it is built: 22 bytes of jsonb can stand for
// 131,072 digits.
#pragma once

#include <cstdint>

#include "extension/core/json_schema/values/jsonb_view.hpp"

namespace command_center::payload {

struct Limits {
  std::uint64_t text_bytes;
  int depth;  // an object or array of scalars has depth 1
};

enum class Verdict { kFits, kTooLarge, kTooDeep };

struct Measure {
  Verdict verdict = Verdict::kFits;
  std::uint64_t text_bytes = 0;  // of jsonb's own text form; exact when it fits
};

// Looks at no more of the document than the limits allow.
[[nodiscard]] Measure measure(const json_schema::values::JsonbView& root, const Limits& limits) noexcept;

}  // namespace command_center::payload
