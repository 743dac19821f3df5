// Writes down who changed what, and why.
#pragma once

#include "extension/command_center/installation.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// One row of control_audit, by the role that acts for the caller. Postgres regime; inside
// open_session(kInstallation).
//
// action: the SQL function that was called. object: what it changed, as 'service billing-v2'; never a secret.
// `before` and `after` are jsonb, 0 where there was or is nothing; they are read before any other statement
// runs, so they may be values of the last result. reason and actor: null takes the settings
// command_center.change_reason and command_center.actor, which may be empty: NULL then. Call it only for what
// really changed. Until setup() has made the table nothing is written, as before 0.2.0.
void audit(const char* action, const char* object, Datum before, Datum after, const char* reason = nullptr,
           const char* actor = nullptr);

// The same from another extension of ours, whose owner acts in its session: the tables may belong to two
// roles.
void audit_of_other(const char* action, const char* object, Datum before, Datum after,
                    const char* reason = nullptr, const char* actor = nullptr);

}  // namespace command_center::extension
