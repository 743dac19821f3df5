// Calls them through the family, not by SQL: the caller may have no right on their functions, and needs none.
#include "extension/server/days/maintain_others.hpp"

#include "extension/boundary/in_subtransaction.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

int maintain_others(const Extension& extension) {
  const Family all = family();
  int made = 0;
  for (int i = 0; i < all.count; ++i) {
    const Extension* other = all.extensions[i];
    if (other == &extension || !is_in_use(*other)) continue;
    int days = 0;
    const auto outcome = boundary::in_subtransaction([other, &days] { days = other->maintain(); });
    if (outcome.succeeded()) {
      made += days;
    } else {
      ereport(WARNING,
              (errcode(outcome.error->sqlerrcode),
               errmsg("could not maintain \"%s\": %s", other->installation.schema, outcome.error->message)));
    }
  }
  return made;
}

}  // namespace command_center::server
