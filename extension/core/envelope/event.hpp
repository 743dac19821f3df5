// The bytes of a message that a service publishes on its own: its event's envelope and headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace command_center::envelope {

struct EventHeader {
  std::string_view name;
  std::string_view value;
};

// What an event is, as text that is ready to be written. Views must outlive the calls below.
struct EventFacts {
  std::string_view event_type;
  std::string_view message_id;
  std::string_view tenant_id;
  std::string_view environment;
  std::string_view issued_at;      // RFC 3339
  std::string_view partition_key;  // the Kafka key
  std::string_view payload_json;   // data() is null for a tombstone
  std::string_view correlation_id;
  int version = 1;  // of the event's schema
};

// Throws 22023 for more than 32 headers, for a name that is not 1 to 100 letters, digits, dots, underscores
// or hyphens, for one that only the Command Center sets (ce_…, x-command-…, x-tenant-id, content-type, in any
// case), and for a value above 4096 bytes.
void check_event_headers(const std::vector<EventHeader>& headers);

// The value of the header x-correlation-id, in any case of letters; data() is null where there is none.
[[nodiscard]] std::string_view correlation_in(const std::vector<EventHeader>& headers);

// Appends {"metadata": {"id", "eventType", "version", "source", "issuedAt", "timestamp", "tenantId",
// "correlationId"}, "payload": …}. "timestamp" is "issuedAt" under the name that others give it.
void append_event_envelope(std::string& out, const EventFacts& event);

// Appends the headers as a JSON object of texts: x-tenant-id, x-correlation-id, those of CloudEvents in
// binary mode, then the service's own.
void append_event_headers(std::string& out, const EventFacts& event, const std::vector<EventHeader>& headers);

}  // namespace command_center::envelope
