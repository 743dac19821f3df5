// Runs the official JSON Schema test suite where it lies beside the repository: every test through both views
// and both passes.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "extension/core/json_schema/json_text.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace command_center::tests {

namespace {

namespace fs = std::filesystem;
using json_schema::CompileOptions;
using json_schema::Draft;
using json_schema::FormatMode;
using json_schema::SchemaRegistry;
using json_schema::values::Document;
using json_schema::values::DocumentView;
using json_schema::values::find_member;
using json_schema::values::JsonbView;
using json_schema::values::Value;

struct DraftFolder {
  const char* name;
  Draft draft;
};
std::ostream& operator<<(std::ostream& out, const DraftFolder& folder) {
  return out << folder.name;
}

constexpr std::array<DraftFolder, 5> kFolders{{{"draft4", Draft::k4},
                                               {"draft6", Draft::k6},
                                               {"draft7", Draft::k7},
                                               {"draft2019-09", Draft::k2019},
                                               {"draft2020-12", Draft::k2020}}};

enum class Part { kMandatory, kOptional, kFormat, kInternationalNames };

const char* name_of(Part part) {
  constexpr std::array<const char*, 4> kNames{"mandatory", "optional", "format", "format (IDN)"};
  return kNames[static_cast<std::size_t>(part)];
}

struct Count {
  int passed = 0;
  int failed = 0;
  int left_out = 0;  // holds U+0000
};

fs::path suite() {
  return fs::path(JSON_SCHEMA_SUITE);
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_of(const Value& value) {
  std::string text;
  EXPECT_TRUE(json_schema::append_json_value(text, value, std::size_t{1} << 24));
  return text;
}

const SchemaRegistry& remotes() {
  static const SchemaRegistry registry = [] {
    SchemaRegistry loaded;
    for (const auto& entry : fs::recursive_directory_iterator(suite() / "remotes")) {
      if (entry.path().extension() != ".json") continue;
      const std::string path = fs::relative(entry.path(), suite() / "remotes").generic_string();
      loaded.add("http://localhost:1234/" + path, read(entry.path()));
    }
    return loaded;
  }();
  return registry;
}

Part part_of(const fs::path& file) {
  const std::string folder = file.parent_path().filename().string();
  if (folder == "optional") return Part::kOptional;
  if (folder != "format") return Part::kMandatory;
  return file.filename().string().find("idn-") == 0 ? Part::kInternationalNames : Part::kFormat;
}

class Runner {
 public:
  Runner(const DraftFolder& folder, std::map<Part, Count>& counts) : folder_(folder), counts_(counts) {}

  void run(const fs::path& file) {
    file_ = fs::relative(file, suite()).generic_string();
    part_ = part_of(file);
    const auto document = Document::parse(read(file));
    for (std::uint32_t i = 0; i < document->root().size; ++i) run_group(document->root().elements[i]);
  }

 private:
  void run_group(const Value& group) {
    group_ = find_member(group, "description")->string();
    CompileOptions options;
    options.default_draft = folder_.draft;
    const bool asserts = part_ == Part::kFormat || part_ == Part::kInternationalNames;
    options.formats = asserts ? FormatMode::kAssert : FormatMode::kAnnotate;
    auto outcome = json_schema::compile(text_of(*find_member(group, "schema")), remotes(), options);
    const Value& tests = *find_member(group, "tests");
    for (std::uint32_t i = 0; i < tests.size; ++i) {
      if (outcome.program == nullptr) {
        fail(tests.elements[i],
             "refused: " + outcome.findings.front().location + ": " + outcome.findings.front().message);
      } else {
        run_test(*outcome.program, tests.elements[i]);
      }
    }
  }

  void run_test(const json_schema::Program& program, const Value& test) {
    const bool expected = find_member(test, "valid")->boolean;
    const Value& data = *find_member(test, "data");
    if (json_schema::is_valid(program, DocumentView(data)) != expected) return fail(test, "wrong answer");
    const std::string errors = json_schema::list_errors(program, DocumentView(data));
    if ((errors == "[]") != expected) return fail(test, "the passes disagree: " + errors);
    if (holds_nul(data)) {
      ++counts_[part_].left_out;
      return;
    }
    const std::string bytes = encode_jsonb(data);
    const JsonbView jsonb = JsonbView::of_root(bytes.data());
    if (json_schema::is_valid(program, jsonb) != expected) return fail(test, "the views disagree");
    if (json_schema::list_errors(program, jsonb) != errors) return fail(test, "the views list other errors");
    ++counts_[part_].passed;
  }

  void fail(const Value& test, const std::string& why) {
    ++counts_[part_].failed;
    std::cout << "  failed: " << file_ << ": " << group_ << ": " << find_member(test, "description")->string()
              << ": " << why << "\n";
  }

  const DraftFolder& folder_;
  std::map<Part, Count>& counts_;
  std::string file_;
  std::string_view group_;
  Part part_ = Part::kMandatory;
};

class OfficialSuite : public testing::TestWithParam<DraftFolder> {};

}  // namespace

TEST_P(OfficialSuite, MandatoryTestsPassAndOptionalOnesNearlyAll) {
  if (!fs::exists(suite() / "tests")) GTEST_SKIP() << "the JSON Schema suite is not at " << suite();
  std::map<Part, Count> counts;
  Runner runner(GetParam(), counts);
  for (const auto& entry : fs::recursive_directory_iterator(suite() / "tests" / GetParam().name)) {
    if (entry.path().extension() == ".json") runner.run(entry.path());
  }
  for (const auto& [part, count] : counts) {
    std::cout << GetParam().name << " " << name_of(part) << ": " << count.passed << " of "
              << count.passed + count.failed << " passed, " << count.left_out
              << " hold U+0000 and were read from the document only\n";
    constexpr double kMostOptional = 0.98;
    if (part == Part::kMandatory) {
      EXPECT_EQ(count.failed, 0);
    } else if (part != Part::kInternationalNames) {
      EXPECT_GE(count.passed, kMostOptional * (count.passed + count.failed)) << name_of(part);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Drafts, OfficialSuite, testing::ValuesIn(kFolders), [](const auto& draft) {
  std::string name = draft.param.name;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

}  // namespace command_center::tests
