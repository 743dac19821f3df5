// Reads and makes rows of command_center.kafka_message.
#include "extension/command_center/subscriptions/message.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr Oid kMessageTypes[kMessageColumns] = {TEXTOID, INT4OID,  INT8OID,  TIMESTAMPTZOID, TEXTOID,
                                                TEXTOID, JSONBOID, BYTEAOID, BYTEAOID,       JSONBOID};

[[noreturn]] void refuse_message(const char* what) {
  refuse("22023", what, nullptr, "See the type command_center.kafka_message.");
}

bool is_text(std::string_view bytes) {
  return pg_verify_mbstr(PG_UTF8, bytes.data(), static_cast<int>(bytes.size()), true);
}

void set(Message& message, MessageColumn column, Datum value) {
  message.values[column] = value;
  message.nulls[column] = false;
}

// text and bytea have one form.
void complete_text(Message& message, MessageColumn text, MessageColumn bytes) {
  if (!message.has(bytes)) {
    if (message.has(text)) set(message, bytes, message.values[text]);
    return;
  }
  message.values[bytes] = PointerGetDatum(PG_DETOAST_DATUM(message.values[bytes]));
  message.nulls[text] = true;
  if (is_text(bytes_of(message, bytes))) set(message, text, message.values[bytes]);
}

JsonbValue string_value(std::string_view text) {
  JsonbValue made = {};
  made.type = jbvString;
  made.val.string.val = const_cast<char*>(text.data());
  made.val.string.len = static_cast<int>(text.size());
  return made;
}

std::string_view text_of(const JsonbValue& string) {
  return {string.val.string.val, static_cast<std::size_t>(string.val.string.len)};
}

void push_member(JsonbParseState** state, std::string_view name, std::string_view value) {
  JsonbValue key = string_value(name);
  (void)pushJsonbValue(state, WJB_KEY, &key);
  JsonbValue member = string_value(value);
  if (value.data() == nullptr) member.type = jbvNull;
  (void)pushJsonbValue(state, WJB_VALUE, &member);
}

// Of two members of one name jsonb keeps the last.
Datum last_of_each(const MessageHeaders& headers) {
  JsonbParseState* state = nullptr;
  (void)pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  for (int i = 0; i < headers.count; ++i) {
    const MessageHeader& header = headers.headers[i];
    push_member(&state, header.name,
                header.kind == MessageHeader::Kind::kText ? header.value : std::string_view());
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

// {"name": "value"} as a list.
Datum list_from_object(Jsonb* object) {
  JsonbParseState* state = nullptr;
  (void)pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
  if (object != nullptr) {
    if (!JB_ROOT_IS_OBJECT(object)) refuse_message("headers of a message must be a JSON object of texts");
    JsonbIterator* iterator = JsonbIteratorInit(&object->root);
    JsonbValue token;
    JsonbValue name = {};
    for (JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true); kind != WJB_DONE;
         kind = JsonbIteratorNext(&iterator, &token, true)) {
      if (kind == WJB_KEY) name = token;
      if (kind != WJB_VALUE) continue;
      if (token.type != jbvString && token.type != jbvNull)
        refuse_message("headers of a message must be a JSON object of texts");
      (void)pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
      push_member(&state, "name", text_of(name));
      push_member(&state, "value", token.type == jbvString ? text_of(token) : std::string_view());
      (void)pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
    }
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr)));
}

bool find_member(JsonbContainer* object, std::string_view name, JsonbValue* found) {
  return getKeyJsonValueFromContainer(object, name.data(), static_cast<int>(name.size()), found) != nullptr;
}

MessageHeader read_header(JsonbContainer* object) {
  JsonbValue found;
  MessageHeader header = {};
  if (!find_member(object, "name", &found) || found.type != jbvString)
    refuse_message("each header of a message must have a name");
  header.name = text_of(found);
  header.kind = MessageHeader::Kind::kNone;
  if (find_member(object, "value", &found) && found.type == jbvString) {
    header.kind = MessageHeader::Kind::kText;
    header.value = text_of(found);
  } else if (find_member(object, "valueBase64", &found) && found.type == jbvString) {
    header.kind = MessageHeader::Kind::kBase64;
    header.value = text_of(found);
  }
  return header;
}

bool is_one_of(JsonbContainer* values, std::string_view value) {
  JsonbValue wanted = string_value(value);
  return findJsonbValueFromContainer(values, JB_FARRAY, &wanted) != nullptr;
}

}  // namespace

Message read_message(Datum row) {
  Message message = {};
  read_row(row, kMessageTypes, message.values, message.nulls);
  if (!message.has(kMessageTopic) || !message.has(kMessagePartition) || !message.has(kMessageOffset))
    refuse_message("topic, partition and offset of a message must not be null");
  complete_message(message);
  return message;
}

void complete_message(Message& message) {
  message.topic = text_view(message.values[kMessageTopic]);
  message.partition = DatumGetInt32(message.values[kMessagePartition]);
  message.offset = DatumGetInt64(message.values[kMessageOffset]);
  if (message.partition < 0 || message.offset < 0)
    refuse_message("partition and offset of a message must not be negative");
  complete_text(message, kMessageKey, kMessageKeyBytes);
  complete_text(message, kMessageValue, kMessageValueBytes);
  if (!message.has(kMessageHeaderList)) {
    Jsonb* object = message.has(kMessageHeaders) ? DatumGetJsonbP(message.values[kMessageHeaders]) : nullptr;
    set(message, kMessageHeaderList, list_from_object(object));
  }
  set(message, kMessageHeaders, last_of_each(headers_of(message)));
}

MessageHeaders headers_of(const Message& message) {
  Jsonb* list = DatumGetJsonbP(message.values[kMessageHeaderList]);
  if (!JB_ROOT_IS_ARRAY(list) || JB_ROOT_IS_SCALAR(list))
    refuse_message("header_list of a message must be a JSON array");
  const auto size = static_cast<std::size_t>(JB_ROOT_COUNT(list));
  MessageHeaders found = {static_cast<MessageHeader*>(palloc0(sizeof(MessageHeader) * (size + 1))), 0};
  JsonbIterator* iterator = JsonbIteratorInit(&list->root);
  JsonbValue token;
  for (JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true); kind != WJB_DONE;
       kind = JsonbIteratorNext(&iterator, &token, true)) {
    if (kind != WJB_ELEM) continue;
    if (token.type != jbvBinary || !JsonContainerIsObject(token.val.binary.data))
      refuse_message("each header of a message must be a JSON object");
    found.headers[found.count++] = read_header(token.val.binary.data);
  }
  return found;
}

std::string_view header_of(const Message& message, std::string_view name) {
  JsonbValue found;
  JsonbContainer* headers = &DatumGetJsonbP(message.values[kMessageHeaders])->root;
  if (!find_member(headers, name, &found) || found.type != jbvString) return {};
  return text_of(found);
}

std::string_view bytes_of(const Message& message, MessageColumn column) {
  return text_view(message.values[column]);
}

bool passes(Datum filter, const Message& message) {
  Jsonb* wanted = DatumGetJsonbP(filter);
  if (JB_ROOT_COUNT(wanted) == 0) return true;
  JsonbIterator* iterator = JsonbIteratorInit(&wanted->root);
  JsonbValue token;
  std::string_view name;
  for (JsonbIteratorToken kind = JsonbIteratorNext(&iterator, &token, true); kind != WJB_DONE;
       kind = JsonbIteratorNext(&iterator, &token, true)) {
    if (kind == WJB_KEY) name = text_of(token);
    if (kind != WJB_VALUE) continue;
    const std::string_view value = header_of(message, name);
    if (value.data() == nullptr || token.type != jbvBinary || !is_one_of(token.val.binary.data, value))
      return false;
  }
  return true;
}

Datum message_row(Oid row_type, const Message& message) {
  TupleDesc columns = lookup_rowtype_tupdesc(row_type, -1);
  check_row_type(columns, kMessageTypes);
  const Datum row = HeapTupleGetDatum(
      heap_form_tuple(columns, const_cast<Datum*>(message.values), const_cast<bool*>(message.nulls)));
  ReleaseTupleDesc(columns);
  return row;
}

Oid message_type() {
  return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("kafka_message"),
                         ObjectIdGetDatum(get_namespace_oid(kInstallation.schema, false)));
}

}  // namespace command_center::extension
