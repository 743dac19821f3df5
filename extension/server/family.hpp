// The extensions of ours that the library holds, for what works for one of them or for all.
#pragma once

#include "extension/server/doctor/check.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::server {

// One extension; each has one, in static storage (extension.cpp of its room).
struct Extension {
  const Installation& installation;
  void (*prepare)();            // when the library is loaded: settings, hooks; null: nothing
  int (*maintain)();            // makes and retires days, and answers how many it made; opens its own session
  Checks (*checks)() noexcept;  // of doctor(), besides what is asked of every extension
  Shapes (*shapes)() noexcept;  // of its tables; null: none
  int (*tidy)(
      int most);  // ends what its time has ended, and answers how much; opens its own session; null: nothing
};

// Plain data.
struct Family {
  const Extension* const* extensions;
  int count;
};

// Called once, when the library is loaded, with what stays in static storage: prepares each, in this order.
void load_family(Family family);

[[nodiscard]] Family family() noexcept;

// Whether this database has the extension, of whatever version, and its setup() has run. The name alone
// tells: only a superuser makes an extension of a name that the library holds, from our control file.
// Postgres regime.
[[nodiscard]] bool is_in_use(const Extension& extension);

}  // namespace command_center::server
