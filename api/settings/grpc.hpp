// Where gRPC calls are answered.
#pragma once

#include <cstdint>
#include <string>

#include "api/api.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace command_center::api::settings {

struct Grpc {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9090;
  int most_connections = 1000;  // not a flag: fewer where there are few descriptors
};

void declare(CLI::App& app, Grpc& grpc);

}  // namespace command_center::api::settings
