// Indexes documents by an explicit work list (schemas may nest as deep as the parser allows) and resolves
// references.
#include "extension/core/json_schema/schema_index.hpp"

#include <algorithm>

#include "extension/core/json_schema/keywords.hpp"
#include "extension/core/json_schema/pointer.hpp"
#include "extension/core/json_schema/uri.hpp"

namespace command_center::json_schema {

using values::Kind;
using values::Member;
using values::Value;

namespace {

void append_pointer(std::string& out, const Site& site) {
  std::vector<const Site*> steps;
  for (const Site* step = &site; step->above != nullptr; step = step->above) steps.push_back(step);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->index >= 0) {
      append_index(out, static_cast<std::size_t>((*step)->index));
    } else {
      append_token(out, (*step)->token);
    }
  }
}

const Value* string_member(const Value& object, std::string_view key) noexcept {
  const Value* found = values::find_member(object, key);
  return found != nullptr && found->kind == Kind::kString ? found : nullptr;
}

// The identifier a schema gives itself. Up to draft-07 `$ref` hides every sibling.
const Value* identifier_of(const Value& schema, Draft draft) noexcept {
  if (schema.kind != Kind::kObject) return nullptr;
  if (draft <= Draft::k7 && string_member(schema, "$ref") != nullptr) return nullptr;
  return string_member(schema, draft == Draft::k4 ? "id" : "$id");
}

}  // namespace

std::string location_of(const Site& site) {
  std::string location = site.resource->uri + "#";
  append_pointer(location, site);
  return location;
}

std::string document_location_of(const Site& site) {
  std::vector<const Site*> parts{&site};
  while (parts.back()->resource->document_place != nullptr)
    parts.push_back(parts.back()->resource->document_place);
  const Resource& outermost = *parts.back()->resource;
  std::string location = outermost.document == 0 ? "" : outermost.uri + "#";
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) append_pointer(location, **part);
  return location;
}

void SchemaIndex::report(Severity severity, std::string_view code, const Site& at, std::string message) {
  std::string location = document_location_of(at);
  if (values::find_entry(*at.value, code) != nullptr) append_token(location, code);
  add_finding({severity, std::string(code), std::move(location), std::move(message)});
}

void SchemaIndex::add_finding(Finding finding) {
  // A schema of many megabytes may earn as many findings; nobody reads them all.
  constexpr std::size_t kMaxPerSeverity = 500;
  std::size_t& count = finding.severity == Severity::kError ? errors_ : warnings_;
  if (count >= kMaxPerSeverity) return;
  ++count;
  findings_.push_back(std::move(finding));
}

const Site* SchemaIndex::find(const Value& value) const {
  const auto found = by_value_.find(&value);
  return found == by_value_.end() ? nullptr : found->second;
}

const Site& SchemaIndex::add_step(const Site& above, std::string_view token, const Value& value) {
  return add_site(above, token, -1, value);
}

const Site& SchemaIndex::add_site(const Site& above, std::string_view token, std::int32_t index,
                                  const Value& value) {
  return sites_.emplace_back(Site{&above, token, index, &value, above.resource});
}

Resource& SchemaIndex::add_resource(std::string uri, std::size_t document, const Dialect& dialect,
                                    const Value& root) {
  Resource& resource = resources_.emplace_back();
  resource.uri = std::move(uri);
  resource.document = document;
  resource.dialect = dialect;
  resource.root = &sites_.emplace_back(Site{nullptr, {}, -1, &root, &resource});
  by_uri_in_document_[document].emplace(resource.uri, &resource);
  by_uri_.emplace(resource.uri, &resource);
  return resource;
}

const Site& SchemaIndex::add_document(std::shared_ptr<const values::Document> document,
                                      std::string_view base_uri, Draft draft) {
  documents_.push_back(std::move(document));
  by_uri_in_document_.emplace_back();
  const Value& root = documents_.back()->root();
  Dialect dialect;
  dialect.draft = draft;
  Resource& resource = add_resource(std::string(split_fragment(base_uri).without_fragment),
                                    documents_.size() - 1, dialect, root);
  if (const Value* schema = string_member(root, "$schema")) {
    if (const auto named = dialect_named(schema->string(), *resource.root)) resource.dialect = *named;
  }
  if (const Value* id = identifier_of(root, resource.dialect.draft)) {
    const std::string uri = resolve_uri(resource.uri, id->string());
    resource.uri = split_fragment(uri).without_fragment;
    by_uri_in_document_.back().emplace(resource.uri, &resource);
    by_uri_.emplace(resource.uri, &resource);
  }
  scan(*resource.root);
  return *resource.root;
}

void SchemaIndex::scan(const Site& start) {
  Waiting waiting{&start};
  while (!waiting.empty()) {
    const Site* site = waiting.back();
    waiting.pop_back();
    if (by_value_.count(site->value) != 0) continue;
    site = &enter_resource(*site);
    by_value_.emplace(site->value, site);
    schemas_.push_back(site);
    if (site->value->kind != Kind::kObject) continue;
    add_anchors(*site);
    queue_subschemas(*site, waiting);
  }
}

// A subschema with an identifier begins a resource of its own, perhaps of another dialect.
const Site& SchemaIndex::enter_resource(const Site& site) {
  if (site.above == nullptr || site.value->kind != Kind::kObject) return site;
  Dialect dialect = site.resource->dialect;
  const Value* schema = string_member(*site.value, "$schema");
  const auto named_draft = schema != nullptr ? find_draft(schema->string()) : std::nullopt;
  const Value* id = identifier_of(*site.value, named_draft.value_or(dialect.draft));
  if (id == nullptr) return site;
  const UriParts parts = split_fragment(id->string());
  if (parts.without_fragment.empty()) return site;
  if (schema != nullptr) {
    if (const auto named = dialect_named(schema->string(), site)) dialect = *named;
  }
  const std::string uri = resolve_uri(site.resource->uri, parts.without_fragment);
  const auto& known = by_uri_in_document_[site.resource->document];
  if (known.count(uri) != 0) {
    report(Severity::kWarning, "$id", site, "identifier \"" + uri + "\" is used more than once");
  }
  Resource& resource = add_resource(uri, site.resource->document, dialect, *site.value);
  resource.document_place = &site;
  return *resource.root;
}

void SchemaIndex::add_anchors(const Site& site) {
  const Value& schema = *site.value;
  const Draft draft = site.resource->dialect.draft;
  if (draft <= Draft::k7) {
    const Value* id = identifier_of(schema, draft);
    const std::string_view fragment =
        id != nullptr ? split_fragment(id->string()).fragment : std::string_view();
    if (!fragment.empty()) add_anchor(site, fragment);
    return;
  }
  if (const Value* anchor = string_member(schema, "$anchor")) add_anchor(site, anchor->string());
  auto& dynamic_anchors = site.resource->dynamic_anchors;
  if (draft == Draft::k2020) {
    if (const Value* anchor = string_member(schema, "$dynamicAnchor")) {
      add_anchor(site, anchor->string());
      dynamic_anchors.emplace(anchor->string(), &site);
    }
  } else if (const Value* anchor = values::find_member(schema, "$recursiveAnchor");
             anchor != nullptr && site.above == nullptr) {
    if (anchor->kind == Kind::kBoolean && anchor->boolean) dynamic_anchors.emplace(std::string_view(), &site);
  }
}

void SchemaIndex::add_anchor(const Site& site, std::string_view name) {
  auto& anchors = site.resource->anchors;
  if (!anchors.emplace(name, &site).second) {
    report(Severity::kWarning, "$anchor", site,
           "anchor \"" + std::string(name) + "\" is used more than once");
  }
}

void SchemaIndex::queue_subschemas(const Site& site, Waiting& waiting) {
  const Dialect& dialect = site.resource->dialect;
  for (std::uint32_t i = 0; i < site.value->size; ++i) {
    const Member& member = site.value->members[i];
    const KeywordInfo* info = find_keyword(member.key);
    if (info == nullptr || info->holds == Holds::kNothing || !applies(*info, dialect)) continue;
    const bool is_one_schema = info->holds == Holds::kSchema ||
                               (info->holds == Holds::kSchemaOrArray && member.value.kind != Kind::kArray);
    const Site& holder = add_site(site, member.key, -1, member.value);
    if (is_one_schema) {
      waiting.push_back(&holder);
    } else {
      queue_held(holder, waiting);
    }
  }
}

// Queues the schemas in a map or array of schemas; other values are left for the compiler to refuse.
void SchemaIndex::queue_held(const Site& holder, Waiting& waiting) {
  const Value& held = *holder.value;
  const auto is_schema = [](const Value& value) {
    return value.kind == Kind::kObject || value.kind == Kind::kBoolean;
  };
  for (std::uint32_t i = 0; held.kind == Kind::kObject && i < held.size; ++i) {
    const Member& member = held.members[i];
    if (is_schema(member.value)) waiting.push_back(&add_site(holder, member.key, -1, member.value));
  }
  for (std::uint32_t i = 0; held.kind == Kind::kArray && i < held.size; ++i) {
    if (is_schema(held.elements[i]))
      waiting.push_back(&add_site(holder, {}, static_cast<std::int32_t>(i), held.elements[i]));
  }
}

std::optional<Dialect> SchemaIndex::dialect_named(std::string_view schema_uri, const Site& at) {
  constexpr int kMaxMetaschemas = 8;  // a metaschema is written in a dialect of its own, and so on
  return dialect_of_metaschema(schema_uri, at, kMaxMetaschemas);
}

std::optional<Dialect> SchemaIndex::dialect_of_metaschema(std::string_view schema_uri, const Site& at,
                                                          int depth) {
  if (const auto draft = find_draft(schema_uri)) return Dialect{*draft, kStandardVocabularies};
  const std::string_view uri = split_fragment(schema_uri).without_fragment;
  const auto metaschema = registry_.find(uri);
  if (metaschema == nullptr || depth == 0) {
    note_missing(uri);
    report(Severity::kError, "$schema", at, "dialect \"" + std::string(schema_uri) + "\" is not known");
    return std::nullopt;
  }
  const Value* written_in = string_member(metaschema->root(), "$schema");
  Dialect dialect{default_draft_, kStandardVocabularies};
  if (written_in != nullptr) {
    const auto named = dialect_of_metaschema(written_in->string(), at, depth - 1);
    if (!named) return std::nullopt;
    dialect.draft = named->draft;
  }
  if (dialect.draft < Draft::k2019) return dialect;
  const auto vocabularies = read_vocabularies(metaschema->root(), at);
  if (!vocabularies) return std::nullopt;
  dialect.vocabularies = *vocabularies;
  return dialect;
}

std::optional<VocabularySet> SchemaIndex::read_vocabularies(const Value& metaschema, const Site& at) {
  const Value* listed = values::find_member(metaschema, "$vocabulary");
  if (listed == nullptr || listed->kind != Kind::kObject) return kStandardVocabularies;
  VocabularySet set = set_of(Vocabulary::kCore);
  for (std::uint32_t i = 0; i < listed->size; ++i) {
    const Member& member = listed->members[i];
    const bool required = member.value.kind == Kind::kBoolean && member.value.boolean;
    const auto known = find_vocabulary(member.key);
    if (!known && required) {
      report(Severity::kError, "$vocabulary", at,
             "vocabulary \"" + std::string(member.key) + "\" is required but not known");
      return std::nullopt;
    }
    set = static_cast<VocabularySet>(set | known.value_or(0));
    // 2019-09 demands assertion by requiring its one format vocabulary.
    if (required && known == set_of(Vocabulary::kFormatAnnotation) &&
        member.key.find("2019-09") != std::string_view::npos) {
      set = static_cast<VocabularySet>(set | set_of(Vocabulary::kFormatAssertion));
    }
  }
  return set;
}

const Site* SchemaIndex::resolve(const Site& at, std::string_view keyword, std::string_view reference) {
  const std::string uri = resolve_uri(at.resource->uri, reference);
  const UriParts parts = split_fragment(uri);
  const Resource* resource = find_resource(std::string(parts.without_fragment), *at.resource);
  if (resource == nullptr) {
    note_missing(parts.without_fragment);
    report(Severity::kError, keyword, at,
           "reference \"" + std::string(reference) + "\" names a schema that is not registered");
    return nullptr;
  }
  const std::string fragment = percent_decode(parts.fragment);
  const Site* target = nullptr;
  if (fragment.empty()) {
    target = resource->root;
  } else if (fragment[0] == '/') {
    target = follow_pointer(*resource, fragment);
  } else if (const auto anchor = resource->anchors.find(fragment); anchor != resource->anchors.end()) {
    target = anchor->second;
  }
  if (target == nullptr) {
    report(Severity::kError, keyword, at, "reference \"" + std::string(reference) + "\" points at nothing");
  }
  return target;
}

const Resource* SchemaIndex::find_resource(const std::string& uri, const Resource& from) {
  if (uri == from.uri) return &from;
  const auto& own = by_uri_in_document_[from.document];
  if (const auto found = own.find(uri); found != own.end()) return found->second;
  if (const auto found = by_uri_.find(uri); found != by_uri_.end()) return found->second;
  auto document = registry_.find(uri);
  if (document == nullptr) return nullptr;
  return add_document(std::move(document), uri, from.dialect.draft).resource;
}

const Site* SchemaIndex::follow_pointer(const Resource& resource, std::string_view pointer) {
  const Site* site = resource.root;
  while (!pointer.empty()) {
    const std::string token = take_token(pointer);
    const Member* member = values::find_entry(*site->value, token);
    const Value* child = member != nullptr ? &member->value : find_element(*site->value, token);
    if (child == nullptr) return nullptr;
    if (const Site* known = find(*child)) {
      site = known;
    } else if (member != nullptr) {
      site = &add_site(*site, member->key, -1, *child);
    } else {
      site = &add_site(*site, {}, static_cast<std::int32_t>(child - site->value->elements), *child);
    }
  }
  if (find(*site->value) != nullptr) return site;
  if (site->value->kind != Kind::kObject && site->value->kind != Kind::kBoolean) return nullptr;
  // A schema under a keyword that nobody defines becomes one by being referred to.
  scan(*site);
  return find(*site->value);
}

void SchemaIndex::note_missing(std::string_view uri) {
  if (std::find(missing_.begin(), missing_.end(), uri) == missing_.end()) missing_.emplace_back(uri);
}

}  // namespace command_center::json_schema
