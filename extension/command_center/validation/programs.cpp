// Compiles and caches programs. The cache of the ad-hoc functions is keyed by the schema's stored bytes:
// jsonb has one form for each document.
#include "extension/command_center/validation/programs.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/make_in_context.hpp"
#include "extension/boundary/stop_requested.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/command_center/validation/findings.hpp"
#include "extension/core/cache/lru_cache.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/layout_probe.hpp"
#include "extension/core/payload/measure.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/allocated_bytes.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using Programs = cache::LruCache<std::shared_ptr<const json_schema::Program>>;

// References lead from schema to schema: each round of loading may find new ones.
constexpr int kMaxRounds = 100;

Programs* programs = nullptr;

// A program that is too large to be kept: until the next one, or the end of the transaction.
struct Guest {
  std::string key;
  std::shared_ptr<const json_schema::Program> program;
};
Guest* guest = nullptr;

// Destructors alone: nothing fails while a transaction ends.
void dismiss_guest() noexcept {
  if (guest == nullptr || guest->program == nullptr) return;
  guest->program.reset();
  std::string().swap(guest->key);
  return_free_memory();
}

void dismiss_at_end(XactEvent event, void* /*argument*/) noexcept {
  if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE ||
      event == XACT_EVENT_PARALLEL_COMMIT || event == XACT_EVENT_PARALLEL_ABORT)
    dismiss_guest();
}

void make_caches() {
  if (programs != nullptr) return;
  if (guest == nullptr) {
    guest = &boundary::make_in_context<Guest>(TopMemoryContext);
    RegisterXactCallback(dismiss_at_end, nullptr);
  }
  programs = &boundary::make_in_context<Programs>(TopMemoryContext);
}

// What was forgotten leaves holes that nothing else fills.
void note_kept(std::size_t weight) noexcept {
  constexpr std::size_t kWorthReturning = std::size_t{16} * 1024 * 1024;
  static std::size_t kept = 0;
  kept += weight;
  if (kept < kWorthReturning) return;
  kept = 0;
  return_free_memory();
}
std::uint64_t generation_loaded = 0;

Statement select_schema = {
    kInstallation, "SELECT content::text FROM command_center.shared_schemas WHERE uri = $1", 1, {TEXTOID}};

// The text of a registered schema in the calling context, or null. Postgres regime. Before setup() nothing is
// registered.
const char* shared_schema(const char* uri) {
  if (!is_installed(kInstallation, "shared_schemas")) return nullptr;
  MemoryContext caller = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add_text(uri);
  const char* text = nullptr;
  if (run_with_latest_snapshot(select_schema, parameters) > 0)
    text = MemoryContextStrdup(caller, text_value(0, 0));
  close_session(session);
  return text;
}

// Adds what the outcome misses; false when nothing of it is registered.
bool add_missing(const std::vector<std::string>& missing, json_schema::SchemaRegistry& registry) {
  bool added = false;
  for (const std::string& uri : missing) {
    const char* name = uri.c_str();
    const char* text = boundary::call_pg([name]() noexcept { return shared_schema(name); });
    if (text == nullptr) continue;
    registry.add(uri, text);
    added = true;
  }
  return added;
}

// C++ regime.
const json_schema::Program* keep_program(std::string_view key, std::string_view text,
                                         json_schema::FormatMode formats) {
  json_schema::CompileOptions options;
  options.formats = formats;
  const std::size_t before = allocated_bytes();
  json_schema::CompileOutcome outcome = compile_schema(text, options);
  if (outcome.program == nullptr) refuse_findings("schema is invalid", outcome.findings);
  const auto most = static_cast<std::size_t>(settings().schema_cache_bytes);
  const std::size_t weight = program_weight(*outcome.program, key.size(), before);
  note_kept(weight);
  if (weight <= most / 2) return programs->put(key, std::move(outcome.program), most, weight)->get();
  guest->key = key;
  guest->program = std::move(outcome.program);
  return guest->program.get();
}

}  // namespace

void check_engine() {
  static bool checked = false;
  if (checked) return;
  if (GetDatabaseEncoding() != PG_UTF8) {
    refuse("KC015", psprintf("database has the encoding %s, not UTF8", GetDatabaseEncodingName()));
  }
  char* text = pnstrdup(json_schema::layout_probe().data(), json_schema::layout_probe().size());
  if (!json_schema::reads_layout_probe(view_of(DirectFunctionCall1(jsonb_in, CStringGetDatum(text))))) {
    refuse("0A000", "layout of jsonb is not the one this library was built for");
  }
  checked = true;
}

json_schema::CompileOutcome compile_schema(std::string_view schema_text,
                                           json_schema::CompileOptions options) {
  options.limits.pattern_budget = static_cast<std::uint64_t>(settings().pattern_budget);
  json_schema::SchemaRegistry registry;
  json_schema::CompileOutcome outcome = json_schema::compile(schema_text, registry, options);
  for (int round = 0;
       round < kMaxRounds && !outcome.missing.empty() && add_missing(outcome.missing, registry); ++round) {
    outcome = json_schema::compile(schema_text, registry, options);
  }
  return outcome;
}

std::shared_ptr<const json_schema::Program> compile_stored_schema(std::string_view schema_text) {
  json_schema::CompileOutcome outcome = compile_schema(schema_text, json_schema::CompileOptions());
  if (outcome.program == nullptr) refuse_findings("stored schema does not compile", outcome.findings);
  return std::move(outcome.program);
}

const json_schema::Program& program_of(Datum schema, json_schema::FormatMode formats) {
  check_engine();
  make_caches();
  if (const std::uint64_t current = take_catalogue_changes(kInstallation); current != generation_loaded) {
    programs->clear();
    dismiss_guest();
    generation_loaded = current;
  }
  // One more byte for the mode, in a buffer that most schemas fit into.
  char buffer[4096];
  const std::size_t size = VARSIZE(DatumGetPointer(schema)) - VARHDRSZ;
  char* key = size < sizeof(buffer) ? buffer : static_cast<char*>(palloc(size + 1));
  key[0] = formats == json_schema::FormatMode::kAssert ? 'a' : 'n';
  std::memcpy(key + 1, VARDATA(DatumGetPointer(schema)), size);
  if (guest->program != nullptr && guest->key == std::string_view(key, size + 1)) return *guest->program;
  const auto* found = programs->find({key, size + 1});
  return found != nullptr ? **found : *keep_program({key, size + 1}, schema_text(schema), formats);
}

std::size_t program_weight(const json_schema::Program& program, std::size_t key_bytes,
                           std::size_t before) noexcept {
  const auto least =
      static_cast<std::size_t>(settings().schema_cache_bytes / settings().schema_cache_entries);
  return std::max({least, program.memory_bytes(), allocated_since(before)}) + key_bytes;
}

std::string_view schema_text(Datum schema) {
  check_engine();
  schema = JsonbPGetDatum(DatumGetJsonbP(schema));
  const json_schema::Limits engine;
  const payload::Limits limits = {engine.schema_bytes, 1000};
  if (payload::measure(view_of(schema), limits).verdict != payload::Verdict::kFits) {
    refuse("KC014", "schema is too large or nested too deeply");
  }
  return jsonb_text(schema);
}

json_schema::values::JsonbView view_of(Datum document) {
  return json_schema::values::JsonbView::of_root(VARDATA(DatumGetPointer(document)));
}

json_schema::StopPredicate stop_predicate() noexcept {
  return json_schema::StopPredicate([](void* /*context*/) { return boundary::stop_requested(); });
}

}  // namespace command_center::extension
