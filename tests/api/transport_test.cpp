// The HTTP door itself, whatever the routes behind it say: who is answered, who is not, and what a bad client
// costs the others.
#include <gtest/gtest.h>

#include "tests/api/support/api_process.hpp"
#include "tests/api/support/http_client.hpp"

namespace command_center::api_tests {
namespace {

class Transport : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<Database>();
    api_ = std::make_unique<ApiProcess>(*database_, ApiOptions{{"--auth", "none"}});
  }
  static void TearDownTestSuite() {
    api_.reset();
    database_.reset();
  }

  static std::unique_ptr<Database> database_;
  static std::unique_ptr<ApiProcess> api_;
};
std::unique_ptr<Database> Transport::database_;
std::unique_ptr<ApiProcess> Transport::api_;

TEST_F(Transport, APathThatIsNotThereIsA404Problem) {
  const HttpAnswer answer = HttpClient(api_->http_port()).get("/nowhere");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
}

}  // namespace
}  // namespace command_center::api_tests
