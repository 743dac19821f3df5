// Walks down the schemas that apply to a value at once. A choice (anyOf, oneOf) is followed branch by branch.
#include "extension/core/json_schema/reach.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "extension/core/json/pointer.hpp"
#include "extension/core/json/rapidjson.hpp"

namespace command_center::json_schema {
namespace {

using Value = rapidjson::Value;

constexpr int kMostSteps = 2000;
constexpr std::size_t kMostSchemas = 200;  // that apply to one value

// The types that a value may have, as bits.
enum Type : unsigned {
  kNull = 1,
  kBoolean = 2,
  kNumber = 4,
  kInteger = 8,
  kString = 16,
  kArray = 32,
  kObject = 64
};
constexpr unsigned kEvery = 127;
constexpr unsigned kScalars = kBoolean | kNumber | kInteger | kString;

std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

unsigned type_named(std::string_view name) {
  if (name == "null") return kNull;
  if (name == "boolean") return kBoolean;
  if (name == "number") return kNumber | kInteger;
  if (name == "integer") return kInteger;
  if (name == "string") return kString;
  if (name == "array") return kArray;
  if (name == "object") return kObject;
  return kEvery;
}

unsigned type_of(const Value& value) {
  if (value.IsNull()) return kNull;
  if (value.IsBool()) return kBoolean;
  if (value.IsString()) return kString;
  if (value.IsArray()) return kArray;
  if (value.IsObject()) return kObject;
  return value.IsInt64() || value.IsUint64() ? kInteger : kNumber;
}

const Value* member(const Value& schema, const char* name) {
  if (!schema.IsObject()) return nullptr;
  const auto found = schema.FindMember(name);
  return found == schema.MemberEnd() ? nullptr : &found->value;
}

bool is_false(const Value* schema) {
  return schema != nullptr && schema->IsFalse();
}

bool is_scalar(Reach reach) {
  return reach == Reach::kAlways || reach == Reach::kAmbiguous;
}

class Walk {
 public:
  explicit Walk(const Value& root) : root_(root) {}

  ReachOutcome from(std::vector<const Value*> schemas, const std::vector<std::string>& tokens,
                    std::size_t depth) {
    if (++steps_ > kMostSteps || !gather(schemas)) return {Reach::kUnknown, {}};
    if (std::any_of(schemas.begin(), schemas.end(), [](const Value* each) { return each->IsFalse(); }))
      return {Reach::kNever, "allows no value there"};
    if (const auto choice = next_choice(schemas)) return through(*choice, schemas, tokens, depth);
    return depth == tokens.size() ? at_end(schemas) : below(schemas, tokens, depth);
  }

 private:
  struct Choice {
    const Value* schema;
    const Value* branches;
  };

  // Adds what references and allOf bring. False where one leads out of the document, or there are too many.
  bool gather(std::vector<const Value*>& schemas) {
    for (std::size_t i = 0; i < schemas.size(); ++i) {
      if (schemas.size() > kMostSchemas) return false;
      const Value& schema = *schemas[i];
      for (const char* keyword : {"$ref", "$dynamicRef", "$recursiveRef"}) {
        const Value* reference = member(schema, keyword);
        if (reference == nullptr) continue;
        const Value* target = reference->IsString() ? resolve(text_of(*reference)) : nullptr;
        if (target == nullptr) return false;
        add(schemas, target);
      }
      const Value* all = member(schema, "allOf");
      if (all == nullptr || !all->IsArray()) continue;
      for (const Value& each : all->GetArray()) add(schemas, &each);
    }
    return true;
  }

  static void add(std::vector<const Value*>& schemas, const Value* schema) {
    if (std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) schemas.push_back(schema);
  }

  // Pointers within the document; an anchor or another base is not looked for.
  [[nodiscard]] const Value* resolve(std::string_view reference) const {
    if (reference.empty() || reference.front() != '#' || reference.find('%') != std::string_view::npos)
      return nullptr;
    const auto tokens = json::parse_pointer(reference.substr(1));
    if (!tokens) return nullptr;
    const Value* at = &root_;
    for (const std::string& token : *tokens) {
      if (at->IsObject()) {
        at = member(*at, token.c_str());
      } else if (at->IsArray() && !token.empty() && token.size() < 6 &&
                 std::all_of(token.begin(), token.end(),
                             [](unsigned char c) { return std::isdigit(c) != 0; })) {
        const auto index = static_cast<rapidjson::SizeType>(std::stoul(token));
        at = index < at->Size() ? &(*at)[index] : nullptr;
      } else {
        return nullptr;
      }
      if (at == nullptr) return nullptr;
    }
    return at;
  }

  std::optional<Choice> next_choice(const std::vector<const Value*>& schemas) const {
    for (const Value* schema : schemas) {
      for (const char* keyword : {"anyOf", "oneOf"}) {
        const Value* branches = member(*schema, keyword);
        if (branches == nullptr || !branches->IsArray() || branches->Empty()) continue;
        if (std::find(taken_.begin(), taken_.end(), branches) == taken_.end())
          return Choice{schema, branches};
      }
    }
    return std::nullopt;
  }

  ReachOutcome through(const Choice& choice, const std::vector<const Value*>& schemas,
                       const std::vector<std::string>& tokens, std::size_t depth) {
    taken_.push_back(choice.branches);
    ReachOutcome whole;
    bool first = true;
    for (const Value& branch : choice.branches->GetArray()) {
      std::vector<const Value*> with = schemas;
      add(with, &branch);
      ReachOutcome one = from(std::move(with), tokens, depth);
      if (first) {
        whole = std::move(one);
        first = false;
      } else if (is_scalar(whole.reach) && is_scalar(one.reach)) {
        if (one.reach == Reach::kAmbiguous) whole = std::move(one);
      } else if (whole.reach != one.reach) {
        const bool unknown = whole.reach == Reach::kUnknown || one.reach == Reach::kUnknown;
        whole = unknown ? ReachOutcome{Reach::kUnknown, {}}
                        : ReachOutcome{Reach::kMaybe, "leads to a scalar in some of the alternatives only"};
      }
    }
    taken_.pop_back();
    return whole;
  }

  static unsigned types_of(const std::vector<const Value*>& schemas) {
    unsigned types = kEvery;
    for (const Value* schema : schemas) {
      unsigned allowed = kEvery;
      if (const Value* type = member(*schema, "type"); type != nullptr) {
        allowed = 0;
        if (type->IsString()) allowed = type_named(text_of(*type));
        if (type->IsArray()) {
          for (const Value& each : type->GetArray()) {
            if (each.IsString()) allowed |= type_named(text_of(each));
          }
        }
        if (allowed == 0) allowed = kEvery;
      }
      types &= allowed;
      if (const Value* constant = member(*schema, "const"); constant != nullptr) types &= type_of(*constant);
      if (const Value* listed = member(*schema, "enum"); listed != nullptr && listed->IsArray()) {
        unsigned of_list = 0;
        for (const Value& each : listed->GetArray()) of_list |= type_of(each);
        types &= of_list;
      }
    }
    return types;
  }

  static ReachOutcome at_end(const std::vector<const Value*>& schemas) {
    const unsigned types = types_of(schemas);
    if ((types & kScalars) == 0) return {Reach::kNever, "is no text, number or boolean"};
    if (types == kEvery) return {Reach::kMaybe, "may have any type: the schema says none"};
    if ((types & ~kScalars) != 0) return {Reach::kMaybe, "may also be null, an array or an object"};
    const bool text = (types & kString) != 0;
    const bool number = (types & (kNumber | kInteger)) != 0;
    const bool truth = (types & kBoolean) != 0;
    if (static_cast<int>(text) + static_cast<int>(number) + static_cast<int>(truth) > 1)
      return {Reach::kAmbiguous, "may have different types: 1 and \"1\" give the same key"};
    if ((types & kNumber) != 0)
      return {Reach::kAmbiguous, "may be a number with a fraction: 0.3 and 0.30000000000000004 are two keys"};
    return {Reach::kAlways, {}};
  }

  static bool requires(const std::vector<const Value*>& schemas, std::string_view name) {
    for (const Value* schema : schemas) {
      const Value* required = member(*schema, "required");
      if (required == nullptr || !required->IsArray()) continue;
      for (const Value& each : required->GetArray()) {
        if (each.IsString() && text_of(each) == name) return true;
      }
    }
    return false;
  }

  // What applies to a property, and whether some schema says something of it. Null: no instance has it.
  struct Property {
    std::vector<const Value*> schemas;
    bool is_named = false;
    bool is_closed = false;
  };

  static Property property_of(const std::vector<const Value*>& schemas, const std::string& name) {
    Property property;
    bool open_question = false;  // something here may let it in that is not looked at
    for (const Value* schema : schemas) {
      bool named = false;
      if (const Value* listed = member(*schema, "properties"); listed != nullptr && listed->IsObject()) {
        const auto found = listed->FindMember(
            Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
        if (found != listed->MemberEnd()) {
          named = true;
          property.schemas.push_back(&found->value);
        }
      }
      const Value* patterns = member(*schema, "patternProperties");
      const bool may_match = patterns != nullptr && patterns->IsObject() && !patterns->ObjectEmpty();
      open_question |= may_match;
      for (const char* keyword : {"if", "then", "else", "dependentSchemas", "dependencies"})
        open_question |= member(*schema, keyword) != nullptr;
      const Value* additional = member(*schema, "additionalProperties");
      if (additional != nullptr && !named && !may_match) {
        if (is_false(additional)) property.is_closed = true;
        if (additional->IsObject()) property.schemas.push_back(additional);
        named = named || additional->IsObject();
      }
      property.is_named |= named || may_match;
      if (is_false(member(*schema, "propertyNames"))) property.is_closed = true;
    }
    if (property.is_named || open_question) return property;
    for (const Value* schema : schemas)
      property.is_closed |= is_false(member(*schema, "unevaluatedProperties"));
    return property;
  }

  ReachOutcome below(const std::vector<const Value*>& schemas, const std::vector<std::string>& tokens,
                     std::size_t depth) {
    const std::string& token = tokens[depth];
    const unsigned types = types_of(schemas);
    const bool is_index = !token.empty() && std::all_of(token.begin(), token.end(),
                                                        [](unsigned char c) { return std::isdigit(c) != 0; });
    if ((types & kObject) == 0) {
      if ((types & kArray) == 0 || !is_index) return {Reach::kNever, "goes through what is no object"};
      return {Reach::kMaybe, "leads into an array, which may be shorter"};
    }
    const Property property = property_of(schemas, token);
    if (property.is_closed && (types & kArray) == 0)
      return {Reach::kNever, "names the property \"" + token + "\", which the schema does not allow"};
    if (property.is_closed) return {Reach::kMaybe, "leads into an array, which may be shorter"};
    if (!property.is_named)
      return {Reach::kMaybe, "names the property \"" + token + "\", of which the schema says nothing"};
    const bool always = types == kObject && requires(schemas, token);
    ReachOutcome further = from(property.schemas, tokens, depth + 1);
    if (is_scalar(further.reach) && !always)
      return {Reach::kMaybe, "names the property \"" + token + "\", which is optional"};
    return further;
  }

  const Value& root_;
  std::vector<const Value*> taken_;
  int steps_ = 0;
};

}  // namespace

ReachOutcome reach_of(std::string_view schema_text, const std::vector<std::string>& tokens) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(schema_text.data(), schema_text.size());
  if (document.HasParseError()) return {};
  return Walk(document).from({&document}, tokens, 0);
}

}  // namespace command_center::json_schema
