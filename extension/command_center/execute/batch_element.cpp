// Takes members as they stand in the document, and keeps account of what is wrong with them.
#include "extension/command_center/execute/batch_element.hpp"

#include <iterator>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/core/request/members.hpp"
#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

static_assert(std::size(request::kMembers) == kRequestArguments);

// Plain data.
struct Mistakes {
  request::Mistake mistakes[20];
  std::size_t count;

  // More of them help nobody.
  void add(std::string_view member, std::string_view error) {
    if (count < std::size(mistakes)) mistakes[count++] = {member, error};
  }
};

std::string_view text_of(const JsonbValue& value) {
  return {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
}

bool is_object(const JsonbValue& value) {
  return value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data);
}

Datum copied_uuid(const identifiers::Uuid& uuid) {
  auto* copy = static_cast<identifiers::Uuid*>(palloc(sizeof(uuid)));
  *copy = uuid;
  return uuid_datum(*copy);
}

// What it must be, where it is not.
const char* read_value(request::Kind kind, JsonbValue& value, Datum& argument) {
  switch (kind) {
    case request::Kind::kText:
      if (value.type != jbvString) return "must be a string";
      argument = text_datum(text_of(value));
      return nullptr;
    case request::Kind::kUuid: {
      const auto uuid = value.type == jbvString ? identifiers::parse_uuid(text_of(value)) : std::nullopt;
      if (!uuid) return "must be a UUID";
      argument = copied_uuid(*uuid);
      return nullptr;
    }
    case request::Kind::kObject:
      if (!is_object(value)) return "must be an object";
      break;
    case request::Kind::kAny:
      break;
  }
  argument = JsonbPGetDatum(JsonbValueToJsonb(&value));
  return nullptr;
}

void read_member(const JsonbValue& key, JsonbValue& value, RequestArguments& arguments, Mistakes& mistakes) {
  const std::string_view name = text_of(key);
  const auto found = request::find_member(name);
  if (!found) return mistakes.add(name, request::kUnknown);
  const request::Member& member = request::kMembers[*found];
  if (value.type == jbvNull && member.kind != request::Kind::kAny) {
    if (member.presence == request::Presence::kRequired) mistakes.add(name, "must not be null");
    return;
  }
  const char* error = read_value(member.kind, value, arguments.values[*found]);
  if (error != nullptr) return mistakes.add(name, error);
  arguments.nulls[*found] = false;
}

void read_members(JsonbContainer* object, RequestArguments& arguments, Mistakes& mistakes) {
  JsonbIterator* iterator = JsonbIteratorInit(object);
  JsonbValue key;
  JsonbValue value;
  (void)JsonbIteratorNext(&iterator, &key, true);
  while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY) {
    CHECK_FOR_INTERRUPTS();
    (void)JsonbIteratorNext(&iterator, &value, true);
    read_member(key, value, arguments, mistakes);
  }
}

bool is_told(const Mistakes& mistakes, std::string_view member) {
  for (std::size_t i = 0; i < mistakes.count; ++i) {
    if (mistakes.mistakes[i].member == member) return true;
  }
  return false;
}

void require_members(const RequestArguments& arguments, Mistakes& mistakes) {
  for (int i = 0; i < kRequestArguments; ++i) {
    const request::Member& member = request::kMembers[i];
    if (member.presence != request::Presence::kRequired || !arguments.nulls[i]) continue;
    if (!is_told(mistakes, member.name)) mistakes.add(member.name, "is missing");
  }
}

}  // namespace

void read_element(JsonbContainer* batch, int index, RequestArguments& arguments) {
  for (bool& null : arguments.nulls) null = true;
  Mistakes mistakes = {};
  const JsonbValue* element = getIthJsonbValueFromContainer(batch, static_cast<std::uint32_t>(index));
  if (element == nullptr || !is_object(*element)) {
    mistakes.add({}, "must be a JSON object");
  } else {
    read_members(element->val.binary.data, arguments, mistakes);
    require_members(arguments, mistakes);
  }
  if (mistakes.count > 0)
    throw request::refusal_of(static_cast<std::size_t>(index), mistakes.mistakes, mistakes.count);
}

bool peek_element(JsonbContainer* batch, int index, IsOurs is_ours, ComingCommand& command) {
  const JsonbValue* element = getIthJsonbValueFromContainer(batch, static_cast<std::uint32_t>(index));
  if (element == nullptr || !is_object(*element)) return false;
  JsonbValue found[3];
  for (int i = 0; i < 3; ++i) {
    const std::string_view name = request::kMembers[i].name;
    if (getKeyJsonValueFromContainer(element->val.binary.data, name.data(), static_cast<int>(name.size()),
                                     &found[i]) == nullptr)
      return false;
  }
  if (found[0].type != jbvString || found[2].type != jbvString || !is_object(found[1])) return false;
  if (!is_ours(text_of(found[0]))) return false;
  const auto tenant_id = identifiers::parse_uuid(text_of(found[2]));
  if (!tenant_id) return false;
  command = {text_of(found[0]), *tenant_id, JsonbPGetDatum(JsonbValueToJsonb(&found[1]))};
  return true;
}

}  // namespace command_center::extension
