// Fuzzes the parser of requests: the same bytes are the same requests however they are cut, and what is held
// is bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/http/parser.hpp"

namespace {

using namespace command_center::api::http;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kMostBody = 256;
constexpr std::size_t kMostHead = 32 * 1024;

void require(bool promise) {
  if (!promise) std::abort();
}

// What was read, as text.
std::string read(std::string_view bytes, std::size_t step) {
  Parser parser(kMostBody);
  std::string seen;
  while (!bytes.empty() && parser.stage() != Stage::kRefused) {
    const std::size_t taken = parser.feed(bytes.substr(0, step));
    require(taken > 0 && taken <= bytes.size());
    require(parser.held_bytes() <= kMostHead + kMostBody);
    bytes.remove_prefix(taken);
    if (parser.stage() != Stage::kWhole) continue;
    const Received received = parser.take();
    const Request& request = received.request;
    require(request.body.size() <= kMostBody);
    seen += request.method + ' ' + request.path + (received.keeps_alive ? " stays" : " goes") + '\n';
    for (const std::string& segment : request.segments) require(segment.find('\0') == std::string::npos);
    for (const auto& [name, value] : request.query) seen += name + '=' + value + '\n';
    for (const auto& [name, value] : request.headers) {
      require(name.find_first_of(" \t\r\n") == std::string::npos &&
              value.find_first_of("\r\n") == std::string::npos);
      seen += name + ": " + value + '\n';
    }
    seen += request.body + '\n';
  }
  if (parser.stage() == Stage::kRefused) seen += std::to_string(parser.refusal().status);
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = read(bytes, size);
  require(read(bytes, 1) == whole);
  require(read(bytes, 7) == whole);
  return 0;
}
