// The last resort has a body of its own: there may be no memory, or no problem to describe.
#include "api/http/reply.hpp"

#include <utility>

namespace command_center::api::http {

Reply::~Reply() {
  if (!destination_) return;
  constexpr int kInternal = 500;
  try {
    send({kInternal,
          R"({"type":"about:blank","title":"Internal Server Error","status":500})",
          "application/problem+json",
          {}});
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory; the connection closes without an answer
  }
}

void Reply::send(Response response) noexcept {
  if (const auto destination = std::move(destination_)) destination->send(std::move(response));
}

}  // namespace command_center::api::http
