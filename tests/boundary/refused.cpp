// Breaks one rule of the boundary for each value of REFUSED, which the compiler must see; 0 breaks none.
#include <string>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/make_in_context.hpp"
#include "extension/boundary/refusal_of.hpp"

namespace boundary = command_center::boundary;

struct ThrowsWhenDestroyed {
  ~ThrowsWhenDestroyed() noexcept(false) {}
};

void use(MemoryContextData* context) {
  const std::string text = "owned";
#if REFUSED == 0
  boundary::call_pg([&]() noexcept { return text.size(); });
  boundary::call_pg([]() noexcept {});
  boundary::enter([&] { return text.size(); });
  boundary::enter([] {});
  (void)boundary::in_subtransaction([] {});
  (void)boundary::make_in_context<std::string>(context, text);
  (void)boundary::refusal_of([] {});
#elif REFUSED == 1
  boundary::call_pg([] {});
#elif REFUSED == 2
  boundary::call_pg([text]() noexcept {});
#elif REFUSED == 3
  boundary::call_pg([]() noexcept { return std::string(); });
#elif REFUSED == 4
  boundary::enter([text] {});
#elif REFUSED == 5
  boundary::enter([] { return std::string(); });
#elif REFUSED == 6
  (void)boundary::in_subtransaction([] { return 1; });
#elif REFUSED == 7
  (void)boundary::make_in_context<ThrowsWhenDestroyed>(context);
#elif REFUSED == 8
  (void)boundary::refusal_of([] { return 1; });
#endif
}
