// The availability guard over HTTP, as its requirements have it.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/api/support/answers.hpp"
#include "tests/api/support/api_process.hpp"
#include "tests/api/support/guard.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/servers.hpp"

namespace command_center::api_tests {
namespace {

const std::string kType = "20000000-0000-4000-8000-000000000001";
const std::string kRoom = "10000000-0000-4000-8000-000000000101";
const std::string kNobody = "99999999-9999-4999-8999-999999999999";

class Guard : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>();
    install_guard(*database_);
    api_ = std::make_unique<ApiProcess>(*database_, ApiOptions{{"--auth", "none"}});
  }
  static void TearDownTestSuite() {
    api_.reset();
    database_.reset();
  }

  void SetUp() override {
    client_.query("DELETE FROM availability_guard.inventory_locks");
    client_.query("DELETE FROM availability_guard.type_nights");
  }

  static std::string reservation(int number) {
    return "30000000-0000-4000-8000-00000000000" + std::to_string(number);
  }
  // A stay in the room, `more` being members besides: `,"name": value`.
  static std::string body(int number, const std::string& from, const std::string& until,
                          const std::string& more = "") {
    return R"({"reservationId":")" + reservation(number) + R"(","roomTypeId":")" + kType + R"(","roomId":")" +
           kRoom + R"(","stayStart":")" + from + R"(","stayEnd":")" + until + '"' + more + "}";
  }
  HttpAnswer lock(int number, const std::string& from, const std::string& until, const std::string& more = "",
                  const HttpHeaders& headers = {}) {
    return http_.post("/v1/locks", body(number, from, until, more), headers);
  }
  std::string locked(int number, const std::string& more = "") {
    return member(lock(number, "2027-03-10", "2027-03-12", more), "lockId");
  }
  std::string held() { return client_.value("SELECT count(*) FROM availability_guard.inventory_locks"); }

  static std::unique_ptr<Database> database_;
  static std::unique_ptr<ApiProcess> api_;
  HttpClient http_{api_->http_port(), {"x-tenant-id: " + database_->tenant(), "X-User-Id: u1"}};
  HttpClient nobody_{api_->http_port(), {}};
  Client client_ = database_->connect();
};
std::unique_ptr<Database> Guard::database_;
std::unique_ptr<ApiProcess> Guard::api_;

TEST_F(Guard, ARoomIsHeldAndTheNextIsToldByWhom) {
  const HttpAnswer first = lock(1, "2027-03-10", "2027-03-12");
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(member(first, "status"), "LOCKED");
  EXPECT_EQ(member(first, "version"), "1");
  EXPECT_NE(member(first, "expiresAt"), "");
  const HttpAnswer second = lock(2, "2027-03-11", "2027-03-13");
  EXPECT_EQ(verdict(second), "409 KC007");
  EXPECT_EQ(second.header("content-type"), "application/problem+json");
  EXPECT_EQ(member(second, "status"), "CONFLICT");
  EXPECT_EQ(member(second, "witness/lockId"), member(first, "lockId"));
  EXPECT_EQ(member(second, "witness/reservationId"), reservation(1));
  // The day of departure is free.
  EXPECT_EQ(lock(3, "2027-03-12", "2027-03-13").status, 200);
  EXPECT_EQ(held(), "2");
}

TEST_F(Guard, ANightOfATypeIsTheWitnessWhereNoRoomIsMeant) {
  client_.query("SELECT availability_guard.set_capacity('" + database_->tenant() + "', '" + kType +
                "', '[2027-03-10,2027-03-12)', 1)");
  locked(1);
  const std::string any = R"({"reservationId":")" + reservation(2) + R"(","roomTypeId":")" + kType +
                          R"(","stayStart":"2027-03-11","stayEnd":"2027-03-12"})";
  const HttpAnswer full = http_.post("/v1/locks", any);
  EXPECT_EQ(verdict(full), "409 KC007");
  EXPECT_EQ(member(full, "witness/night"), "2027-03-11");
  const HttpAnswer nights =
      http_.get("/v1/room-types/" + kType + "/availability?from=2027-03-10&until=2027-03-13");
  EXPECT_EQ(items(nights, "held"), (std::vector<std::string>{"1", "1", "0"}));
  EXPECT_EQ(items(nights, "available"), (std::vector<std::string>{"0", "0", ""}));
}

TEST_F(Guard, ACheckHoldsNothing) {
  EXPECT_EQ(member(http_.post("/v1/locks/check", body(1, "2027-03-10", "2027-03-12")), "status"),
            "AVAILABLE");
  EXPECT_EQ(held(), "0");
  locked(1);
  EXPECT_EQ(verdict(http_.post("/v1/locks/check", body(2, "2027-03-10", "2027-03-12"))), "409 KC007");
}

TEST_F(Guard, TheKeyOfALockChangesItAndARetryOfARequestDoesNot) {
  const HttpHeaders first{"Idempotency-Key: one"};
  const std::string key = R"(,"idempotencyKey":"booking")";
  lock(1, "2027-03-10", "2027-03-12", key, first);
  const HttpAnswer changed = lock(1, "2027-03-11", "2027-03-14", key, {"Idempotency-Key: two"});
  EXPECT_EQ(member(changed, "version"), "2");
  const HttpAnswer late = lock(1, "2027-03-10", "2027-03-12", key, first);
  EXPECT_EQ(member(late, "version"), "2");
  // In quotes it is the same key.
  EXPECT_EQ(member(lock(1, "2027-03-10", "2027-03-12", key, {"Idempotency-Key: \"one\""}), "version"), "2");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", key, {"Idempotency-Key: \"one"})), "400");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", key + R"(,"requestId":"other")", first)),
            "422 KC013");
  const HttpAnswer read = http_.get("/v1/locks/" + member(changed, "lockId"));
  EXPECT_EQ(member(read, "stayStart"), "2027-03-11");
  EXPECT_EQ(member(read, "idempotencyKey"), "booking");
}

TEST_F(Guard, ALockIsExtendedConfirmedAndReleased) {
  const std::string path = "/v1/locks/" + locked(1);
  EXPECT_EQ(member(http_.post(path + "/extend", R"({"ttlSeconds":3600,"version":1})"), "version"), "2");
  EXPECT_EQ(verdict(http_.post(path + "/confirm", R"({"version":1})")), "412 KC006");
  const HttpAnswer confirmed = http_.post(path + "/confirm", R"({"version":2})");
  EXPECT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(member(confirmed, "expiresAt"), "");  // null: never
  EXPECT_EQ(verdict(http_.post(path + "/extend", "{}")), "409 KC015");
  EXPECT_EQ(verdict(http_.send("DELETE", path, R"({"reservationId":")" + kNobody + "\"}")), "404 KC002");
  EXPECT_EQ(verdict(http_.send("DELETE", path, R"({"version":1})")), "412 KC006");
  EXPECT_EQ(held(), "1");
  const HttpAnswer released = http_.send(
      "DELETE", path, R"({"reservationId":")" + reservation(1) + R"(","reason":"CANCELLED","version":3})");
  EXPECT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(member(released, "status"), "RELEASED");
  EXPECT_EQ(client_.value("SELECT reason FROM availability_guard.lock_events WHERE kind = 'released' "
                          "ORDER BY event_id DESC LIMIT 1"),
            "CANCELLED");
  EXPECT_EQ(verdict(http_.send("DELETE", path)), "404 KC002");
  EXPECT_EQ(verdict(http_.get(path)), "404 KC002");
}

TEST_F(Guard, ManyLocksAreReleasedAtOnce) {
  const std::string one = locked(1);
  const std::string two = member(lock(2, "2027-04-10", "2027-04-12"), "lockId");
  // As the requirements write it: the tenant in the body.
  const HttpAnswer released =
      nobody_.post("/v1/locks/bulk-release", R"({"tenantId":")" + database_->tenant() + R"(","lockIds":[")" +
                                                 one + R"(",")" + two + R"(",")" + kNobody + "\"]}");
  EXPECT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.body, R"({"status" : "released", "released" : 2})");
  EXPECT_EQ(held(), "0");
}

TEST_F(Guard, ATenantIsNamedOnce) {
  const std::string stay = body(1, "2027-03-10", "2027-03-12");
  EXPECT_EQ(verdict(nobody_.post("/v1/locks", stay)), "400");
  EXPECT_EQ(verdict(nobody_.post("/v1/locks", body(1, "2027-03-10", "2027-03-12", R"(,"tenantId":null)"))),
            "400");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", R"(,"tenantId":")" + kNobody + "\"")), "400");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", R"(,"tenantId":")" + database_->tenant() + "\"")),
            "200");
}

TEST_F(Guard, WhatIsNoStayIsRefusedWhereItStands) {
  const HttpAnswer empty = http_.post("/v1/locks", "{}");
  EXPECT_EQ(verdict(empty), "422 KC013");
  EXPECT_EQ(member(empty, "errors/0/location"), "/reservationId");
  EXPECT_EQ(verdict(lock(1, "2027-03-12", "2027-03-12")), "400 22023");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "soon")), "400 22023");
  EXPECT_EQ(verdict(lock(1, "2027-03-10T10:00:00Z", "2027-03-12T10:00:00Z")), "404 KC002");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", R"(,"ttlSeconds":0)")), "422 KC013");
  EXPECT_EQ(verdict(lock(1, "2027-03-10", "2027-03-12", R"(,"hold":"forever")")), "422 KC013");
}

// The extension may not be there.
TEST_F(Guard, WithoutTheExtensionItIsNotAvailable) {
  const Database bare;
  ApiProcess api(bare, ApiOptions{{"--auth", "none"}});
  HttpClient http(api.http_port(), {"x-tenant-id: " + bare.tenant()});
  EXPECT_EQ(http.post("/v1/locks", body(1, "2027-03-10", "2027-03-12")).status, 503);
  EXPECT_EQ(http.post("/v1/commands/order.place/execute", R"({"number":1})").status, 202);
}

}  // namespace
}  // namespace command_center::api_tests
