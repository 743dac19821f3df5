// Promises of the API's command line and environment.
#include "api/settings/settings.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <list>
#include <sstream>
#include <string>
#include <vector>

namespace command_center::api::settings {
namespace {

ParseOutcome parse_words(std::vector<const char*> words, std::vector<const char*> environment = {}) {
  words.insert(words.begin(), "command-center-api");
  environment.push_back(nullptr);
  return parse(static_cast<int>(words.size()), words.data(), environment.data());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

struct Line {
  std::string name;
  std::string value;
};

// The settings of --example.
std::vector<Line> example() {
  std::istringstream text(parse_words({"--example"}).text);
  std::vector<Line> lines;
  for (std::string line; std::getline(text, line);) {
    const std::size_t equals = line.find('=');
    if (line.size() < 2 || line[0] != '#' || line[1] == ' ' || equals == std::string::npos) continue;
    lines.push_back({line.substr(1, equals - 1), line.substr(equals + 1)});
  }
  return lines;
}

TEST(ApiSettings, TheExampleHasEverySettingWithADefaultThatIsTaken) {
  const std::vector<Line> lines = example();
  EXPECT_GT(lines.size(), 40U);
  std::list<Variable> variables;
  for (const Line& line : lines) {
    if (line.name == "COMMAND_CENTER_HTTP_PORT") {
      EXPECT_EQ(line.value, "8080");
    }
    if (!line.value.empty()) variables.emplace_back(line.name, line.value);
  }
  const ParseOutcome outcome = parse_words({"--auth=none"});
  EXPECT_TRUE(outcome.settings) << outcome.text;
}

TEST(ApiSettings, EveryOneIsOnThePageOfSettings) {
  std::ifstream file(SOURCE_DIR "/docs/settings.md");
  std::ostringstream page;
  page << file.rdbuf();
  for (const Line& line : example()) EXPECT_TRUE(contains(page.str(), "`" + line.name + "`")) << line.name;
}

TEST(ApiSettings, AMisspeltOneIsToldHowItIsSpelt) {
  EXPECT_TRUE(contains(parse_words({"--auth=none", "--htp-port=secret"}).text,
                       "there is no option --htp-port; did you mean --http-port?"));
  const ParseOutcome outcome = parse_words(
      {"--auth=none"}, {"COMMAND_CENTER_HTTP_PROT=secret", "COMMAND_CENTER_NO_SUCH_THING=secret"});
  EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings);
  EXPECT_TRUE(contains(outcome.text,
                       "COMMAND_CENTER_HTTP_PROT is not a setting (see --help); did you mean "
                       "COMMAND_CENTER_HTTP_PORT?"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome.text, "COMMAND_CENTER_NO_SUCH_THING")) << outcome.text;
  EXPECT_FALSE(contains(outcome.text, "secret"));
}

TEST(ApiSettings, AValueIsNeverRepeated) {
  for (const auto& [word, wanted] : std::vector<std::pair<std::string, std::string>>{
           {"--auth=secret", "--auth does not take this value; it wants jwt|none|token"},
           {"--log-level=secret", "it wants debug|error|info|warning"},
           {"--http-threads=secret", "--http-threads does not take this value; it wants INT in [1 - 64]"},
           {"--http-port=secret", "--http-port does not take this value"},
           {"--tenant-role=secret", "--tenant-role: a role is given as <uuid>=role"},
           {"--check=secret", "--check takes no value"},
           {"secret", "a word that belongs to no option"}}) {
    const ParseOutcome outcome = parse_words({word.c_str()});
    EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings) << word;
    EXPECT_TRUE(contains(outcome.text, wanted)) << outcome.text;
    EXPECT_FALSE(contains(outcome.text, "secret")) << outcome.text;
  }
  const Variable port("COMMAND_CENTER_HTTP_PORT", "secret");
  const std::string said = parse_words({"--auth=none"}).text;
  EXPECT_TRUE(contains(said, "--http-port")) << said;
  EXPECT_FALSE(contains(said, "secret")) << said;
}

TEST(ApiSettings, AllThatIsWrongIsSaidAtOnce) {
  const ParseOutcome outcome =
      parse_words({"--database=eu=dbname=a", "--database=us=dbname=b password=secret oops",
                   "--postgres=dbname=c", "--http-port=7000", "--grpc-port=7000"});
  EXPECT_EQ(outcome.exit_status, daemon::settings::kExitSettings);
  for (const char* part : {"--jwks", "--jwt-issuer", "--jwt-audience", "several --database need --tenants",
                           "the connection string of --database us is malformed", "--postgres is the only",
                           "--http-port and --grpc-port are the same port"})
    EXPECT_TRUE(contains(outcome.text, part)) << part << "\n" << outcome.text;
  EXPECT_FALSE(contains(outcome.text, "secret"));
}

TEST(ApiSettings, DatabasesAreNamed) {
  const Variable databases("COMMAND_CENTER_DATABASES", "eu=host=a dbname=b\nus=");
  const ParseOutcome outcome = parse_words({"--auth=none", "--tenants=/file"});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->database.databases.at("eu"), "host=a dbname=b");
  EXPECT_EQ(outcome.settings->database.databases.at("us"), "");
  EXPECT_EQ(outcome.settings->http.most_unanswered, 20'000);
  for (const char* word : {"--database=host=secret", "--database=EU=dbname=secret", "--database=secret",
                           "--database==dbname=secret"}) {
    const ParseOutcome refused = parse_words({"--auth=none", "--tenants=/file", word, word});
    EXPECT_FALSE(refused.settings) << word;
    EXPECT_FALSE(contains(refused.text, "secret")) << refused.text;
  }
}

TEST(ApiSettings, AHealthcheckAsksForNoOtherSetting) {
  const ParseOutcome outcome = parse_words({"healthcheck"});
  ASSERT_TRUE(outcome.settings) << outcome.text;
  EXPECT_EQ(outcome.settings->command, Command::kHealthcheck);
  EXPECT_FALSE(parse_words({"healthcheck", "--admin-port=0"}).settings);
  EXPECT_EQ(parse_words({"--check", "--auth=none"}).settings->command, Command::kCheck);
}

}  // namespace
}  // namespace command_center::api::settings
