// Brings payloads to the JSON Schema engine, which reads the stored bytes of jsonb as they are.
#include "extension/command_center/execute/payload_check.hpp"

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

void check_message_size(std::size_t bytes) {
  const auto limit = static_cast<std::size_t>(settings().max_message_bytes);
  if (bytes <= limit) return;
  throw Error(sqlstate::kTooLarge,
              "message of " + std::to_string(bytes) + " bytes is above the limit of " + std::to_string(limit),
              {}, "The limit is the setting command_center.max_message_bytes.");
}

void check_payload(std::string_view command_name, const json_schema::Program& program, Datum payload) {
  const auto root = view_of(payload);
  if (json_schema::is_valid(program, root, stop_predicate())) return;
  throw Error(sqlstate::kPayloadInvalid,
              "payload of command \"" + std::string(command_name) + "\" fails its schema",
              json_schema::list_errors(program, root, stop_predicate()));
}

}  // namespace command_center::extension
