// A refusal's words: ours are passed on, the server's own are not.
#include "api/problems/problem.hpp"

#include <algorithm>

#include "api/problems/table.hpp"
#include "extension/core/json/rapidjson.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::problems {
namespace {

constexpr std::string_view kContentType = "application/problem+json";

std::string_view title_of_status(int status) {
  switch (status) {
    case 400:
      return "Malformed request";
    case 401:
      return "Not authenticated";
    case 403:
      return "Not permitted";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 406:
      return "Not acceptable";
    case 408:
      return "Request not received in time";
    case 412:
      return "Precondition failed";
    case 413:
      return "Too large";
    case 415:
      return "Unsupported media type";
    case 422:
      return "Invalid request";
    case 428:
      return "Precondition required";
    case 429:
      return "Too many requests";
    case 503:
      return "Not available";
    default:
      return status < 500 ? "Refused" : "Internal error";
  }
}

bool is_ours(std::string_view sqlstate) {
  return sqlstate.substr(0, 2) == "KC";
}

// Of {"retryAfterSeconds": n}, rounded up; nothing where it is not said.
std::optional<int> retry_after_of(const std::string& detail) {
  rapidjson::Document document;
  document.Parse(detail.data(), detail.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  const auto member = document.FindMember("retryAfterSeconds");
  if (member == document.MemberEnd() || !member->value.IsNumber()) return std::nullopt;
  constexpr double kLongest = 86'400;
  const double seconds = std::clamp(member->value.GetDouble(), 1.0, kLongest);
  const int whole = static_cast<int>(seconds);
  return whole < seconds ? whole + 1 : whole;
}

bool is_json(std::string_view text) {
  if (text.empty() || (text.front() != '{' && text.front() != '[')) return false;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  return !document.HasParseError();
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

Problem from_sqlstate(std::string_view sqlstate, std::string_view message, std::string_view detail,
                      std::string_view hint) {
  const Entry& entry = entry_of(sqlstate);
  Problem problem;
  problem.status = entry.status;
  problem.code = sqlstate;
  problem.title = entry.title;
  if (entry.words == Words::kPassedOn) {
    problem.detail = first_line(message);
    problem.hint = hint;
  }
  if (is_ours(sqlstate) && is_json(detail)) problem.errors = detail;
  if (entry.retry_after_seconds > 0) problem.retry_after_seconds = entry.retry_after_seconds;
  if (const auto said = sqlstate == "KC010" ? retry_after_of(problem.errors) : std::nullopt)
    problem.retry_after_seconds = said;
  return problem;
}

Problem make(int status, std::string_view detail, std::string_view hint) {
  Problem problem;
  problem.status = status;
  problem.title = title_of_status(status);
  problem.detail = detail;
  problem.hint = hint;
  return problem;
}

Problem make_coded(std::string_view sqlstate, std::string_view detail, std::string_view hint) {
  return from_sqlstate(sqlstate, detail, {}, hint);
}

http::Response to_response(const Problem& problem, std::string_view instance) {
  http::Response response;
  response.status = problem.status;
  response.content_type = kContentType;
  response.headers = problem.headers;
  if (problem.retry_after_seconds)
    response.headers.emplace_back("Retry-After", std::to_string(*problem.retry_after_seconds));
  json::TextWriter writer(response.body);
  const auto member = [&writer](std::string_view name, std::string_view value) {
    if (!value.empty()) writer.member(name, value);
  };
  writer.begin_object();
  writer.member("type", problem.code.empty() ? "about:blank" : "urn:command-center:error:" + problem.code);
  member("title", problem.title);
  writer.key("status");
  if (problem.witness.empty()) {
    writer.number(problem.status);
  } else {
    writer.text("CONFLICT");
    writer.key("witness");
    writer.raw(problem.witness);
  }
  member("detail", problem.detail);
  member("instance", instance);
  member("code", problem.code);
  member("hint", problem.hint);
  member("outcome", problem.outcome);
  if (!problem.errors.empty()) {
    writer.key(problem.errors.front() == '[' ? "errors" : "details");
    writer.raw(problem.errors);
  }
  writer.end_object();
  return response;
}

int grpc_code_of(std::string_view sqlstate) {
  return entry_of(sqlstate).grpc_code;
}

}  // namespace command_center::api::problems
