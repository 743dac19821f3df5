// docs/errors.md is what clients read: the API maps errors as it says.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "api/problems/problem.hpp"
#include "api/problems/table.hpp"

namespace command_center::api::problems {
namespace {

const std::map<std::string, int> kGrpcCodes{
    {"INVALID_ARGUMENT", 3},  {"DEADLINE_EXCEEDED", 4},  {"NOT_FOUND", 5},           {"ALREADY_EXISTS", 6},
    {"PERMISSION_DENIED", 7}, {"RESOURCE_EXHAUSTED", 8}, {"FAILED_PRECONDITION", 9}, {"ABORTED", 10},
    {"OUT_OF_RANGE", 11},     {"INTERNAL", 13},          {"UNAVAILABLE", 14}};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  std::string cell;
  while (std::getline(stream, cell, '|')) {
    const std::size_t first = cell.find_first_not_of(' ');
    const std::size_t last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

struct Row {
  std::string code, http, grpc;
};

// Every row of every table of the page whose last two columns are HTTP and gRPC.
std::vector<Row> documented() {
  std::ifstream page(SOURCE_DIR "/docs/errors.md");
  std::vector<Row> rows;
  std::string line;
  while (std::getline(page, line)) {
    const auto cells = cells_of(line);
    if (cells.size() < 5 || cells[1] == "code" || cells[1].find("---") == 0) continue;
    rows.push_back({cells[1], cells[cells.size() - 2], cells[cells.size() - 1]});
  }
  return rows;
}

TEST(Problems, MapsEveryCodeAsThePageOfErrorsSays) {
  const auto rows = documented();
  EXPECT_GE(rows.size(), 24U);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.code);
    const Problem problem = from_sqlstate(row.code, "message", "", "");
    EXPECT_EQ(std::to_string(problem.status), row.http);
    ASSERT_TRUE(kGrpcCodes.count(row.grpc) == 1) << row.grpc;
    EXPECT_EQ(grpc_code_of(row.code), kGrpcCodes.at(row.grpc));
  }
}

TEST(Problems, HasALineOfThePageForEveryCodeOfOurs) {
  std::map<std::string, bool> is_there;
  for (const Row& row : documented()) is_there[row.code] = true;
  for (int number = 1; number <= 15; ++number) {
    const std::string code = std::string("KC0") + (number < 10 ? "0" : "") + std::to_string(number);
    EXPECT_TRUE(is_there[code]) << code;
    EXPECT_EQ(entry_of(code).code, code);
  }
}

TEST(Problems, NeverPassesTheServersOwnWordsOn) {
  for (const char* code :
       {"XX000", "42P01", "42883", "42501", "08006", "57P01", "23505", "58P01", "0A000", "ZZ999"}) {
    const Problem problem =
        from_sqlstate(code, "relation \"secret\" at /var/lib", "Key (id)=(1)", "SELECT secret");
    EXPECT_EQ(to_response(problem, "/x").body.find("secret"), std::string::npos) << code;
    EXPECT_EQ(to_response(problem, "/x").body.find("Key"), std::string::npos) << code;
  }
}

TEST(Problems, TellsEverythingThatAClientNeeds) {
  const Problem problem =
      from_sqlstate("KC001", "payload of \"x\" is invalid", R"([{"instanceLocation":"/a"}])", "Look.");
  const http::Response response = to_response(problem, "/v1/commands/x/execute");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:command-center:error:KC001","title":"Payload fails its schema","status":422,)"
            R"("detail":"payload of \"x\" is invalid","instance":"/v1/commands/x/execute","code":"KC001",)"
            R"("hint":"Look.","errors":[{"instanceLocation":"/a"}]})");
}

TEST(Problems, SaysWhenToComeAgain) {
  EXPECT_EQ(from_sqlstate("KC010", "m", R"({"retryAfterSeconds": 2.1})", "").retry_after_seconds, 3);
  EXPECT_EQ(from_sqlstate("KC010", "m", R"({"retryAfterSeconds": -5})", "").retry_after_seconds, 1);
  EXPECT_EQ(from_sqlstate("KC010", "m", R"({"retryAfterSeconds": 1e300})", "").retry_after_seconds, 86400);
  EXPECT_EQ(from_sqlstate("KC010", "m", "not JSON", "").retry_after_seconds, 1);
  EXPECT_EQ(from_sqlstate("KC004", "m", "", "").retry_after_seconds, 1);
  EXPECT_EQ(from_sqlstate("KC002", "m", "", "").retry_after_seconds, std::nullopt);
}

TEST(Problems, LeavesOutADetailThatIsNoJson) {
  const Problem problem = from_sqlstate("KC003", "m", "some words", "");
  EXPECT_TRUE(problem.errors.empty());
  EXPECT_EQ(to_response(from_sqlstate("KC003", "m", R"({"requiredRoles":["A"]})", ""), "").body,
            R"({"type":"urn:command-center:error:KC003","title":"Not permitted","status":403,"detail":"m",)"
            R"("code":"KC003","details":{"requiredRoles":["A"]}})");
}

}  // namespace
}  // namespace command_center::api::problems
