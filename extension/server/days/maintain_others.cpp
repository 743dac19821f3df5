// Calls them through the family, not by SQL: the caller may have no right on their functions, and needs none.
#include "extension/server/days/maintain_others.hpp"

#include <algorithm>

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/server/locks/maintenance_lock.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// What it answers; 0 where it fails, which is a warning.
template <typename Call>
int try_call(const Extension& extension, const char* what, Call call) {
  int answer = 0;
  const auto outcome = boundary::in_subtransaction([&answer, &call] { answer = call(); });
  if (outcome.succeeded()) return answer;
  ereport(WARNING,
          (errcode(outcome.error->sqlerrcode),
           errmsg("could not %s \"%s\": %s", what, extension.installation.schema, outcome.error->message)));
  return 0;
}

}  // namespace

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
    made += try_call(*other, "maintain", [other] { return other->maintain(); });
  }
  return made;
}

int tidy_all(int most) {
  const Family all = family();
  int ended = 0;
  for (int i = 0; i < all.count && ended < most; ++i) {
    const Extension* one = all.extensions[i];
    if (one->tidy == nullptr || !is_in_use(*one)) continue;
    ended += try_call(*one, "tidy up", [one, most, ended] { return one->tidy(most - ended); });
  }
  return ended;
}

}  // namespace command_center::server
