// Goes over the text once and builds no document, since every message passes here.
#include "relay/kafka/message_headers.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>

namespace command_center::relay::kafka {
namespace {

constexpr std::size_t kExpectedHeaders = 16;

// Answers false, which stops the reader, at the first thing that is not a name or a string in the one object.
class HeaderHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, HeaderHandler> {
 public:
  explicit HeaderHandler(rd_kafka_headers_t* headers) : headers_(headers) {}

  [[nodiscard]] bool Default() const {
    return false;
  }                     // NOLINT(readability-identifier-naming): RapidJSON's name
  bool StartObject() {  // NOLINT(readability-identifier-naming)
    return ++depth_ == 1;
  }
  bool EndObject(rapidjson::SizeType /*members*/) {  // NOLINT(readability-identifier-naming)
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size,
           bool /*copy*/) {  // NOLINT(readability-identifier-naming)
    name_.assign(text, size);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size,
              bool /*copy*/) {  // NOLINT(readability-identifier-naming)
    return depth_ == 1 && rd_kafka_header_add(headers_, name_.data(), static_cast<ssize_t>(name_.size()),
                                              text, static_cast<ssize_t>(size)) == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

 private:
  rd_kafka_headers_t* headers_;
  std::string name_;
  int depth_ = 0;
};

}  // namespace

std::optional<Headers> parse_headers(std::string_view json) {
  Headers headers(rd_kafka_headers_new(kExpectedHeaders));
  if (json.empty()) return headers;
  HeaderHandler handler(headers.get());
  rapidjson::MemoryStream bytes(json.data(), json.size());
  rapidjson::Reader reader;
  if (!reader.Parse(bytes, handler)) return std::nullopt;
  return headers;
}

}  // namespace command_center::relay::kafka
