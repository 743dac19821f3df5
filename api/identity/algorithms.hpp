// The signatures that tokens may have: public keys only, since whoever may check a secret may sign with it.
#pragma once

#include <string>
#include <string_view>

namespace command_center::api::identity {

enum class KeyType { kRsa, kP256, kP384, kP521 };

struct Algorithm {
  std::string_view name;  // as RFC 7518 writes it
  KeyType key;
};

// Null where there is none of that name: "none" and HS256 among them.
[[nodiscard]] const Algorithm* find_algorithm(std::string_view name) noexcept;

// All names, with commas.
[[nodiscard]] std::string algorithm_names();

}  // namespace command_center::api::identity
