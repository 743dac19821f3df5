// The bytes of one message to Kafka: the envelope and the headers of a command for one target.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::envelope {

// What a command is, as text that is ready to be written. Views must outlive the calls below.
struct CommandFacts {
  std::string_view command_name;
  int template_version = 1;
  std::string_view command_id;
  std::string_view tenant_id;
  std::string_view correlation_id;
  std::string_view mode;
  std::string_view environment;
  std::string_view issued_at;       // RFC 3339
  std::string_view partition_key;   // the Kafka key
  std::string_view route_id;        // empty: the template's default target was taken
  std::string_view traceparent;     // empty: none
  std::string_view tracestate;      // empty: none; never without a traceparent
  std::string_view initiator_json;  // empty: none
  std::string_view payload_json;
};

// One message: its id, and to whom among all targets of the command.
struct Addressing {
  std::string_view message_id;
  std::string_view target;
  const std::vector<std::string_view>* all_targets = nullptr;
};

// Appends the envelope: {"metadata": {…}, "payload": …}. `alternateTargets` are the other services that get
// this command.
void append_envelope(std::string& out, const CommandFacts& command, const Addressing& addressing);

// Appends the headers as a JSON object of texts: ours (x-command-…) and those of CloudEvents in binary mode.
void append_headers(std::string& out, const CommandFacts& command, const Addressing& addressing);

}  // namespace command_center::envelope
