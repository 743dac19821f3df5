// Where each decision about a command begins.
#pragma once

namespace command_center::extension {

// Takes what other sessions have changed of the catalogue. Called once at the start of each decision, and of
// each batch of them. Postgres regime.
void begin_decision();

}  // namespace command_center::extension
