// RapidJSON's SAX validator as an SQL function, to measure against: the document is written as text, parsed
// and validated in one pass. A measuring device, not a product: it knows one schema for each session and
// guards nothing.
#define RAPIDJSON_ASSERT(condition) static_cast<void>(condition)
#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/schema.h>

#include "extension/boundary/postgres_all.hpp"

extern "C" {
PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(rapidjson_is_valid);
}

namespace {

const rapidjson::SchemaDocument& schema_of(const text* schema) {
  static const auto* document = [&] {
    rapidjson::Document parsed;
    parsed.Parse(VARDATA_ANY(schema), VARSIZE_ANY_EXHDR(schema));
    return new rapidjson::SchemaDocument(parsed);
  }();
  return *document;
}

}  // namespace

// rapidjson_is_valid(schema text, instance jsonb) RETURNS boolean
Datum rapidjson_is_valid(PG_FUNCTION_ARGS) {
  const rapidjson::SchemaDocument& schema = schema_of(PG_GETARG_TEXT_PP(0));
  Jsonb* instance = PG_GETARG_JSONB_P(1);
  StringInfoData text;
  initStringInfo(&text);
  (void)JsonbToCString(&text, &instance->root, VARSIZE(instance));
  rapidjson::MemoryStream stream(text.data, static_cast<std::size_t>(text.len));
  rapidjson::SchemaValidator validator(schema);
  rapidjson::Reader reader;
  const bool parsed = static_cast<bool>(reader.Parse(stream, validator));
  PG_RETURN_BOOL(parsed && validator.IsValid());
}
