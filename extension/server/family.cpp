// Keeps the list that the library was loaded with.
#include "extension/server/family.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

Family loaded = {nullptr, 0};

}  // namespace

void load_family(Family family) {
  loaded = family;
  for (int i = 0; i < family.count; ++i) {
    if (family.extensions[i]->prepare != nullptr) family.extensions[i]->prepare();
  }
}

Family family() noexcept {
  return loaded;
}

bool is_in_use(const Extension& extension) {
  const Installation& installation = extension.installation;
  return OidIsValid(get_extension_oid(installation.schema, true)) &&
         is_installed(installation, installation.owner_table);
}

}  // namespace command_center::server
