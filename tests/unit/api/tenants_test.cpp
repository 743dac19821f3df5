// Promises of the file that says which database each tenant is in.
#include "api/database/tenants.hpp"

#include <gtest/gtest.h>

#include "api/routes/openapi.hpp"
#include "daemon/failure.hpp"

namespace command_center::api::database {
namespace {

constexpr const char* kOne = "0198f6a0-0000-7000-8000-00000000000a";
constexpr const char* kTwo = "0198f6a0-0000-7000-8000-00000000000b";
const std::vector<std::string> kDatabases{"eu", "us"};

std::string find(const Tenants& tenants, const char* tenant) {
  const std::string* database = tenants.find(tenant);
  return database == nullptr ? "none" : *database;
}

TEST(TenantsFile, ATenantIsWhereItIsNamed) {
  const Tenants tenants(R"({"0198F6A0-0000-7000-8000-00000000000A": "us"})", kDatabases);
  EXPECT_EQ(find(tenants, kOne), "us");
  EXPECT_EQ(find(tenants, kTwo), "none");
  EXPECT_EQ(tenants.tenants_of("us"), std::vector<std::string>{kOne});
  EXPECT_TRUE(tenants.tenants_of("eu").empty());
}

TEST(TenantsFile, AStarIsEveryOtherTenant) {
  const Tenants tenants(std::string("{\"*\": \"eu\", \"") + kOne + "\": \"us\"}", kDatabases);
  EXPECT_EQ(find(tenants, kOne), "us");
  EXPECT_EQ(find(tenants, kTwo), "eu");
}

TEST(TenantsFile, WhatIsNoneIsRefused) {
  for (const char* text : {
           "",
           "[]",
           "{",
           R"({"x": "eu"})",
           R"({"*": "asia"})",
           R"({"*": 1})",
           R"({"*": "eu", "*": "us"})",
           R"({"0198f6a0-0000-7000-8000-00000000000a": "eu", "0198F6A0-0000-7000-8000-00000000000A": "us"})",
       })
    EXPECT_THROW(Tenants(text, kDatabases), Failure) << text;
  EXPECT_NO_THROW(Tenants("{}", kDatabases));
}

TEST(TenantsFile, OpenApiTellsOfTheHeaderWhereThereIsAChoice) {
  using routes::Callers;
  EXPECT_EQ(routes::openapi_document(Callers::kWithToken, routes::Databases::kOne).find("x-database"),
            std::string::npos);
  EXPECT_NE(routes::openapi_document(Callers::kWithToken, routes::Databases::kSeveral).find("x-database"),
            std::string::npos);
}

}  // namespace
}  // namespace command_center::api::database
