// The order in which an accepted command takes effect: the handler runs before the dispatch is written, which
// holds its result and never changes.
#include "extension/command_center/execute/accept.hpp"

#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/execute/record.hpp"
#include "extension/command_center/features/features.hpp"

namespace command_center::extension {

void claim(InProgress in_progress, Acceptance& acceptance) {
  if (!acceptance.replayed && !acceptance.request->idempotency_key.empty())
    claim_key(in_progress, acceptance);
  if (acceptance.replayed) give_back_tokens(acceptance.tokens);
}

void accept(InProgress in_progress, Acceptance& acceptance, int to_come) {
  claim(in_progress, acceptance);
  if (acceptance.replayed) return;
  if (is_handled(acceptance)) run_handler(acceptance);
  Acceptance* accepted = &acceptance;
  record(&accepted, 1, to_come);
}

}  // namespace command_center::extension
