// Reads one request after the other from the bytes of a connection, as strictly as RFC 9112 allows: what two
// programs could read in two ways is refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/request.hpp"

namespace command_center::api::http {

enum class Stage {
  kNothing,  // not a byte of the next request
  kHead,
  kBody,
  kWhole,    // take() it
  kRefused,  // for good: where the next request would begin is not known
};

// Why a request is none.
struct Refusal {
  int status = 400;
  std::string_view detail;  // of a constant
};

struct Received {
  Request request;  // without the peer
  bool keeps_alive = true;
  bool takes_interim = true;  // answers with a status of 1xx before the answer (not with HTTP/1.0)
};

// Bounded by the body's limit and its own for the head; time is the caller's business.
class Parser {
 public:
  explicit Parser(std::size_t most_body) : most_body_(most_body) {}

  // Takes bytes up to the end of a request and says how many it took.
  std::size_t feed(std::string_view bytes);
  [[nodiscard]] Stage stage() const noexcept { return stage_; }

  // True once for each request whose client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool asks_to_continue() noexcept;
  // In stage kRefused.
  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
  // In stage kWhole; the next one may begin.
  [[nodiscard]] Received take();

  // How much memory the request takes so far.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return head_.size() + body_.size(); }
  // What is known of it, for the answer to one that is refused.
  [[nodiscard]] const std::string& path() const noexcept { return received_.request.path; }

 private:
  enum class Chunk { kSize, kData, kDataEnd, kTrailer };

  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_sized(std::string_view bytes);
  std::size_t feed_chunked(std::string_view bytes);
  std::size_t feed_chunk_line(std::string_view bytes);
  void end_chunk_line(std::string_view line);
  void parse_head();
  [[nodiscard]] bool parse_request_line(std::string_view line);
  [[nodiscard]] bool parse_field(std::string_view line);
  void decide_body();
  [[nodiscard]] bool read_framing();
  void refuse(int status, std::string_view detail);
  [[nodiscard]] bool refuse_field(int status, std::string_view detail);

  std::size_t most_body_;
  Stage stage_ = Stage::kNothing;
  Refusal refusal_;
  Received received_;
  bool is_version_1_0_ = false;
  bool asks_to_continue_ = false;

  std::string authority_;  // of the target
  std::string head_;
  std::size_t line_start_ = 0;  // of the line of the head that has not ended

  std::string body_;
  std::size_t body_left_ = 0;  // of the body or of the chunk
  bool is_chunked_ = false;
  Chunk chunk_ = Chunk::kSize;
  std::string chunk_line_;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace command_center::api::http
