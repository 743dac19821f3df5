// What is wrong with a command in a batch of JSON is told with its place, and the name that was meant.
#include "extension/core/request/members.hpp"

#include <gtest/gtest.h>

#include <string>

#include "extension/core/identifiers/uuid.hpp"

namespace command_center::request {
namespace {

TEST(RequestMembers, AreFoundByTheirExactName) {
  EXPECT_EQ(find_member("commandName"), 0U);
  EXPECT_EQ(find_member("traceparent"), 8U);
  for (const char* name : {"", "CommandName", "command_name", "commandName "}) {
    EXPECT_FALSE(find_member(name)) << name;
  }
}

TEST(RequestMembers, AreGuessedFromOtherSpellings) {
  EXPECT_EQ(member_meant_by("idempotency_key"), "idempotencyKey");
  EXPECT_EQ(member_meant_by("Idempotency-Key"), "idempotencyKey");
  EXPECT_EQ(member_meant_by("idempotencykey"), "idempotencyKey");
  EXPECT_EQ(member_meant_by("idempotncyKey"), "idempotencyKey");
  EXPECT_EQ(member_meant_by("idempotencyKye"), "idempotencyKey");
  EXPECT_EQ(member_meant_by("TENANT_ID"), "tenantId");
  EXPECT_EQ(member_meant_by("tenatnId"), "tenantId");
  EXPECT_EQ(member_meant_by("traceParent"), "traceparent");
  EXPECT_EQ(member_meant_by("enviroment"), "environment");
  for (const char* name : {"", "x", "notBefore", "id", "\xc3\xa4", "key"})
    EXPECT_EQ(member_meant_by(name), "") << name;
  EXPECT_EQ(member_meant_by(std::string(1'000'000, 'p')), "");
}

TEST(RequestMembers, RefusalTellsEveryPlaceAndTheFirstMistake) {
  const Mistake mistakes[] = {
      {"idempotency_key", kUnknown}, {"a/b~c", kUnknown}, {"tenantId", "must be a UUID"}};
  const Error error = refusal_of(2, mistakes, 3);
  EXPECT_EQ(error.sqlstate(), "KC013");
  EXPECT_EQ(error.message(), "member \"idempotency_key\" of the command is unknown");
  EXPECT_EQ(error.hint(), "It is called \"idempotencyKey\".");
  EXPECT_EQ(
      error.detail(),
      R"([{"location":"/2/idempotency_key","error":"is unknown"},)"
      R"({"location":"/2/a~1b~0c","error":"is unknown"},{"location":"/2/tenantId","error":"must be a UUID"}])");
}

TEST(RequestMembers, RefusalOfAWholeCommandHasItsPlace) {
  const Mistake mistake = {{}, "must be a JSON object"};
  const Error error = refusal_of(0, &mistake, 1);
  EXPECT_EQ(error.message(), "command must be a JSON object");
  EXPECT_EQ(error.detail(), R"([{"location":"/0","error":"must be a JSON object"}])");
  EXPECT_EQ(error.hint(), "");
}

TEST(RequestMembers, LongNamesAreCutBetweenCharacters) {
  std::string name = std::string(99, 'a') + "\xc3\xa4" + std::string(100'000, 'b');
  const Mistake mistake = {name, kUnknown};
  const Error error = refusal_of(0, &mistake, 1);
  EXPECT_EQ(error.message(), "member \"" + std::string(99, 'a') + "...\" of the command is unknown");
  EXPECT_LT(error.detail().size(), 200U);
}

TEST(Uuid, IsReadInTheFormsTheServerReads) {
  const std::string canonical = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  for (const char* text : {
           "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
           "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
           "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
           "a0eebc999c0b4ef8bb6d6bb9bd380a11",
           "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
           "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
       }) {
    const auto uuid = identifiers::parse_uuid(text);
    ASSERT_TRUE(uuid) << text;
    EXPECT_EQ(to_text(*uuid), canonical) << text;
  }
  for (const char* text : {
           "",
           "{}",
           "{",
           "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
           "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
           "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-",
           "a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11",
           "a0e-ebc999c0b4ef8bb6d6bb9bd380a11",
           "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
           " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
           "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
       }) {
    EXPECT_FALSE(identifiers::parse_uuid(text)) << text;
  }
}

}  // namespace
}  // namespace command_center::request
