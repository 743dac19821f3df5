// What routes and features have in common: rows of the catalogue that are for a scope and change one version
// at a time.
#pragma once

#include <initializer_list>

#include "extension/command_center/installation.hpp"
#include "extension/core/identifiers/uuid.hpp"
#include "extension/server/server_types.hpp"
#include "extension/server/statements.hpp"

namespace command_center::extension {

// A table of such rows. Static storage only.
struct ScopedTable {
  const char* name;
  const char* noun;  // what a row is called in errors
  Statement select;  // by scope: id, version, the row as jsonb
  Statement insert;  // scope, contents, id: the row as jsonb
  Statement update;  // id, contents: the row as jsonb, nothing when it would be the same
  Statement remove;  // by id
};

// A row as it is; version 0: there is none.
struct ScopedRow {
  identifiers::Uuid id;
  int version;
  Datum row;  // jsonb
};

// What control_audit is told of a change.
struct AuditedChange {
  const char* action;
  const char* object;
};

// A part of a scope: what it is called, and which argument says it, a uuid or a text.
struct ScopePart {
  const char* name;
  int argument;
  Oid type;
};

// The version that the caller expects.
struct ExpectedVersion {
  bool given;
  int version;
};
[[nodiscard]] ExpectedVersion expected_version(FunctionCallInfoBaseData* fcinfo, int argument);

// All are Postgres regime; the first needs no open session, the others do.

// The row type of two columns, id and version, that the function answers with.
[[nodiscard]] Datum version_row(FunctionCallInfoBaseData* fcinfo, const ScopedRow& row);

// What control_audit calls a row: "route of hotel.book, tenant …, environment production". What is NULL is
// left out; a command that is NULL is every command.
[[nodiscard]] const char* scoped_object(FunctionCallInfoBaseData* fcinfo, const char* noun, int command_name,
                                        std::initializer_list<ScopePart> scope);

// KC002 when an argument names a command that has no template; NULL names none.
void check_command_exists(FunctionCallInfoBaseData* fcinfo, int command_name);

// The row of a scope as it stands, which nobody else changes until the transaction ends.
[[nodiscard]] ScopedRow lock_scoped_row(ScopedTable& table, const Parameters& scope);

// Adds the row or gives it the contents, unless it has them, and announces and audits that. KC006 when the
// caller expects another version; 40001 for a change that its transaction is too old to see.
[[nodiscard]] ScopedRow put_scoped_row(ScopedTable& table, const Parameters& scope,
                                       const Parameters& contents, ExpectedVersion expected,
                                       const AuditedChange& change);

// Removes a row that is there, likewise.
void remove_scoped_row(ScopedTable& table, const ScopedRow& row, ExpectedVersion expected,
                       const AuditedChange& change);

}  // namespace command_center::extension
