// Inserts the rows of control_audit.
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/command_center/settings.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/leaf_partition.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement insert_audit = {
    kInstallation,
    "INSERT INTO command_center.control_audit"
    " (audit_id, changed_at, session_role, role, actor, action, object, before, after, reason)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    10,
    {UUIDOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID, TEXTOID}};

void add_or_null(Parameters& parameters, Datum value) {
  if (value == Datum{0}) {
    parameters.add_null();
  } else {
    parameters.add(value);
  }
}

// What the caller said, else what the setting says; an empty text says nothing.
void add_said(Parameters& parameters, const char* said, const char* setting) {
  const char* text = said != nullptr ? said : setting;
  if (text == nullptr || *text == '\0') {
    parameters.add_null();
  } else {
    parameters.add_text(text);
  }
}

}  // namespace

void audit(const char* action, const char* object, Datum before, Datum after, const char* reason,
           const char* actor) {
  if (!is_installed(kInstallation, "control_audit")) return;
  const TimestampTz now = GetCurrentTimestamp();
  const identifiers::Uuid audit_id = new_uuid(now);
  Parameters row;
  row.add(uuid_datum(audit_id));
  row.add(TimestampTzGetDatum(now));
  // Not the current user, who is the owner of the tables here: who SET ROLE says, also through a function
  // that runs as its owner.
  row.add_text(GetUserNameFromId(GetSessionUserId(), false));
  row.add_text(GetUserNameFromId(GetOuterUserId(), false));
  add_said(row, actor, settings().actor);
  row.add_text(action);
  row.add_text(object);
  add_or_null(row, before);
  add_or_null(row, after);
  add_said(row, reason, settings().change_reason);
  ErrorContextCallback hint = {error_context_stack, hint_at_maintain,
                               const_cast<Installation*>(&kInstallation)};
  error_context_stack = &hint;
  (void)run(insert_audit, row);
  error_context_stack = hint.previous;
}

void audit_of_other(const char* action, const char* object, Datum before, Datum after, const char* reason,
                    const char* actor) {
  const OwnerSession session = open_session(kInstallation);
  audit(action, object, before, after, reason, actor);
  close_session(session);
}

}  // namespace command_center::extension
