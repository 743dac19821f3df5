#include "api/routes/idempotency_key.hpp"

#include "daemon/postgres/texts.hpp"

namespace command_center::api::routes {
namespace {

// A structured field's string, or what is not in quotes as it is.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.empty() || text.front() != '"')
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  if (text.size() < 3 || text.back() != '"') return std::nullopt;
  std::string value;
  const std::string_view inside = text.substr(1, text.size() - 2);
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] == '"') return std::nullopt;
    if (inside[at] == '\\' && ++at == inside.size()) return std::nullopt;
    value.push_back(inside[at]);
  }
  return value;
}

}  // namespace

std::variant<std::optional<std::string>, problems::Problem> idempotency_key_of(const http::Request& request) {
  const auto header = request.header("idempotency-key");
  if (!header) return std::optional<std::string>();
  auto key = unquoted(*header);
  if (!key || !postgres::is_text(*key)) return problems::make(400, "Idempotency-Key is empty or malformed");
  return key;
}

}  // namespace command_center::api::routes
