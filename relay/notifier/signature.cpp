// The algorithm is libcrypto's.
#include "relay/notifier/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "daemon/failure.hpp"
#include "extension/core/text/base64.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::notifier {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kShortest = 24;
constexpr std::size_t kLongest = 64;
constexpr std::string_view kInternalError = "XX000";

std::string hmac_sha256(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size) == nullptr)
    throw Failure(FailureKind::kInternal, kInternalError, "could not sign a webhook's request");
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

std::optional<Signer> Signer::parse(std::string_view secrets) {
  Signer signer;
  while (true) {
    const std::size_t first = secrets.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return signer;
    secrets.remove_prefix(first);
    std::string_view one = secrets.substr(0, secrets.find_first_of(kBlanks));
    secrets.remove_prefix(one.size());
    if (one.substr(0, kPrefix.size()) == kPrefix) one.remove_prefix(kPrefix.size());
    auto key = text::from_base64(one);
    if (!key || key->size() < kShortest || key->size() > kLongest) return std::nullopt;
    signer.keys_.push_back(std::move(*key));
  }
}

std::string Signer::sign(std::string_view id, std::int64_t unix_seconds, std::string_view body) const {
  std::string signed_text(id);
  signed_text.append(".").append(std::to_string(unix_seconds)).append(".").append(body);
  std::string header;
  for (const std::string& key : keys_) {
    if (!header.empty()) header += ' ';
    header += "v1,";
    text::append_base64(header, hmac_sha256(key, signed_text));
  }
  return header;
}

}  // namespace command_center::relay::notifier
