// Calls them through the family, not by SQL: the caller may have no right on their functions, and needs none.
#include "extension/server/days/maintain_others.hpp"

#include <algorithm>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/server/locks/maintenance_lock.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

void lock_family() {
  const Family all = family();
  const auto size = sizeof(void*) * static_cast<std::size_t>(all.count);
  auto** used = static_cast<const Extension**>(palloc(size));
  const Extension** last = std::copy_if(all.extensions, all.extensions + all.count, used,
                                        [](const Extension* one) { return is_in_use(*one); });
  std::sort(used, last, [](const Extension* left, const Extension* right) {
    return maintenance_rank(left->installation) < maintenance_rank(right->installation);
  });
  std::for_each(used, last, [](const Extension* one) { take_maintenance_lock(one->installation); });
}

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
