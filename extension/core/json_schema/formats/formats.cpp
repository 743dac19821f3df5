// The table of formats.
#include "extension/core/json_schema/formats/formats.hpp"

#include "extension/core/json_schema/formats/date_time.hpp"
#include "extension/core/json_schema/formats/email.hpp"
#include "extension/core/json_schema/formats/host_name.hpp"
#include "extension/core/json_schema/formats/identifiers.hpp"
#include "extension/core/json_schema/formats/ip_address.hpp"
#include "extension/core/json_schema/formats/uri_format.hpp"

namespace command_center::json_schema::formats {

Check find_format(std::string_view name) noexcept {
  struct Format {
    std::string_view name;
    Check check;
  };
  static constexpr Format kFormats[] = {
      {"date", is_date},
      {"date-time", is_date_time},
      {"duration", is_duration},
      {"email", is_email},
      {"hostname", is_host_name},
      {"idn-email", is_international_email},
      {"idn-hostname", is_international_host_name},
      {"ipv4", is_ipv4},
      {"ipv6", is_ipv6},
      {"iri", is_iri},
      {"iri-reference", is_iri_reference},
      {"json-pointer", is_json_pointer},
      {"regex", is_regex},
      {"relative-json-pointer", is_relative_json_pointer},
      {"time", is_time},
      {"uri", is_uri},
      {"uri-reference", is_uri_reference},
      {"uri-template", is_uri_template},
      {"uuid", is_uuid},
  };
  for (const Format& format : kFormats) {
    if (format.name == name) return format.check;
  }
  return nullptr;
}

}  // namespace command_center::json_schema::formats
