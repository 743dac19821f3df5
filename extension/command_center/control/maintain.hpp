// Makes and retires the days of the Command Center.
#pragma once

namespace command_center::extension {

// Answers how many days it made; says in a notice what it retired. Postgres regime, in no session.
[[nodiscard]] int maintain_commands();

}  // namespace command_center::extension
