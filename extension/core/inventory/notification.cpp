// Texts that people wrote stay as they are but for what would be more than one line.
#include "extension/core/inventory/notification.hpp"

#include <algorithm>

namespace command_center::inventory {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::string_view kSlackPrefix = "slack:";
constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kFewestDigits = 8;
constexpr std::size_t kMostDigits = 15;

char in_lower_case(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

bool is_same(std::string_view one, std::string_view other) noexcept {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return in_lower_case(a) == in_lower_case(b); });
}

bool is_control(char character) noexcept {
  return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
}

std::string_view without_blanks(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_number(std::string_view text) noexcept {
  if (text.empty() || text.front() != '+') return false;
  text.remove_prefix(1);
  return text.size() >= kFewestDigits && text.size() <= kMostDigits && text.front() != '0' &&
         text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_for_slack(std::string_view text) noexcept {
  if (is_same(text.substr(0, kSlackPrefix.size()), kSlackPrefix)) return text.size() > kSlackPrefix.size();
  return text.size() > 1 && (text.front() == '#' || text.front() == '@');
}

bool is_address(std::string_view text) noexcept {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.back() != '@' && text.front() != '#' &&
         !is_same(text.substr(0, kSlackPrefix.size()), kSlackPrefix);
}

std::string in_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), is_control, ' ');
  return line;
}

std::string_view known_name(const ManualRelease& release) noexcept {
  return release.actor_name.empty() ? release.actor_id : release.actor_name;
}

void append_line(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  out.append(label).append(": ").append(in_one_line(text)).append("\n");
}

}  // namespace

std::string_view name_of(Channel channel) noexcept {
  switch (channel) {
    case Channel::kEmail:
      return "email";
    case Channel::kSms:
      return "sms";
    case Channel::kSlack:
      break;
  }
  return "slack";
}

std::optional<Channel> channel_of(std::string_view recipient) noexcept {
  const std::string_view text = without_blanks(recipient);
  if (std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
  if (is_for_slack(text)) return Channel::kSlack;
  if (is_address(text)) return Channel::kEmail;
  if (is_number(text)) return Channel::kSms;
  return std::nullopt;
}

void Recipients::add(std::string_view recipient) {
  const std::string_view text = without_blanks(recipient);
  if (text.empty()) return;
  const std::optional<Channel> channel = channel_of(text);
  std::vector<std::string>& others = channel ? of_[static_cast<std::size_t>(*channel)] : nobodys_;
  const bool is_there = std::any_of(others.begin(), others.end(),
                                    [text](const std::string& other) { return is_same(other, text); });
  if (!is_there) others.emplace_back(text);
}

std::string subject_of(const ManualRelease& release) {
  return in_one_line("Room lock released by " + std::string(known_name(release)) + ": " +
                     std::string(release.stay_start) + " to " + std::string(release.stay_end));
}

std::string body_of(const ManualRelease& release) {
  std::string body = in_one_line(known_name(release)) + " released a room lock by hand.\n\n";
  append_line(body, "Reason", release.reason);
  append_line(body, "Stay", std::string(release.stay_start) + " to " + std::string(release.stay_end));
  append_line(body, "Room", release.room_id.empty() ? "any of its type" : release.room_id);
  append_line(body, "Room type", release.room_type_id);
  append_line(body, "Property", release.property_id);
  append_line(body, "Reservation", release.reservation_id);
  append_line(body, "Lock", release.lock_id);
  append_line(body, "Tenant", release.tenant_id);
  append_line(body, "Released by", release.actor_id);
  append_line(body, "Mail", release.actor_email);
  append_line(body, "Released at", release.released_at);
  return body;
}

}  // namespace command_center::inventory
