// Files of keys and tokens.
#include <fstream>
#include <iterator>

#include "api/identity/kept_fresh.hpp"

namespace command_center::api::identity {

std::string read_file(const std::string& name, std::size_t most_bytes) {
  std::ifstream file(name, std::ios::binary);
  std::string text(most_bytes + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad())
    throw Failure(FailureKind::kRefused, sqlstate::kInvalidParameter, "could not read \"" + name + "\"");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most_bytes) {
    throw Failure(FailureKind::kRefused, sqlstate::kTooLarge,
                  "\"" + name + "\" is larger than " + std::to_string(most_bytes) + " bytes");
  }
  return text;
}

}  // namespace command_center::api::identity
