// Reads the secret once for each state of the catalogue.
#include "extension/command_center/locks/secret.hpp"

#include <cstring>

#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_secret = {kInstallation, "SELECT secret FROM command_center.lock_secret", 0, {}};

struct Known {
  std::uint64_t generation;  // 0: never read
  hash::SipKey key;
};

Known known = {};

hash::SipKey read_secret() {
  const OwnerSession session = open_session(kInstallation);
  if (read_stable(select_secret, Parameters()) == 0) {
    refuse("KC015", "table \"command_center.lock_secret\" is empty", nullptr,
           "Call command_center.setup(): it makes a secret where there is none.");
  }
  const identifiers::Uuid secret = uuid_value(value(0, 0, UUIDOID));
  close_session(session);
  hash::SipKey key;
  static_assert(sizeof(key) == sizeof(secret.bytes));
  std::memcpy(&key, secret.bytes.data(), sizeof(key));
  return key;
}

}  // namespace

const hash::SipKey* lock_secret() {
  const std::uint64_t generation = take_catalogue_changes(kInstallation);
  if (known.generation == generation) return &known.key;
  if (!is_installed(kInstallation, "lock_secret")) return nullptr;
  known.key = read_secret();
  known.generation = generation;
  return &known.key;
}

}  // namespace command_center::extension
