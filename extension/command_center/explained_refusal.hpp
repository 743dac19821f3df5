// Puts a refusal into the answer of an explain function.
#pragma once

#include "extension/boundary/refusal_of.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::extension {

// Writes the member "refusal". C++ regime.
void write_refusal(json::TextWriter& writer, const boundary::Refusal& refusal);

}  // namespace command_center::extension
