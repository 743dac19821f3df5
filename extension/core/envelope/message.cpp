// Writes envelopes and headers.
#include "extension/core/envelope/message.hpp"

#include "extension/core/json/text_writer.hpp"

namespace command_center::envelope {
namespace {

void write_routing(json::TextWriter& writer, const CommandFacts& command, const Addressing& addressing) {
  writer.key("routing");
  writer.begin_object();
  writer.member("targetService", addressing.target);
  writer.key("alternateTargets");
  writer.begin_array();
  for (const std::string_view target : *addressing.all_targets) {
    if (target != addressing.target) writer.text(target);
  }
  writer.end_array();
  if (!command.route_id.empty()) writer.member("policyId", command.route_id);
  writer.end_object();
}

}  // namespace

void append_envelope(std::string& out, const CommandFacts& command, const Addressing& addressing) {
  json::TextWriter writer(out);
  writer.begin_object();
  writer.key("metadata");
  writer.begin_object();
  writer.member("id", command.command_id);
  writer.member("commandName", command.command_name);
  writer.member("version", std::to_string(command.template_version) + ".0");
  writer.member("issuedAt", command.issued_at);
  writer.member("tenantId", command.tenant_id);
  if (!command.initiator_json.empty()) {
    writer.key("initiator");
    writer.raw(command.initiator_json);
  }
  write_routing(writer, command, addressing);
  writer.member("correlationId", command.correlation_id);
  writer.member("mode", command.mode);
  writer.end_object();
  writer.key("payload");
  writer.raw(command.payload_json);
  writer.end_object();
}

void append_headers(std::string& out, const CommandFacts& command, const Addressing& addressing) {
  json::TextWriter writer(out);
  writer.begin_object();
  writer.member("x-command-target", addressing.target);
  writer.member("x-command-name", command.command_name);
  writer.member("x-command-id", command.command_id);
  writer.member("x-command-mode", command.mode);
  writer.member("x-tenant-id", command.tenant_id);
  writer.member("x-correlation-id", command.correlation_id);
  if (!command.traceparent.empty()) writer.member("traceparent", command.traceparent);
  if (!command.tracestate.empty()) writer.member("tracestate", command.tracestate);
  writer.member("ce_specversion", "1.0");
  writer.member("ce_id", addressing.message_id);
  writer.member("ce_type", command.command_name);
  writer.member("ce_source", "/command-center/" + std::string(command.environment));
  writer.member("ce_time", command.issued_at);
  writer.member("ce_subject", command.partition_key);
  writer.member("content-type", "application/json");
  writer.end_object();
}

}  // namespace command_center::envelope
