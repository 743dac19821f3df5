// Keeps the algorithm that OpenSSL found.
#include "extension/command_center/sha256.hpp"

#include <openssl/evp.h>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

Sha256 sha256(std::string_view bytes) {
  static EVP_MD* algorithm = nullptr;
  if (algorithm == nullptr) algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  Sha256 digest = {};
  if (algorithm == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm, nullptr) != 1) {
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

}  // namespace command_center::extension
