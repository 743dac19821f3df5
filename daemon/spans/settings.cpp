// A variable that is the standard's and cannot be honoured is refused, but only where spans are sent at all.
#include "daemon/spans/settings.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "extension/core/json_schema/values/utf8.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::string_view kTracesPath = "v1/traces";
constexpr long kMostMilliseconds = 86'400'000;
constexpr long kMostSpans = 1'000'000;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// %41 is A.
std::optional<std::string> decoded(std::string_view text) {
  const auto value = [](char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out.push_back(text[at]);
      continue;
    }
    if (at + 2 >= text.size() || value(text[at + 1]) < 0 || value(text[at + 2]) < 0) return std::nullopt;
    out.push_back(static_cast<char>(value(text[at + 1]) * 16 + value(text[at + 2])));
    at += 2;
  }
  return out;
}

class Reader {
 public:
  explicit Reader(const char* const* environment) : environment_(environment) {}

  [[nodiscard]] std::string text(std::string_view name) const {
    for (const char* const* entry = environment_; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view pair = *entry;
      if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=')
        return std::string(trimmed(pair.substr(name.size() + 1)));
    }
    return {};
  }

  // The name of those that has a value; the last one where none has.
  [[nodiscard]] std::string first_given(std::string_view special, std::string_view general) const {
    return std::string(text(special).empty() ? general : special);
  }

  // OTEL_EXPORTER_OTLP_TRACES_…, else OTEL_EXPORTER_OTLP_….
  [[nodiscard]] std::string otlp_name(const std::string& rest) const {
    return first_given("OTEL_EXPORTER_OTLP_TRACES_" + rest, "OTEL_EXPORTER_OTLP_" + rest);
  }
  [[nodiscard]] std::string otlp(const std::string& rest) const { return text(otlp_name(rest)); }

  [[nodiscard]] long number(const std::string& name, long otherwise, long least, long most) {
    const std::string given = text(name);
    if (given.empty()) return otherwise;
    char* end = nullptr;
    errno = 0;
    const long value = std::strtol(given.c_str(), &end, 10);
    if (errno == 0 && *end == '\0' && value >= least && value <= most) return value;
    refuse(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return otherwise;
  }

  // name=value,…
  [[nodiscard]] Pairs pairs(const std::string& name) {
    Pairs pairs;
    const std::string given = text(name);
    std::string_view rest = given;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view pair = trimmed(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (pair.empty()) continue;
      const std::size_t equals = pair.find('=');
      const std::string_view key = trimmed(pair.substr(0, equals));
      const auto value =
          equals == std::string_view::npos ? std::nullopt : decoded(trimmed(pair.substr(equals + 1)));
      const auto decoded_key = decoded(key);
      if (!value || !decoded_key || decoded_key->empty() || !is_text(*value) || !is_text(*decoded_key)) {
        refuse(name, "must be name=value pairs with commas between, other characters as %XX");
        return {};
      }
      // Of several the last, as elsewhere.
      pairs.erase(std::remove_if(pairs.begin(), pairs.end(),
                                 [&](const auto& one) { return one.first == *decoded_key; }),
                  pairs.end());
      pairs.emplace_back(*decoded_key, *value);
    }
    return pairs;
  }

  void refuse(std::string_view name, const std::string& why) {
    if (!mistake_) mistake_ = std::string(name) + " " + why;
  }
  [[nodiscard]] const std::optional<std::string>& mistake() const { return mistake_; }

 private:
  static bool is_text(std::string_view text) {
    return json_schema::values::is_well_formed_utf8(text) &&
           std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  }

  const char* const* environment_;
  std::optional<std::string> mistake_;
};

bool is_true(const std::string& text) {
  constexpr std::string_view kTrue = "true";
  return std::equal(text.begin(), text.end(), kTrue.begin(), kTrue.end(), [](char given, char wanted) {
    return (given >= 'A' && given <= 'Z' ? given - 'A' + 'a' : given) == wanted;
  });
}

bool is_http_url(const std::string& url) {
  struct Cleanup {
    void operator()(CURLU* handle) const noexcept { curl_url_cleanup(handle); }
  };
  const std::unique_ptr<CURLU, Cleanup> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  return url.compare(0, 7, "http://") == 0 || url.compare(0, 8, "https://") == 0;
}

void read_endpoint(Reader& reader, Settings& settings) {
  settings.url = reader.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (settings.url.empty()) {
    settings.url = reader.text("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (settings.url.empty()) return;
    if (settings.url.back() != '/') settings.url.push_back('/');
    settings.url += kTracesPath;
  }
  if (!is_http_url(settings.url)) reader.refuse(reader.otlp_name("ENDPOINT"), "must be an http or https URL");
}

void read_exporter(Reader& reader, Settings& settings) {
  const std::string protocol = reader.otlp("PROTOCOL");
  if (!protocol.empty() && protocol != "http/json")
    reader.refuse(reader.otlp_name("PROTOCOL"), "must be http/json: the other protocols are not there");
  const std::string compression = reader.otlp("COMPRESSION");
  if (!compression.empty() && compression != "none")
    reader.refuse(reader.otlp_name("COMPRESSION"), "must be none: nothing is compressed");
  settings.headers = reader.pairs(reader.otlp_name("HEADERS"));
  settings.timeout = std::chrono::milliseconds(
      reader.number(reader.otlp_name("TIMEOUT"), settings.timeout.count(), 1, kMostMilliseconds));
  settings.ca_file = reader.otlp("CERTIFICATE");
  settings.certificate_file = reader.otlp("CLIENT_CERTIFICATE");
  settings.key_file = reader.otlp("CLIENT_KEY");
}

void read_sampler(Reader& reader, Settings& settings) {
  constexpr std::string_view kParentBased = "parentbased_";
  constexpr const char* kName = "OTEL_TRACES_SAMPLER";
  std::string name = reader.text(kName);
  if (name.empty()) name = "parentbased_always_on";
  settings.obeys = Obeys::kNobody;
  if (name.compare(0, kParentBased.size(), kParentBased) == 0) {
    settings.obeys = Obeys::kParent;
    name.erase(0, kParentBased.size());
  }
  if (name == "always_on") {
    settings.sampler = Sampler::kAlwaysOn;
  } else if (name == "always_off") {
    settings.sampler = Sampler::kAlwaysOff;
  } else if (name == "traceidratio") {
    settings.sampler = Sampler::kRatio;
    const std::string ratio = reader.text("OTEL_TRACES_SAMPLER_ARG");
    char* end = nullptr;
    settings.ratio = ratio.empty() ? 1.0 : std::strtod(ratio.c_str(), &end);
    const bool is_number = ratio.empty() || *end == '\0';
    if (!is_number || !std::isfinite(settings.ratio) || settings.ratio < 0 || settings.ratio > 1)
      reader.refuse("OTEL_TRACES_SAMPLER_ARG", "must be a number from 0 to 1");
  } else {
    reader.refuse(kName, "must be always_on, always_off, traceidratio, or one of them after parentbased_");
  }
}

void read_propagators(Reader& reader) {
  const std::string given = reader.text("OTEL_PROPAGATORS");
  if (given.empty()) return;
  bool has_ours = false;
  bool has_others = false;
  std::string_view rest = given;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view one = trimmed(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    has_ours = has_ours || one == "tracecontext";
    has_others = has_others || (one != "tracecontext" && one != "baggage");
  }
  if (!has_ours || has_others)
    reader.refuse("OTEL_PROPAGATORS", "must be tracecontext: other propagators are not there");
}

void read_resource(Reader& reader, const std::string& program, Settings& settings) {
  settings.service_name = reader.text("OTEL_SERVICE_NAME");
  for (auto& [name, value] : reader.pairs("OTEL_RESOURCE_ATTRIBUTES")) {
    if (name != "service.name") {
      settings.resource.emplace_back(std::move(name), std::move(value));
    } else if (settings.service_name.empty()) {
      settings.service_name = value;
    }
  }
  if (settings.service_name.empty()) settings.service_name = program;
  if (!json_schema::values::is_well_formed_utf8(settings.service_name))
    reader.refuse("OTEL_SERVICE_NAME", "must be UTF-8");
}

void read_queue(Reader& reader, Settings& settings) {
  const auto milliseconds = [&reader](const char* name, std::chrono::milliseconds otherwise, long least) {
    return std::chrono::milliseconds(reader.number(name, otherwise.count(), least, kMostMilliseconds));
  };
  const auto count = [&reader](const char* name, std::size_t otherwise) {
    return static_cast<std::size_t>(reader.number(name, static_cast<long>(otherwise), 1, kMostSpans));
  };
  settings.schedule_delay = milliseconds("OTEL_BSP_SCHEDULE_DELAY", settings.schedule_delay, 0);
  settings.export_limit = milliseconds("OTEL_BSP_EXPORT_TIMEOUT", settings.export_limit, 1);
  settings.most_queued = count("OTEL_BSP_MAX_QUEUE_SIZE", settings.most_queued);
  settings.most_together = count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", settings.most_together);
  settings.most_together = std::min(settings.most_together, settings.most_queued);
  settings.most_links = count("OTEL_SPAN_LINK_COUNT_LIMIT", settings.most_links);
}

}  // namespace

std::optional<std::string> read(const char* const* environment, const std::string& program,
                                Settings& settings) {
  Reader reader(environment);
  const std::string exporter = reader.text("OTEL_TRACES_EXPORTER");
  if (is_true(reader.text("OTEL_SDK_DISABLED")) || exporter == "none") return std::nullopt;
  read_endpoint(reader, settings);
  if (settings.url.empty()) return std::nullopt;
  if (!exporter.empty() && exporter != "otlp")
    reader.refuse("OTEL_TRACES_EXPORTER", "must be otlp or none: other exporters are not there");
  read_exporter(reader, settings);
  read_sampler(reader, settings);
  read_propagators(reader);
  read_resource(reader, program, settings);
  read_queue(reader, settings);
  return reader.mistake();
}

}  // namespace command_center::daemon::spans
