// Functions that others wrote and a catalogue names: finds them, judges whose they are, calls them.
#pragma once

#include <string_view>

#include "extension/server/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::server {

// All are Postgres regime. Nothing is kept: an oid, owner or plan that is remembered could be stale.

// 42883 and the like when there is no such function.
[[nodiscard]] Oid resolve_function(const char* signature);

// 0 when there is none.
[[nodiscard]] Oid find_function(std::string_view signature);

// What of pg_proc says whose rights a function runs with; the owner is 0 when the function is gone.
struct Authorship {
  Oid owner;
  bool is_definer;
};
[[nodiscard]] Authorship authorship_of(Oid function);

// Whether what it calls is looked up where its caller says, though it runs with rights of its own: SECURITY
// DEFINER without a SET search_path.
[[nodiscard]] bool is_open_to_callers(Oid function);

// Whether its code, as its owner may replace it at any time, may run as the current user (trust.hpp). One
// that is SECURITY DEFINER runs as its owner, and needs no trust.
[[nodiscard]] bool is_trusted(const Installation& installation, const Authorship& authorship);

// "function … of role … may not run as role …".
[[noreturn]] void refuse_distrusted(const char* sqlstate, Oid function, const Authorship& authorship,
                                    const char* hint);

// For a registration, when nobody knows who will call: whoever registers stands for the callers, but only as
// far as their own rights go. KC013 unless it is SECURITY DEFINER, or belongs to a superuser, to the owner of
// the tables or to a role that has the current user's rights; that last with a notice. `calls`: "commands of
// senders". `hint` says whom it runs as.
void check_author(const Installation& installation, Oid function, const char* calls, const char* hint);

// 42501 unless the current user may execute it.
void check_may_execute(Oid function);

// Calls a function of one argument as the current user; it sees what this transaction has done so far. The
// code of a lesser role than the session's leaves nothing behind that would run as somebody else: no deferred
// trigger, no temporary object, no cursor, no setting, no SET ROLE.
[[nodiscard]] Datum call_user_function(const Installation& installation, Oid function, Datum argument,
                                       bool* is_null);

}  // namespace command_center::server
