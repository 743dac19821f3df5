// A file as a whole.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace command_center::checker {

// Throws std::runtime_error when it cannot be read.
inline std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("could not read " + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace command_center::checker
