// Knows every schema of the documents a compilation touches: where each lies, which resource (base URI,
// dialect) it belongs to, and what a reference points at.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extension/core/json_schema/dialect.hpp"
#include "extension/core/json_schema/finding.hpp"
#include "extension/core/json_schema/registry.hpp"
#include "extension/core/json_schema/values/document.hpp"

namespace command_center::json_schema {

struct Resource;

// One place in a document, one step below another. Schemas with long names nested deep cost no more memory
// than their text.
struct Site {
  const Site* above = nullptr;  // null at the root of a resource
  std::string_view token;       // the key below `above`
  std::int32_t index = -1;      // or, when not negative, the index
  const values::Value* value = nullptr;
  Resource* resource = nullptr;
};

// A schema resource: a schema with its own base URI, and the names defined inside it.
struct Resource {
  std::string uri;  // absolute where the schema or its registration gives one, without fragment
  std::size_t document = 0;
  const Site* root = nullptr;
  const Site* document_place =
      nullptr;  // where an embedded resource lies in its document, null at the document's root
  Dialect dialect;
  std::unordered_map<std::string_view, const Site*> anchors;
  // `$dynamicAnchor`s; `$recursiveAnchor: true` is the one with the empty name.
  std::unordered_map<std::string_view, const Site*> dynamic_anchors;
};

// "uri#/json/pointer" of a place, from the root of its resource.
[[nodiscard]] std::string location_of(const Site& site);

// The same with the pointer from the root of the document; without the URI in the first document. This is
// where a person looks.
[[nodiscard]] std::string document_location_of(const Site& site);

class SchemaIndex {
 public:
  SchemaIndex(const SchemaRegistry& registry, Draft default_draft)
      : registry_(registry), default_draft_(default_draft) {}

  // Indexes a document and returns the site of its root. `draft` is what it is read as when it names no
  // `$schema`.
  [[nodiscard]] const Site& add_document(std::shared_ptr<const values::Document> document,
                                         std::string_view base_uri, Draft draft);

  // What a reference met at a site points at; null (with a finding) when nothing is there.
  [[nodiscard]] const Site* resolve(const Site& at, std::string_view keyword, std::string_view reference);

  // The site of a subschema that a keyword of the dialect holds; null for other values.
  [[nodiscard]] const Site* find(const values::Value& value) const;

  // A place below another that holds no schema itself, such as the map of `properties`.
  [[nodiscard]] const Site& add_step(const Site& above, std::string_view token, const values::Value& value);

  // The sites that hold schemas, in the order they were found.
  [[nodiscard]] const std::vector<const Site*>& schemas() const noexcept { return schemas_; }
  [[nodiscard]] const std::deque<Site>& sites() const noexcept { return sites_; }
  [[nodiscard]] const std::deque<Resource>& resources() const noexcept { return resources_; }
  [[nodiscard]] const std::vector<std::shared_ptr<const values::Document>>& documents() const noexcept {
    return documents_;
  }
  [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }
  // URIs (without fragment) that a reference or `$schema` names and nobody registered.
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }

  // Keeps the first 500 errors and the first 500 warnings.
  void add_finding(Finding finding);
  // Adds a finding about a schema, at the keyword `code` if the schema has it.
  void report(Severity severity, std::string_view code, const Site& at, std::string message);

 private:
  using Waiting = std::vector<const Site*>;
  using ResourcesByUri = std::unordered_map<std::string, Resource*>;

  void scan(const Site& start);
  [[nodiscard]] const Site& enter_resource(const Site& site);
  void add_anchors(const Site& site);
  void add_anchor(const Site& site, std::string_view name);
  void queue_subschemas(const Site& site, Waiting& waiting);
  void queue_held(const Site& holder, Waiting& waiting);
  [[nodiscard]] const Site& add_site(const Site& above, std::string_view token, std::int32_t index,
                                     const values::Value& value);
  [[nodiscard]] Resource& add_resource(std::string uri, std::size_t document, const Dialect& dialect,
                                       const values::Value& root);
  [[nodiscard]] std::optional<Dialect> dialect_named(std::string_view schema_uri, const Site& at);
  [[nodiscard]] std::optional<Dialect> dialect_of_metaschema(std::string_view schema_uri, const Site& at,
                                                             int depth);
  [[nodiscard]] std::optional<VocabularySet> read_vocabularies(const values::Value& metaschema,
                                                               const Site& at);
  [[nodiscard]] const Resource* find_resource(const std::string& uri, const Resource& from);
  [[nodiscard]] const Site* follow_pointer(const Resource& resource, std::string_view pointer);
  void note_missing(std::string_view uri);

  const SchemaRegistry& registry_;
  Draft default_draft_;
  std::deque<Site> sites_;
  std::vector<const Site*> schemas_;
  std::deque<Resource> resources_;
  std::unordered_map<const values::Value*, const Site*> by_value_;
  // Identifiers count first inside their own document, so that two documents may embed the same one.
  std::vector<ResourcesByUri> by_uri_in_document_;
  ResourcesByUri by_uri_;
  std::vector<std::shared_ptr<const values::Document>> documents_;
  std::vector<Finding> findings_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::vector<std::string> missing_;
};

}  // namespace command_center::json_schema
