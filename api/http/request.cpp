// First wins: what is repeated and must not be was refused before.
#include "api/http/request.hpp"

#include <algorithm>

namespace command_center::api::http {
namespace {

std::optional<std::string_view> find(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  return find(headers, name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  return find(query, name);
}

}  // namespace command_center::api::http
