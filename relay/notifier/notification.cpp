// Members that nobody knows are passed over.
#include "relay/notifier/notification.hpp"

#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/core/json/rapidjson.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::relay::notifier {
namespace {

using inventory::Channel;
using Json = rapidjson::Value;

constexpr std::string_view kType = "availability-guard.manual_release";
constexpr unsigned kUuidV7 = 7;
constexpr std::int64_t kMostAheadMs = 600'000;  // clocks differ
constexpr unsigned kMostRecipients = 100;       // as the event's schema says

const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->IsObject()) return nullptr;
  const auto found = object->FindMember(name);
  return found == object->MemberEnd() ? nullptr : &found->value;
}

std::string_view text(const Json* object, const char* name) {
  const Json* const value = member(object, name);
  if (value == nullptr || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

inventory::ManualRelease release_of(const Json* payload) {
  const Json* const actor = member(payload, "actor");
  inventory::ManualRelease release;
  release.tenant_id = text(payload, "tenantId");
  release.lock_id = text(payload, "lockId");
  release.reservation_id = text(payload, "reservationId");
  release.room_type_id = text(payload, "roomTypeId");
  release.room_id = text(payload, "roomId");
  release.property_id = text(payload, "propertyId");
  release.stay_start = text(payload, "stayStart");
  release.stay_end = text(payload, "stayEnd");
  release.reason = text(payload, "reason");
  release.actor_id = text(actor, "id");
  release.actor_name = text(actor, "name");
  release.actor_email = text(actor, "email");
  release.released_at = text(payload, "releasedAt");
  return release;
}

// The first member that must be there and is not.
const char* missing_of(const inventory::ManualRelease& release) {
  if (release.lock_id.empty()) return "lockId";
  if (release.stay_start.empty()) return "stayStart";
  if (release.stay_end.empty()) return "stayEnd";
  if (release.reason.empty()) return "reason";
  if (release.actor_id.empty()) return "actor.id";
  if (release.released_at.empty()) return "releasedAt";
  return nullptr;
}

std::string metadata_of(const inventory::ManualRelease& release, const Json* payload,
                        std::string_view correlation_id) {
  std::string out;
  json::TextWriter writer(out);
  const auto known = [&writer](std::string_view name, std::string_view value) {
    if (!value.empty()) writer.member(name, value);
  };
  writer.begin_object();
  known("tenantId", release.tenant_id);
  known("lockId", release.lock_id);
  if (const Json* const version = member(payload, "version"); version != nullptr && version->IsInt64()) {
    writer.key("version");
    writer.number(version->GetInt64());
  }
  known("reservationId", release.reservation_id);
  known("roomTypeId", release.room_type_id);
  known("roomId", release.room_id);
  known("propertyId", release.property_id);
  known("stayStart", release.stay_start);
  known("stayEnd", release.stay_end);
  known("reason", release.reason);
  writer.key("actor");
  writer.begin_object();
  known("id", release.actor_id);
  known("name", release.actor_name);
  known("email", release.actor_email);
  writer.end_object();
  known("releasedAt", release.released_at);
  known("correlationId", correlation_id);
  writer.end_object();
  return out;
}

// What Slack would take for a mention or a link is text.
std::string as_slack_text(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += character;
    }
  }
  return out;
}

Reading refuse(std::string mistake) {
  return {std::nullopt, std::move(mistake)};
}

}  // namespace

std::string Notification::webhook_id(Channel channel) const {
  return identifiers::to_text(event_id) + "_" + std::string(inventory::name_of(channel));
}

std::size_t Notification::bytes() const noexcept {
  constexpr std::size_t kOverhead = 1'000;
  std::size_t size = kOverhead + subject.size() + body.size() + metadata.size();
  for (const Channel channel : inventory::kChannels) {
    for (const std::string& recipient : recipients.of(channel)) size += recipient.size();
  }
  return size;
}

std::string Notification::request(Channel channel) const {
  std::string out;
  json::TextWriter writer(out);
  writer.begin_object();
  writer.member("type", kType);
  writer.member("id", identifiers::to_text(event_id));
  writer.key("recipients");
  writer.begin_array();
  for (const std::string& recipient : recipients.of(channel)) writer.text(recipient);
  writer.end_array();
  writer.member("subject", subject);
  writer.member("body", body);
  // What Slack's own webhooks read.
  if (channel == Channel::kSlack) writer.member("text", as_slack_text(subject + "\n" + body));
  writer.key("metadata");
  writer.raw(metadata);
  writer.end_object();
  return out;
}

Reading read_notification(std::string_view event_id, std::string_view text_of_event,
                          const std::vector<std::string>& more, std::int64_t now_ms) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      text_of_event.data(), text_of_event.size());
  if (document.HasParseError() || !document.IsObject()) return refuse("it is no JSON object");
  const Json* const metadata = member(&document, "metadata");
  const Json* const payload = member(&document, "payload");
  if (payload == nullptr || !payload->IsObject()) return refuse("it has no payload");
  if (const std::string_view type = text(metadata, "eventType"); !type.empty() && type != kType)
    return refuse("it is an event of another type");
  const auto id = identifiers::parse_uuid(event_id.empty() ? text(metadata, "id") : event_id);
  if (!id || (unsigned{id->bytes[6]} >> 4U) != kUuidV7) return refuse("its id is no UUIDv7");
  // Deliveries are kept by the day of the id, and nobody makes days for what is far ahead.
  if (identifiers::unix_milliseconds(*id) > now_ms + kMostAheadMs) return refuse("its id is of the future");
  const inventory::ManualRelease release = release_of(payload);
  const auto tenant_id = identifiers::parse_uuid(release.tenant_id);
  if (!tenant_id) return refuse("tenantId is no UUID");
  if (const char* missing = missing_of(release)) return refuse(std::string(missing) + " is missing");
  const Json* const recipients = member(payload, "recipients");
  if (recipients == nullptr || !recipients->IsArray()) return refuse("recipients is no array");
  if (recipients->Size() > kMostRecipients) return refuse("it has too many recipients");
  Notification found;
  for (const Json& recipient : recipients->GetArray()) {
    if (!recipient.IsString()) return refuse("a recipient is no text");
    found.recipients.add({recipient.GetString(), recipient.GetStringLength()});
  }
  for (const std::string& recipient : more) found.recipients.add(recipient);
  found.event_id = *id;
  found.tenant_id = *tenant_id;
  found.published_ms = identifiers::unix_milliseconds(*id);
  found.subject = inventory::subject_of(release);
  found.body = inventory::body_of(release);
  found.metadata = metadata_of(release, payload, text(metadata, "correlationId"));
  return {std::move(found), {}};
}

}  // namespace command_center::relay::notifier
