// A client trusts an answer that says that nothing was done, and nothing else that is not an acceptance.
#include "tests/api/kills/clients.hpp"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "extension/core/json/rapidjson.hpp"
#include "tests/api/support/http_client.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace command_center::api_tests {
namespace {

constexpr int kPauseMs = 20;

// A member as text; "" where there is none.
std::string text_of(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject() || !object.HasMember(name) || !object[name].IsString()) return {};
  return object[name].GetString();
}

std::string payload_of(const std::string& name, int number) {
  return R"({"number":)" + std::to_string(number) + R"(,"canary":")" + name + "\"}";
}

// Sends a request and goes away: nobody will read what comes.
void send_and_leave(int port, const std::string& request) {
  const loopback::Descriptor socket = loopback::open_socket();
  if (loopback::connect_to(port, socket)) loopback::send_all(socket, request);
}

}  // namespace

std::string load_sql() {
  return "CREATE TABLE public.effects (canary text);"
         "CREATE FUNCTION public.write_effect(command command_center.accepted_command) RETURNS jsonb"
         " LANGUAGE sql SET search_path = pg_catalog AS"
         " $$ INSERT INTO public.effects VALUES ((command).payload ->> 'canary') RETURNING '{}'::jsonb $$;"
         "SELECT command_center.set_service('writer', handler =>"
         " 'public.write_effect(command_center.accepted_command)');"
         "SELECT command_center.register_command('order.write', '{}', default_target => 'writer')";
}

// Of one thread.
class Clients::One {
 public:
  One(Clients& all, int client, std::uint64_t seed)
      : all_(all), client_(client), random_(seed), told_(all.told_[static_cast<std::size_t>(client)]) {}

  void run() {
    while (!all_.stopping_ && all_.begun_ < all_.requests_) {
      const std::uint64_t choice = random_() % 100;
      if (choice < 6) {
        bring_batch();
      } else if (choice < 26) {
        bring_once();
      } else {
        bring(choice < 29 ? Sort::kHandled : Sort::kKeyed);
      }
      if (random_() % 20 == 0) look_up();
    }
  }

 private:
  [[nodiscard]] bool happens_once_in(std::uint64_t times) { return random_() % times == 0; }

  std::pair<std::string, Request*> begin(Sort sort) {
    ++all_.begun_;
    std::string name = name_of(client_, ++number_);
    Request& request = told_.requests[name];
    request.sort = sort;
    return {std::move(name), &request};
  }

  static std::string path_of(Sort sort) {
    return sort == Sort::kHandled ? "/v1/commands/order.write/execute" : "/v1/commands/order.place/execute";
  }

  HttpAnswer send(const std::string& method, const std::string& path, const std::string& body,
                  const HttpHeaders& headers) {
    const int port = all_.ports_[at_];
    if (port != port_ || !http_) {
      port_ = port;
      http_ = std::make_unique<HttpClient>(port, HttpHeaders{"x-tenant-id: " + all_.tenant_});
    }
    HttpAnswer answer = http_->send(method, path, body, headers);
    ++told_.answers[answer.status == 0 ? "broken off" : std::to_string(answer.status)];
    std::string everything = answer.body;
    for (const auto& [name, value] : answer.headers) everything += '\n' + value;
    if (!has_only_names_of(client_, everything)) told_.findings.add(Broken::kOthersAnswer, everything);
    // The other one may be well.
    if (answer.status == 0 || answer.status == 503) at_ = (at_ + 1) % kApis;
    return answer;
  }

  HttpAnswer execute(Sort sort, const std::string& name, const std::string& payload, const std::string& key) {
    HttpHeaders headers{"x-correlation-id: " + name};
    if (!key.empty()) headers.push_back("Idempotency-Key: " + key);
    return send("POST", path_of(sort), payload, headers);
  }

  // Takes what an answer says of a request; true when it accepts.
  bool take(const HttpAnswer& answer, const std::string& name, Request& request) {
    rapidjson::Document body;
    body.Parse(answer.body.data(), answer.body.size());
    if (answer.status == 202 && !body.HasParseError()) {
      const std::string id = text_of(body, "commandId");
      const bool is_whole = text_of(body, "correlationId") == name && !id.empty() &&
                            answer.header("x-correlation-id") == name &&
                            answer.header("location") == "/v1/dispatches/" + id;
      if (!is_whole) told_.findings.add(Broken::kStrangeAnswer, name + ": " + answer.body);
      return accept(id, name, request);
    }
    const bool is_known = answer.status == 0 || answer.status == 503 ||
                          (answer.status == 409 && text_of(body, "code") == "KC004");
    if (!is_known)
      told_.findings.add(Broken::kStrangeAnswer, name + ": " + std::to_string(answer.status) + answer.body);
    if (answer.status == 0 || (!body.HasParseError() && text_of(body, "outcome") == "unknown"))
      request.is_uncertain = true;
    return false;
  }

  bool accept(const std::string& id, const std::string& name, Request& request) {
    if (request.command_id.empty()) {
      request.command_id = id;
      ++all_.accepted_;
    } else if (request.command_id != id) {
      told_.findings.add(Broken::kChangedAnswer, name + ": " + request.command_id + ", then " + id);
    }
    return true;
  }

  void bring_once() {
    const auto [name, request] = begin(Sort::kBare);
    take(execute(Sort::kBare, name, payload_of(name, number_), {}), name, *request);
  }

  // Until it is accepted, for as long as a client can be asked to.
  HttpAnswer insist(Sort sort, const std::string& name, const std::string& payload, Request& request) {
    HttpAnswer answer;
    const bool is_accepted = e2e::eventually([&] {
      answer = execute(sort, name, payload, name);
      if (take(answer, name, request)) return true;
      poll(nullptr, 0, kPauseMs);
      return false;
    });
    if (!is_accepted)
      told_.findings.add(Broken::kStrangeAnswer,
                         name + " was not accepted for " + std::to_string(e2e::kPatience.count()) + " s");
    return answer;
  }

  void bring(Sort sort) {
    const auto [name, request] = begin(sort);
    const std::string payload = payload_of(name, number_);
    if (happens_once_in(50)) {
      request->is_uncertain = true;
      send_and_leave(all_.ports_[at_], "POST " + path_of(sort) +
                                           " HTTP/1.1\r\nHost: localhost\r\nx-tenant-id: " + all_.tenant_ +
                                           "\r\nx-correlation-id: " + name + "\r\nIdempotency-Key: " + name +
                                           "\r\nContent-Type: application/json\r\nContent-Length: " +
                                           std::to_string(payload.size()) + "\r\n\r\n" + payload);
    }
    insist(sort, name, payload, *request);
    if (happens_once_in(20)) {
      const HttpAnswer again = insist(sort, name, payload, *request);
      if (again.status == 202 && again.header("idempotent-replayed") != "true")
        told_.findings.add(Broken::kStrangeAnswer, name + " was not replayed: " + again.body);
    }
    if (happens_once_in(50)) {
      const HttpAnswer other = execute(sort, name, payload_of(name, -number_), name);
      if (other.status == 202) told_.findings.add(Broken::kStrangeAnswer, name + ": " + other.body);
    }
  }

  void bring_batch() {
    std::vector<std::pair<std::string, Request*>> some;
    std::string body;
    for (std::uint64_t left = 2 + (random_() % 20); left > 0; --left) {
      some.push_back(begin(Sort::kKeyed));
      const std::string& name = some.back().first;
      body += (body.empty() ? R"({"commands":[)" : ",") + std::string(R"({"commandName":"order.place",)") +
              R"("idempotencyKey":")" + name + R"(","correlationId":")" + name + R"(","payload":)" +
              payload_of(name, number_) + "}";
    }
    body += "]}";
    const bool are_accepted = e2e::eventually([&] {
      if (take_batch(send("POST", "/v1/commands/batch", body, {}), some)) return true;
      poll(nullptr, 0, kPauseMs);
      return false;
    });
    if (!are_accepted) told_.findings.add(Broken::kStrangeAnswer, some.front().first + " was not accepted");
  }

  bool take_batch(const HttpAnswer& answer, const std::vector<std::pair<std::string, Request*>>& some) {
    rapidjson::Document body;
    body.Parse(answer.body.data(), answer.body.size());
    if (answer.status != 207 || body.HasParseError()) {
      for (const auto& [name, request] : some) {
        static_cast<void>(take(answer, name, *request));
        request->is_uncertain = true;
      }
      return false;
    }
    const auto& outcomes = body["outcomes"];
    if (outcomes.Size() != some.size()) {
      told_.findings.add(Broken::kStrangeAnswer, some.front().first + ": " + answer.body);
      return true;
    }
    bool all = true;
    for (rapidjson::SizeType each = 0; each < outcomes.Size(); ++each) {
      const auto& [name, request] = some[each];
      if (text_of(outcomes[each], "status") != "accepted") {
        all = false;
        continue;
      }
      if (text_of(outcomes[each], "correlationId") != name)
        told_.findings.add(Broken::kStrangeAnswer, name + ": " + answer.body);
      accept(text_of(outcomes[each], "commandId"), name, *request);
    }
    return all;
  }

  // Something of its own, from a while ago.
  void look_up() {
    const std::string name =
        name_of(client_, 1 + static_cast<int>(random_() % static_cast<std::uint64_t>(number_)));
    const Request& request = told_.requests.at(name);
    if (request.command_id.empty()) return;
    const HttpAnswer answer = send("GET", "/v1/dispatches/" + request.command_id, {}, {});
    if (answer.status == 0 || answer.status == 503) return;
    if (answer.status != 200 || answer.body.find(name) == std::string::npos)
      told_.findings.add(Broken::kStrangeAnswer, name + ": " + std::to_string(answer.status) + answer.body);
  }

  Clients& all_;
  int client_;
  std::mt19937_64 random_;
  Told& told_;
  int number_ = 0;
  std::size_t at_ = 0;
  int port_ = 0;
  std::unique_ptr<HttpClient> http_;
};

Clients::Clients(int clients, std::int64_t requests, std::uint64_t seed, const Ports& ports,
                 std::string tenant)
    : requests_(requests),
      ports_(ports),
      tenant_(std::move(tenant)),
      told_(static_cast<std::size_t>(clients)) {
  for (int client = 0; client < clients; ++client) {
    threads_.emplace_back(
        [this, client, seed] { One(*this, client, seed * 1000 + static_cast<std::uint64_t>(client)).run(); });
  }
}

Clients::~Clients() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

Told Clients::finish() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  Told all;
  for (Told& each : told_) {
    all.requests.merge(each.requests);
    all.findings.merge(each.findings);
    for (const auto& [kind, count] : each.answers) all.answers[kind] += count;
  }
  return all;
}

}  // namespace command_center::api_tests
