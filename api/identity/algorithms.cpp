// A key serves the algorithms of its type alone (RFC 7518, 3.1): ES256 says P-256, whatever the key.
#include "api/identity/algorithms.hpp"

namespace command_center::api::identity {
namespace {

constexpr Algorithm kAlgorithms[] = {
    {"RS256", KeyType::kRsa},  {"RS384", KeyType::kRsa},  {"RS512", KeyType::kRsa},
    {"PS256", KeyType::kRsa},  {"PS384", KeyType::kRsa},  {"PS512", KeyType::kRsa},
    {"ES256", KeyType::kP256}, {"ES384", KeyType::kP384}, {"ES512", KeyType::kP521},
};

}  // namespace

const Algorithm* find_algorithm(std::string_view name) noexcept {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

std::string algorithm_names() {
  std::string names;
  for (const Algorithm& algorithm : kAlgorithms) {
    if (!names.empty()) names += ", ";
    names += algorithm.name;
  }
  return names;
}

}  // namespace command_center::api::identity
