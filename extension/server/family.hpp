// The extensions of ours that the library holds, for what works for one of them or for all.
#pragma once

#include <string_view>

#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/doctor/check.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/server_types.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::server {

// A command that a call has yet to hand to a handler; its payload, jsonb, was not checked. Plain data over
// memory of the caller.
struct ComingCommand {
  std::string_view name;
  identifiers::Uuid tenant_id;
  Datum payload;
};

// For an extension whose handler of commands takes locks. A batch of commands asks for those of all of them
// before the first is carried out: one after the other, two batches would be in each other's way.
using IsOurs = bool (*)(std::string_view command_name) noexcept;
struct CommandLocks {
  IsOurs is_ours;
  // Takes what the handler will need, in the order of ranks. It refuses nothing for what is wrong with a
  // command, of whose tenant the caller may act, and need not take all: the handler takes what is missing.
  void (*take)(const ComingCommand* commands, int count);
};

// One extension; each has one, in static storage (extension.cpp of its room).
struct Extension {
  const Installation& installation;
  void (*prepare)();            // when the library is loaded: settings, hooks; null: nothing
  int (*maintain)();            // makes and retires days, and answers how many it made; opens its own session
  Checks (*checks)() noexcept;  // of doctor(), besides what is asked of every extension
  Shapes (*shapes)() noexcept;  // of its tables; null: none
  int (*tidy)(
      int most);  // ends what its time has ended, and answers how much; opens its own session; null: nothing
  const CommandLocks* command_locks = nullptr;  // null: none
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
