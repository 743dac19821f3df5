// Everybody is told once, on the channel that is theirs, and nobody can smuggle more into a message than its
// text.
#include "extension/core/inventory/notification.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace command_center::inventory {
namespace {

using Texts = std::vector<std::string>;

TEST(Notification, RecipientsAreClassedByWhatTheyLookLike) {
  for (const char* mail : {"gm@hotel.example", "a@b", "first+tag@hotel.example", " gm@hotel.example "})
    EXPECT_EQ(channel_of(mail), Channel::kEmail) << mail;
  for (const char* number : {"+14155550123", "+12345678", "+123456789012345"})
    EXPECT_EQ(channel_of(number), Channel::kSms) << number;
  for (const char* slack : {"slack:ops", "SLACK:ops", "slack:gm@hotel.example", "#front-desk", "@alex",
                            "@alex@hotel.example", "#a@b"})
    EXPECT_EQ(channel_of(slack), Channel::kSlack) << slack;
  for (const char* nobodys : {"", " ", "alex", "@", "#", "slack:", "gm@", "14155550123", "+0415555012",
                              "+1234567", "+1234567890123456", "+1415555O123", "+1 415 555 0123",
                              "gm@hotel.example\r\nBcc: x@y", "+14155550123\n+1"})
    EXPECT_EQ(channel_of(nobodys), std::nullopt) << nobodys;
  EXPECT_EQ(channel_of(std::string_view("a@b\0c", 5)), std::nullopt);
}

TEST(Notification, EachRecipientIsToldOnce) {
  Recipients recipients;
  for (const char* one : {"GM@hotel.example", "gm@Hotel.example", " gm@hotel.example", "+14155550123", "#ops",
                          "+14155550123", "#OPS", "nobody", "Nobody", "", " ", "rev@hotel.example"})
    recipients.add(one);
  EXPECT_EQ(recipients.of(Channel::kEmail), (Texts{"GM@hotel.example", "rev@hotel.example"}));
  EXPECT_EQ(recipients.of(Channel::kSms), Texts{"+14155550123"});
  EXPECT_EQ(recipients.of(Channel::kSlack), Texts{"#ops"});
  EXPECT_EQ(recipients.nobodys(), Texts{"nobody"});
}

TEST(Notification, TellsWhatIsKnown) {
  ManualRelease release;
  release.tenant_id = "t";
  release.lock_id = "l";
  release.reservation_id = "r";
  release.room_type_id = "rt";
  release.stay_start = "2027-03-10";
  release.stay_end = "2027-03-12";
  release.reason = "moved\r\nBcc: x@y";
  release.actor_id = "ops.user.42";
  release.released_at = "2027-03-09T22:15:00Z";
  EXPECT_EQ(subject_of(release), "Room lock released by ops.user.42: 2027-03-10 to 2027-03-12");
  EXPECT_EQ(body_of(release),
            "ops.user.42 released a room lock by hand.\n\nReason: moved  Bcc: x@y\n"
            "Stay: 2027-03-10 to 2027-03-12\nRoom: any of its type\nRoom type: rt\nReservation: r\nLock: l\n"
            "Tenant: t\nReleased by: ops.user.42\nReleased at: 2027-03-09T22:15:00Z\n");
  release.room_id = "101";
  release.property_id = "p";
  release.actor_name = "Alex\nNight Audit";
  release.actor_email = "alex@hotel.example";
  EXPECT_EQ(subject_of(release), "Room lock released by Alex Night Audit: 2027-03-10 to 2027-03-12");
  EXPECT_EQ(body_of(release),
            "Alex Night Audit released a room lock by hand.\n\nReason: moved  Bcc: x@y\n"
            "Stay: 2027-03-10 to 2027-03-12\nRoom: 101\nRoom type: rt\nProperty: p\nReservation: r\nLock: l\n"
            "Tenant: t\nReleased by: ops.user.42\nMail: alex@hotel.example\n"
            "Released at: 2027-03-09T22:15:00Z\n");
}

}  // namespace
}  // namespace command_center::inventory
