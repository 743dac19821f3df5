// Fuzzes what stands between gRPC and the requests of HTTP: whatever a message says, the body is JSON whose
// members are ours, the payload stays one value of it, and answers that no route writes are not believed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/bodies/json_document.hpp"
#include "api/grpc/codec.hpp"

namespace {

namespace http = command_center::api::http;
namespace bodies = command_center::api::bodies;
namespace codec = command_center::api::grpc;
namespace v1 = command_center::v1;
using bodies::JsonDocument;

void require(bool promise) {
  if (!promise) std::abort();
}

// As many members as the message has, none of them twice, or nothing.
void check_execute(const v1::ExecuteRequest& message) {
  http::Request request;
  if (codec::write_execute(message, request)) return;
  const auto parsed = bodies::parse_json(request.body);
  const auto* document = std::get_if<JsonDocument>(&parsed);
  if (document == nullptr) return;  // a payload that jsonb refuses: so will the route
  require(document->root.type == bodies::Type::kObject);
  const auto payload = bodies::parse_json(message.payload());
  int payloads = 0;
  for (std::size_t each = 0; each < document->members.size(); ++each) {
    const bodies::Member& member = document->members[each];
    payloads += member.name == "payload" ? 1 : 0;
    for (std::size_t before = 0; before < each; ++before)
      require(document->members[before].name != member.name);
    if (member.name == "payload" && std::holds_alternative<JsonDocument>(payload))
      require(member.value.raw == std::get<JsonDocument>(payload).root.raw);
  }
  require(payloads == 1);
}

template <class Message>
void read(bool (*reader)(const http::Response&, Message&), const http::Response& response) {
  Message message;
  (void)reader(response, message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  v1::ExecuteRequest execute;
  if (execute.ParseFromString(text)) check_execute(execute);
  execute.Clear();
  execute.set_command_name("order.place");
  execute.set_payload(text);
  check_execute(execute);
  http::Request request;
  v1::ExecuteBatchRequest batch;
  if (batch.ParseFromString(text) && !codec::write_batch(batch, request)) {
    const auto parsed = bodies::parse_json(request.body);
    if (const auto* document = std::get_if<JsonDocument>(&parsed)) {
      for (const bodies::Member& member : document->members) {
        if (member.name != "commands") continue;
        const auto commands = bodies::parse_json(member.value.raw);
        require(std::get<JsonDocument>(commands).elements.size() ==
                static_cast<std::size_t>(batch.commands_size()));
      }
    }
  }
  http::Response response;
  response.body = text;
  read(codec::read_execute, response);
  read(codec::read_explain, response);
  read(codec::read_batch, response);
  read(codec::read_dispatch, response);
  response.status = 422;
  (void)codec::status_of(response);
  return 0;
}
