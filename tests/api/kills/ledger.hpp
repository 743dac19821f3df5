// What clients were told of their requests, compared with what is in the database; each difference has a
// name. Pure: no server, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace command_center::api_tests {

enum class Sort : std::uint8_t {
  kKeyed,    // repeated by its key until it was accepted
  kHandled,  // the same, done by a handler in the database
  kBare      // without a key: sent once
};

// One request as its client knows it.
struct Request {
  Sort sort = Sort::kKeyed;
  std::string command_id;     // of the answer that accepted it; empty: none did
  bool is_uncertain = false;  // an answer was lost, or said that its outcome is unknown
};

// By the request's name, which is its correlation id and in its payload.
using Requests = std::unordered_map<std::string, Request>;

struct Dispatch {
  std::string name;    // of the correlation id
  std::string canary;  // the name in the payload
  std::string command_id;
};

enum class Broken {
  kLost,            // accepted, and not there
  kDuplicate,       // there more than once
  kRefusedAndDone,  // there, though its only answer said that nothing was done
  kInvented,        // nobody asked for it
  kMixedUp,         // the payload is another request's
  kOtherId,         // there under another id than its client was told
  kNoEffect,        // its handler did nothing that lasted
  kWrongEffect,     // a handler's effect that is there twice, or without its dispatch
  // Of answers alone:
  kChangedAnswer,  // two answers for one key name two commands
  kStrangeAnswer,  // one that no client can make sense of
  kOthersAnswer    // one with something of another client in it
};

[[nodiscard]] const char* name_of(Broken broken);

class Findings {
 public:
  void add(Broken broken, const std::string& what);
  void merge(const Findings& other);
  [[nodiscard]] bool is_clean() const { return counts_.empty(); }
  [[nodiscard]] int count(Broken broken) const;
  // A line for each kind, with the first few examples; empty when clean.
  [[nodiscard]] std::string text() const;

 private:
  std::map<Broken, int> counts_;
  std::map<Broken, std::vector<std::string>> examples_;
};

// `effects`: the names that handlers in the database have written.
[[nodiscard]] Findings judge(const Requests& requests, const std::vector<Dispatch>& dispatches,
                             const std::vector<std::string>& effects);

// Whether every name in the text, "canary-<client>-<number>", is one of this client.
[[nodiscard]] bool has_only_names_of(int client, const std::string& text);

[[nodiscard]] std::string name_of(int client, int number);

}  // namespace command_center::api_tests
