// Keeps what OpenSSL looks up and allocates.
#include "extension/server/sha256.hpp"

#include <openssl/evp.h>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

Sha256 sha256(std::string_view bytes) {
  static EVP_MD* algorithm = nullptr;
  static EVP_MD_CTX* state = nullptr;
  if (algorithm == nullptr) algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  if (state == nullptr) state = EVP_MD_CTX_new();
  Sha256 digest = {};
  if (algorithm == nullptr || state == nullptr || EVP_DigestInit_ex2(state, algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(state, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(state, digest.data(), nullptr) != 1) {
    elog(ERROR, "OpenSSL could not hash %zu bytes", bytes.size());
  }
  return digest;
}

Datum sha256_datum(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  auto* made = static_cast<bytea*>(palloc(VARHDRSZ + digest.size()));
  SET_VARSIZE(made, VARHDRSZ + digest.size());
  std::memcpy(VARDATA(made), digest.data(), digest.size());
  return PointerGetDatum(made);
}

}  // namespace command_center::server
