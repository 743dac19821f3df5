// Envelopes and headers hold what the requirements name, and escape what JSON must escape.
#include "extension/core/envelope/message.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace command_center::envelope {
namespace {

CommandFacts facts() {
  CommandFacts made;
  made.command_name = "guest.register";
  made.template_version = 3;
  made.command_id = "id-1";
  made.tenant_id = "tenant-1";
  made.correlation_id = "a\"b\\c";
  made.mode = "execute";
  made.environment = "production";
  made.issued_at = "2025-12-19T08:00:00.000000Z";
  made.partition_key = "key\n1";
  made.payload_json = R"({"a": [1, 2.50]})";
  return made;
}

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

TEST(Envelope, HoldsMetadataAndThePayloadAsItWas) {
  std::string text;
  const std::vector<std::string_view> targets = {"guests-service", "audit"};
  append_envelope(text, facts(), {"message-1", "audit", &targets});
  const auto envelope = parsed(text);
  const auto& metadata = envelope["metadata"];
  EXPECT_STREQ(metadata["id"].GetString(), "id-1");
  EXPECT_STREQ(metadata["version"].GetString(), "3.0");
  EXPECT_STREQ(metadata["correlationId"].GetString(), "a\"b\\c");
  EXPECT_STREQ(metadata["routing"]["targetService"].GetString(), "audit");
  ASSERT_EQ(metadata["routing"]["alternateTargets"].Size(), 1U);
  EXPECT_STREQ(metadata["routing"]["alternateTargets"][0].GetString(), "guests-service");
  EXPECT_FALSE(metadata["routing"].HasMember("policyId"));
  EXPECT_FALSE(metadata.HasMember("initiator"));
  EXPECT_NE(text.find(R"("payload":{"a": [1, 2.50]}})"), std::string::npos);
}

TEST(Envelope, NamesInitiatorAndPolicyWhereThereAreSome) {
  CommandFacts command = facts();
  command.initiator_json = R"({"role": "ADMIN"})";
  command.route_id = "route-123";
  const std::vector<std::string_view> targets = {"guests-service"};
  std::string text;
  append_envelope(text, command, {"message-1", "guests-service", &targets});
  const auto envelope = parsed(text);
  EXPECT_STREQ(envelope["metadata"]["initiator"]["role"].GetString(), "ADMIN");
  EXPECT_STREQ(envelope["metadata"]["routing"]["policyId"].GetString(), "route-123");
}

TEST(Headers, AreOursAndThoseOfCloudEvents) {
  CommandFacts command = facts();
  command.traceparent = "00-x";
  const std::vector<std::string_view> targets = {"guests-service"};
  std::string text;
  append_headers(text, command, {"message-1", "guests-service", &targets});
  const auto headers = parsed(text);
  const std::vector<std::pair<const char*, const char*>> expected = {
      {"x-command-target", "guests-service"},
      {"x-command-name", "guest.register"},
      {"x-command-id", "id-1"},
      {"x-command-mode", "execute"},
      {"x-tenant-id", "tenant-1"},
      {"x-correlation-id", "a\"b\\c"},
      {"traceparent", "00-x"},
      {"ce_specversion", "1.0"},
      {"ce_id", "message-1"},
      {"ce_type", "guest.register"},
      {"ce_source", "/command-center/production"},
      {"ce_time", "2025-12-19T08:00:00.000000Z"},
      {"ce_subject", "key\n1"},
      {"content-type", "application/json"}};
  for (const auto& [name, value] : expected) {
    ASSERT_TRUE(headers.HasMember(name)) << name;
    EXPECT_STREQ(headers[name].GetString(), value) << name;
  }
  EXPECT_EQ(headers.MemberCount(), expected.size());
}

TEST(Headers, LeaveOutTraceparentWhereThereIsNone) {
  const std::vector<std::string_view> targets = {"guests-service"};
  std::string text;
  append_headers(text, facts(), {"message-1", "guests-service", &targets});
  EXPECT_FALSE(parsed(text).HasMember("traceparent"));
}

}  // namespace
}  // namespace command_center::envelope
