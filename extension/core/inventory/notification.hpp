// Whom a notification of a manual release goes to, and what it tells them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::inventory {

enum class Channel : std::uint8_t { kEmail, kSms, kSlack };
inline constexpr std::array<Channel, 3> kChannels{Channel::kEmail, Channel::kSms, Channel::kSlack};

// email, sms, slack
[[nodiscard]] std::string_view name_of(Channel channel) noexcept;

// What begins with "slack:", "#" or "@" is for Slack; what holds "@" anywhere else is an address for mail; a
// plus and 8 to 15 digits, the first not 0, is a number for SMS. Nothing: it is nobody's, as is what has
// control characters, which would add lines to the head of a mail.
[[nodiscard]] std::optional<Channel> channel_of(std::string_view recipient) noexcept;

// Recipients by channel, each once, compared without blanks around them and without regard to case. The first
// spelling stays.
class Recipients {
 public:
  void add(std::string_view recipient);

  [[nodiscard]] const std::vector<std::string>& of(Channel channel) const noexcept {
    return of_[static_cast<std::size_t>(channel)];
  }
  // Those that no channel is for.
  [[nodiscard]] const std::vector<std::string>& nobodys() const noexcept { return nobodys_; }

 private:
  std::array<std::vector<std::string>, kChannels.size()> of_;
  std::vector<std::string> nobodys_;
};

// As the event has it; what is not known is empty.
struct ManualRelease {
  std::string_view tenant_id;
  std::string_view lock_id;
  std::string_view reservation_id;
  std::string_view room_type_id;
  std::string_view room_id;
  std::string_view property_id;
  std::string_view stay_start;
  std::string_view stay_end;
  std::string_view reason;
  std::string_view actor_id;
  std::string_view actor_name;
  std::string_view actor_email;
  std::string_view released_at;
};

// One line, whatever it is made of.
[[nodiscard]] std::string subject_of(const ManualRelease& release);

// A sentence, and a line for each thing that is known.
[[nodiscard]] std::string body_of(const ManualRelease& release);

}  // namespace command_center::inventory
