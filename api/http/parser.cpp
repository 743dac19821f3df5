// Ambiguities are how a request is smuggled past a proxy: two lengths, a length and chunks, folded lines,
// bare line feeds, spaces before a colon.
#include "api/http/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/http/target.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::api::http {
namespace {

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kTargetTooLong = 414;
constexpr int kExpectationFailed = 417;
constexpr int kHeadTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;

constexpr std::size_t kMostHead = std::size_t{32} * 1024;
constexpr std::size_t kMostRequestLine = std::size_t{8} * 1024;
constexpr std::size_t kMostFields = 100;
constexpr std::size_t kMostMethod = 32;
constexpr std::size_t kMostChunkLine = 256;
constexpr std::size_t kMostTrailer = std::size_t{8} * 1024;
constexpr std::size_t kMostLengthDigits = 18;
constexpr std::size_t kMostChunkDigits = 8;

// What means one thing, and would mean two if it came twice.
constexpr std::array<std::string_view, 16> kSingle{
    "authorization", "content-length",  "content-type",      "expect",
    "host",          "idempotency-key", "if-match",          "if-none-match",
    "traceparent",   "x-database",      "transfer-encoding", "x-tenant-id",
    "x-user-id",     "x-user-role",     "x-correlation-id",  "x-guard-admin-token"};

bool is_token(std::string_view text) {
  constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           kPunctuation.find(byte) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte > ' ' && byte < '\x7f'; });
}

bool is_field_value(std::string_view text) {
  return std::none_of(
             text.begin(), text.end(),
             [](char byte) { return (byte >= 0 && byte < ' ' && byte != '\t') || byte == '\x7f'; }) &&
         json_schema::values::is_well_formed_utf8(text);
}

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(text.begin(), text.end(), lowered.begin(), [](char byte) { return lower(byte); });
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::size_t> decimal(std::string_view text) {
  constexpr std::size_t kBase = 10;
  if (text.empty() || text.size() > kMostLengthDigits) return std::nullopt;
  std::size_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * kBase + static_cast<std::size_t>(digit - '0');
  }
  return value;
}

std::optional<std::size_t> hexadecimal(std::string_view text) {
  constexpr std::size_t kBase = 16;
  if (text.empty() || text.size() > kMostChunkDigits) return std::nullopt;
  std::size_t value = 0;
  for (const char byte : text) {
    const char digit = lower(byte);
    const bool is_letter = digit >= 'a' && digit <= 'f';
    if (!is_letter && (digit < '0' || digit > '9')) return std::nullopt;
    value = value * kBase + static_cast<std::size_t>(is_letter ? digit - 'a' + 10 : digit - '0');
  }
  return value;
}

// Whether a comma-separated list has this member.
bool has_member(std::string_view list, std::string_view member) {
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    if (lower(trimmed(part)) == member) return true;
  }
  return false;
}

}  // namespace

std::size_t Parser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && stage_ < Stage::kWhole) {
    const std::string_view rest = bytes.substr(taken);
    if (stage_ != Stage::kBody)
      taken += feed_head(rest);
    else
      taken += is_chunked_ ? feed_chunked(rest) : feed_sized(rest);
  }
  return taken;
}

// One line at a time. An empty line before a request is passed over, as the standard asks.
std::size_t Parser::feed_head(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  const std::size_t taken = feed == std::string_view::npos ? bytes.size() : feed + 1;
  if (head_.size() + taken > kMostHead || (line_start_ == 0 && head_.size() + taken > kMostRequestLine)) {
    if (line_start_ == 0)
      refuse(kTargetTooLong, "the request line is longer than 8192 bytes");
    else
      refuse(kHeadTooLarge, "the head is larger than 32768 bytes");
    return taken;
  }
  head_.append(bytes.substr(0, taken));
  stage_ = Stage::kHead;
  if (feed == std::string_view::npos) return taken;
  if (head_.size() - line_start_ < 2 || head_[head_.size() - 2] != '\r') {
    refuse(kBadRequest, "a line of the head does not end in CR LF");
    return taken;
  }
  const bool is_empty_line = head_.size() - line_start_ == 2;
  if (is_empty_line && line_start_ == 0) {
    head_.clear();
    stage_ = Stage::kNothing;
  } else if (is_empty_line) {
    parse_head();
  } else {
    line_start_ = head_.size();
  }
  return taken;
}

void Parser::parse_head() {
  std::string_view rest = head_;
  bool is_first = true;
  while (rest.size() > 2) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos)
      return refuse(kBadRequest, "the head has a control character");
    if (!(std::exchange(is_first, false) ? parse_request_line(line) : parse_field(line))) return;
  }
  if (read_framing()) decide_body();
}

bool Parser::parse_request_line(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end)
    return refuse_field(kBadRequest, "the request line is not: method, target, version");
  const std::string_view method = line.substr(0, method_end);
  const std::string_view text = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (!is_token(method) || method.size() > kMostMethod)
    return refuse_field(kBadRequest, "the method is not a token of at most 32 bytes");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_http = version.substr(0, 5) == "HTTP/";
    return refuse_field(is_http ? kVersionNotSupported : kBadRequest,
                        "the version is not HTTP/1.1 or HTTP/1.0");
  }
  auto target = is_visible(text) ? parse_target(text) : std::nullopt;
  if (!target)
    return refuse_field(
        kBadRequest,
        "the target is not a path and query of percent-encoded UTF-8, each with at most 100 parts");
  is_version_1_0_ = version == "HTTP/1.0";
  received_.keeps_alive = !is_version_1_0_;
  received_.takes_interim = !is_version_1_0_;
  authority_ = std::move(target->authority);
  received_.request.method = method;
  received_.request.path = std::move(target->path);
  received_.request.segments = std::move(target->segments);
  received_.request.query = std::move(target->query);
  return true;
}

bool Parser::parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !is_token(name))
    return refuse_field(kBadRequest, "a header line is not: name, colon, value");
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_field_value(value))
    return refuse_field(kBadRequest, "a header value has a control character or is not UTF-8");
  Fields& fields = received_.request.headers;
  if (fields.size() == kMostFields) return refuse_field(kHeadTooLarge, "there are more than 100 headers");
  std::string lowered = lower(name);
  const bool is_single = std::find(kSingle.begin(), kSingle.end(), lowered) != kSingle.end();
  if (is_single && received_.request.header(lowered))
    return refuse_field(kBadRequest, "a header came twice that must not");
  fields.emplace_back(std::move(lowered), value);
  return true;
}

// How long the body is, and what becomes of the connection. False when refused.
bool Parser::read_framing() {
  const Request& request = received_.request;
  const auto length = request.header("content-length");
  const auto coding = request.header("transfer-encoding");
  if (!request.header("host") && !is_version_1_0_)
    return refuse_field(kBadRequest, "there is no Host header");
  for (auto& [name, value] : received_.request.headers) {
    if (name == "host" && !authority_.empty()) value = authority_;
  }
  if (length && coding)
    return refuse_field(kBadRequest, "both Content-Length and Transfer-Encoding are there");
  if (coding && is_version_1_0_) return refuse_field(kBadRequest, "HTTP/1.0 has no Transfer-Encoding");
  if (coding && lower(*coding) != "chunked")
    return refuse_field(kNotImplemented, "Transfer-Encoding is not chunked");
  is_chunked_ = coding.has_value();
  if (length) {
    const auto bytes = decimal(*length);
    if (!bytes) return refuse_field(kBadRequest, "Content-Length is not a number");
    if (*bytes > most_body_) return refuse_field(kTooLarge, "the body is larger than this server takes");
    body_left_ = *bytes;
  }
  if (const auto expected = request.header("expect")) {
    if (lower(*expected) != "100-continue")
      return refuse_field(kExpectationFailed, "Expect is not 100-continue");
    asks_to_continue_ = !is_version_1_0_;
  }
  for (const auto& [name, value] : request.headers) {
    if (name != "connection") continue;
    if (has_member(value, "close")) received_.keeps_alive = false;
    if (is_version_1_0_ && has_member(value, "keep-alive")) received_.keeps_alive = true;
  }
  return true;
}

void Parser::decide_body() {
  const bool has_body = is_chunked_ || body_left_ > 0;
  asks_to_continue_ = asks_to_continue_ && has_body;
  stage_ = has_body ? Stage::kBody : Stage::kWhole;
}

std::size_t Parser::feed_sized(std::string_view bytes) {
  const std::size_t taken = std::min(bytes.size(), body_left_);
  body_.append(bytes.substr(0, taken));
  body_left_ -= taken;
  if (body_left_ == 0) stage_ = Stage::kWhole;
  return taken;
}

std::size_t Parser::feed_chunked(std::string_view bytes) {
  if (chunk_ != Chunk::kData) return feed_chunk_line(bytes);
  const std::size_t taken = std::min(bytes.size(), body_left_);
  body_.append(bytes.substr(0, taken));
  body_left_ -= taken;
  if (body_left_ == 0) chunk_ = Chunk::kDataEnd;
  return taken;
}

std::size_t Parser::feed_chunk_line(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  const std::size_t taken = feed == std::string_view::npos ? bytes.size() : feed + 1;
  if (chunk_ == Chunk::kTrailer) {
    trailer_bytes_ += taken;
    if (trailer_bytes_ > kMostTrailer) {
      refuse(kHeadTooLarge, "the trailer is larger than 8192 bytes");
      return taken;
    }
  } else if (chunk_line_.size() + taken > kMostChunkLine) {
    refuse(kBadRequest, "the line before a chunk is longer than 256 bytes");
    return taken;
  }
  chunk_line_.append(bytes.substr(0, taken));
  if (feed == std::string_view::npos) return taken;
  if (chunk_line_.size() < 2 || chunk_line_[chunk_line_.size() - 2] != '\r') {
    refuse(kBadRequest, "a line between chunks does not end in CR LF");
    return taken;
  }
  end_chunk_line(std::string_view(chunk_line_).substr(0, chunk_line_.size() - 2));
  chunk_line_.clear();
  return taken;
}

// Extensions and trailers mean nothing here.
void Parser::end_chunk_line(std::string_view line) {
  if (chunk_ == Chunk::kTrailer) {
    if (line.empty()) stage_ = Stage::kWhole;
    return;
  }
  if (chunk_ == Chunk::kDataEnd) {
    if (!line.empty()) return refuse(kBadRequest, "a chunk is longer than it says");
    chunk_ = Chunk::kSize;
    return;
  }
  const auto size = hexadecimal(trimmed(line.substr(0, line.find(';'))));
  if (!size) return refuse(kBadRequest, "the size of a chunk is not a hexadecimal number");
  if (*size > most_body_ - body_.size())
    return refuse(kTooLarge, "the body is larger than this server takes");
  body_left_ = *size;
  chunk_ = *size == 0 ? Chunk::kTrailer : Chunk::kData;
}

bool Parser::asks_to_continue() noexcept {
  return stage_ == Stage::kBody && std::exchange(asks_to_continue_, false);
}

Received Parser::take() {
  Received received = std::move(received_);
  received.request.body = std::move(body_);
  *this = Parser(most_body_);
  return received;
}

void Parser::refuse(int status, std::string_view detail) {
  stage_ = Stage::kRefused;
  refusal_ = {status, detail};
}

bool Parser::refuse_field(int status, std::string_view detail) {
  refuse(status, detail);
  return false;
}

}  // namespace command_center::api::http
