// A thread for each connection: there are as many as there are daemons.
#include "tests/e2e/support/collector.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "extension/core/json/rapidjson.hpp"

namespace command_center::e2e {
namespace {

using Json = rapidjson::Value;

std::string text(const Json& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

int number(const Json& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsInt() ? found->value.GetInt() : 0;
}

template <typename Take>
void each(const Json& object, const char* name, Take&& take) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsArray()) return;
  for (const Json& element : found->value.GetArray()) take(element);
}

std::map<std::string, std::string> attributes_of(const Json& object) {
  std::map<std::string, std::string> attributes;
  each(object, "attributes", [&](const Json& attribute) {
    const Json& value = attribute["value"];
    attributes[text(attribute, "key")] = text(value, "stringValue") + text(value, "intValue");
  });
  return attributes;
}

SeenSpan span_of(const Json& json, const std::string& service) {
  SeenSpan span;
  span.trace = text(json, "traceId");
  span.id = text(json, "spanId");
  span.parent = text(json, "parentSpanId");
  span.state = text(json, "traceState");
  span.service = service;
  span.name = text(json, "name");
  span.kind = number(json, "kind");
  span.is_error = json.HasMember("status") && number(json["status"], "code") == 2;
  span.attributes = attributes_of(json);
  each(json, "links", [&](const Json& link) { span.linked_traces.push_back(text(link, "traceId")); });
  return span;
}

void read_spans(const std::string& body, Spans& spans) {
  rapidjson::Document document;
  document.Parse(body.data(), body.size());
  if (document.HasParseError()) throw std::runtime_error("not JSON: " + body);
  each(document, "resourceSpans", [&](const Json& of_resource) {
    const std::string service = attributes_of(of_resource["resource"])["service.name"];
    each(of_resource, "scopeSpans", [&](const Json& of_scope) {
      each(of_scope, "spans", [&](const Json& span) { spans.push_back(span_of(span, service)); });
    });
  });
}

}  // namespace

Collector::Collector(Manner manner) : manner_(manner) {
  accepting_ = std::thread([this] { accept_clients(); });
}

Collector::~Collector() {
  stopping_ = true;
  listener_.stop();
  accepting_.join();
  for (const auto& client : clients_) shutdown(client.get(), SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
}

std::vector<std::string> Collector::environment() const {
  return {"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:" + std::to_string(listener_.port()),
          "OTEL_BSP_SCHEDULE_DELAY=50"};
}

void Collector::accept_clients() {
  while (!stopping_) {
    loopback::Descriptor client = listener_.accept_one();
    if (client.get() < 0) return;
    clients_.push_back(std::move(client));
    threads_.emplace_back([this, &mine = clients_.back()] { serve(mine); });
  }
}

void Collector::serve(const loopback::Descriptor& client) {
  std::string input;
  char bytes[16384];
  while (true) {
    const ssize_t count = recv(client.get(), bytes, sizeof(bytes), 0);
    if (count <= 0) return;
    input.append(bytes, static_cast<std::size_t>(count));
    const std::size_t end = input.find("\r\n\r\n");
    const std::size_t label = input.find("Content-Length: ");
    if (end == std::string::npos || label > end) continue;
    const std::size_t length = std::stoul(input.substr(label + 16));
    if (input.size() < end + 4 + length) continue;
    ++requests_;
    if (manner_ == Manner::kHangs) continue;
    if (manner_ == Manner::kTakes) {
      const std::lock_guard<std::mutex> lock(mutex_);
      heads_.push_back(input.substr(0, end));
      bodies_.push_back(input.substr(end + 4, length));
    }
    input.erase(0, end + 4 + length);
    const std::string answer =
        manner_ == Manner::kTakes
            ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            : "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    if (!loopback::send_all(client, answer)) return;
  }
}

std::vector<std::string> Collector::heads() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return heads_;
}

std::vector<std::string> Collector::bodies() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return bodies_;
}

Spans Collector::spans() {
  Spans spans;
  for (const std::string& body : bodies()) read_spans(body, spans);
  return spans;
}

SeenSpan Collector::await(const std::function<bool(const SeenSpan&)>& is_meant) {
  SeenSpan seen;
  (void)eventually([&] {
    for (SeenSpan& span : spans()) {
      if (!is_meant(span)) continue;
      seen = std::move(span);
      return true;
    }
    return false;
  });
  return seen;
}

}  // namespace command_center::e2e
