// Checks and writes events.
#include "extension/core/envelope/event.hpp"

#include <algorithm>

#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::envelope {
namespace {

constexpr std::size_t kMaxHeaders = 32;
constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxValue = 4096;
constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
constexpr std::string_view kCorrelation = "x-correlation-id";
constexpr std::string_view kReservedPrefixes[] = {"ce_", "ce-", "x-command-"};
constexpr std::string_view kReservedNames[] = {"x-tenant-id", "content-type"};

bool is_name(std::string_view text, std::size_t limit) {
  return !text.empty() && text.size() <= limit &&
         text.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A')) : character;
  });
  return lower;
}

bool is_reserved(std::string_view name) {
  const std::string lower = in_lower_case(name);
  return std::any_of(std::begin(kReservedPrefixes), std::end(kReservedPrefixes),
                     [&](std::string_view prefix) { return starts_with(lower, prefix); }) ||
         std::find(std::begin(kReservedNames), std::end(kReservedNames), lower) != std::end(kReservedNames);
}

bool is_correlation(const EventHeader& header) {
  return in_lower_case(header.name) == kCorrelation;
}

std::string source_of(const EventFacts& event) {
  return "/command-center/" + std::string(event.environment);
}

std::string version_of(const EventFacts& event) {
  return std::to_string(event.version) + ".0";
}

[[noreturn]] void refuse(std::string message, std::string hint = {}) {
  throw Error(sqlstate::kInvalidParameter, std::move(message), {}, std::move(hint));
}

}  // namespace

void check_event_headers(const std::vector<EventHeader>& headers) {
  if (headers.size() > kMaxHeaders) refuse("an event must have at most 32 headers of its own");
  for (const EventHeader& header : headers) {
    if (!is_name(header.name, kMaxName)) {
      refuse("name of a header must be 1 to 100 letters, digits, dots, underscores or hyphens");
    }
    if (is_reserved(header.name)) {
      refuse("header \"" + std::string(header.name) + "\" is set by the Command Center",
             "ce_…, x-command-…, x-tenant-id and content-type are not for the caller.");
    }
    if (header.value.size() > kMaxValue) {
      refuse("value of header \"" + std::string(header.name) + "\" must have at most 4096 bytes");
    }
  }
}

std::string_view correlation_in(const std::vector<EventHeader>& headers) {
  const auto found = std::find_if(headers.begin(), headers.end(), is_correlation);
  return found == headers.end() ? std::string_view() : found->value;
}

void append_event_envelope(std::string& out, const EventFacts& event) {
  json::TextWriter writer(out);
  writer.begin_object();
  writer.key("metadata");
  writer.begin_object();
  writer.member("id", event.message_id);
  writer.member("eventType", event.event_type);
  writer.member("version", version_of(event));
  writer.member("source", source_of(event));
  writer.member("issuedAt", event.issued_at);
  writer.member("timestamp", event.issued_at);
  writer.member("tenantId", event.tenant_id);
  writer.member("correlationId", event.correlation_id);
  writer.end_object();
  writer.key("payload");
  writer.raw(event.payload_json);
  writer.end_object();
}

void append_event_headers(std::string& out, const EventFacts& event,
                          const std::vector<EventHeader>& headers) {
  json::TextWriter writer(out);
  writer.begin_object();
  writer.member("x-tenant-id", event.tenant_id);
  writer.member(kCorrelation, event.correlation_id);
  writer.member("ce_specversion", "1.0");
  writer.member("ce_id", event.message_id);
  writer.member("ce_type", event.event_type);
  writer.member("ce_eventversion", version_of(event));
  writer.member("ce_source", source_of(event));
  writer.member("ce_time", event.issued_at);
  writer.member("ce_subject", event.partition_key);
  if (event.payload_json.data() != nullptr) writer.member("content-type", "application/json");
  for (const EventHeader& header : headers) {
    if (!is_correlation(header)) writer.member(header.name, header.value);
  }
  writer.end_object();
}

}  // namespace command_center::envelope
