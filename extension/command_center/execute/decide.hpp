// Decides about one command, in the order in which refusals take precedence.
#pragma once

#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/execute/acceptance.hpp"
#include "extension/command_center/execute/idempotency.hpp"

namespace command_center::extension {

// Why a decision is asked for: to act on it, or to tell what it would be.
enum class Purpose { kExecute, kExplain };

// Fills `acceptance`, of which the request is set, and the command's id where the caller chooses it. Nothing
// is written; kExecute takes tokens of rate limits, which come back when the transaction or savepoint rolls
// back. The first refusal is thrown as an Error, with no session open: a batch goes on with its next command.
// begin_decision() comes first. Postgres regime.
void decide(Purpose purpose, InProgress in_progress, Acceptance& acceptance);

}  // namespace command_center::extension
