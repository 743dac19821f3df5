// What the events of a lock say.
#include "extension/core/inventory/lock_event.hpp"

#include <string>

#include <gtest/gtest.h>

namespace command_center::inventory {
namespace {

LockFacts some_lock() {
  LockFacts lock = {};
  lock.tenant_id = "t";
  lock.lock_id = "l";
  lock.version = 2;
  lock.reservation_id = "r";
  lock.line = "";
  lock.room_type_id = "y";
  lock.stay_start = "2027-03-10";
  lock.stay_end = "2027-03-12";
  lock.hold = "counting";
  lock.at = "2027-03-01T00:00:00.000000Z";
  return lock;
}

std::string event_of(Happening happening, const LockFacts& lock) {
  std::string out;
  append_lock_event(out, happening, lock);
  return out;
}

TEST(LockEvent, SaysWhatStandsSinceAChangeAndLeavesOutWhatThereIsNot) {
  EXPECT_EQ(event_of(Happening::kChanged, some_lock()),
            R"({"tenantId":"t","lockId":"l","version":2,"change":"changed","reservationId":"r","line":"",)"
            R"("roomTypeId":"y","stayStart":"2027-03-10","stayEnd":"2027-03-12","hold":"counting",)"
            R"("expiresAt":null})");
}

TEST(LockEvent, SaysAllThatIsKnownOfALock) {
  LockFacts lock = some_lock();
  lock.room_id = "m";
  lock.property_id = "p";
  lock.expires_at = "2027-03-01T02:00:00.000000Z";
  lock.reason = "a \"reason\"";
  lock.key = "k";
  lock.initiator_json = R"({"userId": "u"})";
  EXPECT_EQ(event_of(Happening::kLocked, lock),
            R"({"tenantId":"t","lockId":"l","version":2,"change":"locked","reservationId":"r","line":"",)"
            R"("roomTypeId":"y","roomId":"m","propertyId":"p","stayStart":"2027-03-10",)"
            R"("stayEnd":"2027-03-12","hold":"counting","expiresAt":"2027-03-01T02:00:00.000000Z",)"
            R"("reason":"a \"reason\"","idempotencyKey":"k","actor":{"userId": "u"}})");
}

TEST(LockEvent, SaysWhenAndWhyALockEnded) {
  LockFacts lock = some_lock();
  const std::string unsaid = event_of(Happening::kReleased, lock);
  EXPECT_NE(unsaid.find(R"("releasedAt":"2027-03-01T00:00:00.000000Z","releaseReason":null})"),
            std::string::npos);
  lock.reason = "CANCELLED";
  EXPECT_NE(event_of(Happening::kReleased, lock).find(R"("releaseReason":"CANCELLED")"), std::string::npos);
  EXPECT_EQ(event_of(Happening::kReleased, lock).find(R"("reason")"), std::string::npos);
  EXPECT_NE(event_of(Happening::kExpired, lock).find(R"("releaseReason":"EXPIRED")"), std::string::npos);
  EXPECT_NE(event_of(Happening::kReleaseRequested, lock).find(R"("requestedAt":)"), std::string::npos);
}

TEST(LockEvent, IsOfOneTypeForEachKindOfConsumer) {
  EXPECT_EQ(event_type_of(Happening::kConfirmed), "inventory.locked");
  EXPECT_EQ(event_type_of(Happening::kExpired), "inventory.released");
  EXPECT_EQ(event_type_of(Happening::kReleaseRequested), "inventory.release_requested");
  EXPECT_TRUE(event_type_of(Happening::kRepeated).empty());
}

}  // namespace
}  // namespace command_center::inventory
