// Collects errors in the standard "basic" form while the evaluator walks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extension/core/json_schema/program.hpp"
#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

// The parameters of one error, a JSON object: names and limits of the schema, names of properties; never a
// rejected value.
class ErrorParams {
 public:
  ErrorParams& add(std::string_view name, std::string_view text);
  ErrorParams& add(std::string_view name, std::uint64_t number);
  ErrorParams& add(std::string_view name, const values::Decimal& number);
  // A value of the schema; left out when its text is long.
  ErrorParams& add(std::string_view name, const values::Value& schema_value);
  ErrorParams& add(std::string_view name, const std::vector<std::uint32_t>& numbers);

  [[nodiscard]] std::string text() const { return "{" + members_ + "}"; }

 private:
  void add_name(std::string_view name);
  std::string members_;
};

// The sink of the collecting pass. Keeps the paths of the walk and at most kMaxErrors errors, whose texts
// have at most kMaxBytes together, or one error that is larger: who reports them may cut what is longer.
class Collector {
 public:
  static constexpr bool kCollects = true;
  static constexpr std::size_t kMaxErrors = 100;
  static constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;

  struct Segment {
    std::string_view key;
    std::int64_t index = -1;
    Segment(std::string_view name) noexcept : key(name) {}  // NOLINT(google-explicit-constructor)
    Segment(std::uint32_t position) noexcept
        : index(std::int64_t{position}) {}  // NOLINT(google-explicit-constructor)
  };

  // One step of the walk, taken back when it goes out of scope.
  class Step {
   public:
    // Into a schema applied to the same value.
    Step(Collector& collector, std::string_view keyword) : collector_(collector) {
      collector_.keywords_.push_back(keyword);
      push(keyword);
    }
    Step(Collector& collector, std::string_view keyword, Segment below) : Step(collector, keyword) {
      push(below);
    }
    // Into a schema applied to a child of the value.
    struct Child {
      Segment segment;
    };
    Step(Collector& collector, std::string_view keyword, Child child) : Step(collector, keyword) {
      enter(child);
    }
    Step(Collector& collector, std::string_view keyword, Segment below, Child child)
        : Step(collector, keyword, below) {
      enter(child);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step();

   private:
    void push(Segment segment) {
      collector_.keyword_path_.push_back(segment);
      ++keywords_;
    }
    void enter(Child child) {
      collector_.instance_path_.push_back(child.segment);
      in_child_ = true;
    }
    Collector& collector_;
    std::uint8_t keywords_ = 0;
    bool in_child_ = false;
  };

  // While one lives, schemas are only asked whether they accept.
  class Quiet {
   public:
    explicit Quiet(Collector& collector) noexcept : collector_(collector) { ++collector_.quiet_; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    ~Quiet() { --collector_.quiet_; }

   private:
    Collector& collector_;
  };

  // Whether the first failure settles the schema at hand: nothing more would be recorded.
  [[nodiscard]] bool stops() const noexcept { return quiet_ != 0 || full_; }

  void add(const Node& node, std::string_view keyword, std::string_view message, const ErrorParams& params);
  // The error of the schema `false`, which stands where a keyword put it.
  void add_never(const Node& node);

  [[nodiscard]] std::size_t mark() const noexcept { return errors_.size(); }
  void take_back(std::size_t mark);

  // A JSON array of errors.
  [[nodiscard]] std::string text() const;

 private:
  void add_at(std::string_view keyword, const std::string& keyword_location,
              const std::string& absolute_location, std::string_view message, const ErrorParams& params);

  std::vector<Segment> instance_path_;
  std::vector<Segment> keyword_path_;
  std::vector<std::string_view> keywords_;  // the first segment of each step
  std::vector<std::string> errors_;
  std::size_t bytes_ = 0;  // of errors_
  bool full_ = false;      // an error was left out, or the next would be
  int quiet_ = 0;
};

// The sink of the boolean pass: keeps nothing and stops at the first failure.
struct NoCollector {
  static constexpr bool kCollects = false;

  struct Step {
    struct Child {
      template <class Segment>
      explicit Child(const Segment& /*segment*/) noexcept {}
    };
    template <class... Arguments>
    explicit Step(const Arguments&... /*arguments*/) noexcept {}
  };
  struct Quiet {
    explicit Quiet(const NoCollector& /*collector*/) noexcept {}
  };

  [[nodiscard]] static constexpr std::size_t mark() noexcept { return 0; }
  static constexpr void take_back(std::size_t /*mark*/) noexcept {}
};

}  // namespace command_center::json_schema
