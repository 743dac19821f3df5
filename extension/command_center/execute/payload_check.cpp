// Brings payloads to the JSON Schema engine, which reads the stored bytes of jsonb as they are.
#include "extension/command_center/execute/payload_check.hpp"

#include <algorithm>
#include <string>

#include "extension/command_center/settings.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "extension/core/payload/measure.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void check_size(Datum document, const char* name) {
  const payload::Limits limits = {static_cast<std::uint64_t>(settings().max_payload_bytes),
                                  settings().max_payload_depth};
  switch (payload::measure(view_of(document), limits).verdict) {
    case payload::Verdict::kFits:
      return;
    case payload::Verdict::kTooLarge:
      throw Error(
          sqlstate::kTooLarge,
          std::string(name) + " is larger than " + std::to_string(settings().max_payload_bytes) + " bytes",
          {}, "The size of its text counts; the limit is the setting command_center.max_payload_bytes.");
    case payload::Verdict::kTooDeep:
      throw Error(sqlstate::kTooLarge,
                  std::string(name) + " is nested deeper than " +
                      std::to_string(settings().max_payload_depth) + " levels",
                  {}, "The limit is the setting command_center.max_payload_depth.");
  }
}

std::size_t largest_message(int max_message_bytes_of_topic) noexcept {
  const auto limit = static_cast<std::size_t>(settings().max_message_bytes);
  if (max_message_bytes_of_topic == 0) return limit;
  return std::min(limit, static_cast<std::size_t>(max_message_bytes_of_topic) / 10 * 9);
}

void check_message_size(std::size_t bytes, std::string_view topic, int max_message_bytes_of_topic) {
  const std::size_t limit = largest_message(max_message_bytes_of_topic);
  if (bytes <= limit) return;
  const bool of_topic = limit < static_cast<std::size_t>(settings().max_message_bytes);
  throw Error(sqlstate::kTooLarge,
              "message of " + std::to_string(bytes) + " bytes is above the limit of " + std::to_string(limit),
              {},
              of_topic ? "The limit is nine tenths of max_message_bytes of topic \"" + std::string(topic) +
                             "\" (set_topic)."
                       : "The limit is the setting command_center.max_message_bytes.");
}

void check_payload_of(const char* what, std::string_view name, const json_schema::Program& program,
                      Datum payload) {
  const auto root = view_of(payload);
  if (json_schema::is_valid(program, root, stop_predicate())) return;
  throw Error(sqlstate::kPayloadInvalid,
              std::string("payload of ") + what + " \"" + std::string(name) + "\" fails its schema",
              json_schema::list_errors(program, root, stop_predicate()));
}

void check_payload(std::string_view command_name, const json_schema::Program& program, Datum payload) {
  check_payload_of("command", command_name, program, payload);
}

}  // namespace command_center::extension
