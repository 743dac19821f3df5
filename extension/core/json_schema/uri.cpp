// Resolves URI references by their five components.
#include "extension/core/json_schema/uri.hpp"

namespace command_center::json_schema {

namespace {

struct Components {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
  bool has_scheme = false;
  bool has_authority = false;
  bool has_query = false;
  bool has_fragment = false;
};

bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_scheme_character(char c) noexcept {
  return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

std::size_t scheme_length(std::string_view uri) noexcept {
  if (uri.empty() || !is_alpha(uri[0])) return 0;
  std::size_t end = 1;
  while (end < uri.size() && is_scheme_character(uri[end])) ++end;
  return end < uri.size() && uri[end] == ':' ? end : 0;
}

Components split(std::string_view uri) noexcept {
  Components parts;
  if (const std::size_t hash = uri.find('#'); hash != std::string_view::npos) {
    parts.has_fragment = true;
    parts.fragment = uri.substr(hash + 1);
    uri = uri.substr(0, hash);
  }
  if (const std::size_t length = scheme_length(uri); length != 0) {
    parts.has_scheme = true;
    parts.scheme = uri.substr(0, length);
    uri.remove_prefix(length + 1);
  }
  if (const std::size_t mark = uri.find('?'); mark != std::string_view::npos) {
    parts.has_query = true;
    parts.query = uri.substr(mark + 1);
    uri = uri.substr(0, mark);
  }
  if (uri.substr(0, 2) == "//") {
    uri.remove_prefix(2);
    parts.has_authority = true;
    parts.authority = uri.substr(0, uri.find('/'));
    uri.remove_prefix(parts.authority.size());
  }
  parts.path = uri;
  return parts;
}

// "." goes away, ".." takes the segment before it along.
std::string remove_dot_segments(std::string_view path) {
  const bool absolute = !path.empty() && path[0] == '/';
  std::string out;
  std::size_t start = absolute ? 1 : 0;
  bool ends_in_directory = false;
  while (start <= path.size()) {
    std::size_t end = path.find('/', start);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view segment = path.substr(start, end - start);
    const bool last = end == path.size();
    ends_in_directory = last && (segment == "." || segment == "..");
    if (segment == "..") {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos ? 0 : slash);
    } else if (segment != ".") {
      if (absolute || !out.empty()) out.push_back('/');
      out.append(segment);
    }
    start = end + 1;
  }
  if (ends_in_directory && (absolute || !out.empty())) out.push_back('/');
  return out;
}

std::string merge_paths(const Components& base, std::string_view path) {
  if (base.has_authority && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  if (slash == std::string_view::npos) return std::string(path);
  return std::string(base.path.substr(0, slash + 1)).append(path);
}

std::string compose(const Components& parts, std::string_view path) {
  std::string uri;
  if (parts.has_scheme) uri.append(parts.scheme).push_back(':');
  if (parts.has_authority) uri.append("//").append(parts.authority);
  uri.append(path);
  if (parts.has_query) uri.append("?").append(parts.query);
  if (parts.has_fragment) uri.append("#").append(parts.fragment);
  return uri;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  Components target = split(reference);
  if (target.has_scheme) {
    const bool hierarchical = target.has_authority || (!target.path.empty() && target.path[0] == '/');
    return compose(target, hierarchical ? remove_dot_segments(target.path) : std::string(target.path));
  }
  const Components from = split(base);
  target.has_scheme = from.has_scheme;
  target.scheme = from.scheme;
  if (target.has_authority) return compose(target, remove_dot_segments(target.path));
  target.has_authority = from.has_authority;
  target.authority = from.authority;
  if (target.path.empty()) {
    if (!target.has_query) {
      target.has_query = from.has_query;
      target.query = from.query;
    }
    return compose(target, from.path);
  }
  if (target.path[0] == '/') return compose(target, remove_dot_segments(target.path));
  return compose(target, remove_dot_segments(merge_paths(from, target.path)));
}

UriParts split_fragment(std::string_view uri) noexcept {
  const std::size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace command_center::json_schema
