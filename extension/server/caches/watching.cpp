// Makes triggers. A statement calls one of each table once, under session_replication_role = replica too.
// What logical replication applies is no statement: it calls the triggers of rows alone, so there is one that
// only replicas run. A restore that disables triggers enables them again as ordinary ones.
#include "extension/server/caches/watching.hpp"

#include "extension/server/arguments.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// %s the schema, and the names of the tables in quotes. type is pg_trigger.tgtype of what `events` and `each`
// say.
constexpr const char* kUnwatched =
    "SELECT relation.relname, array_agg(statement.text ORDER BY wanted.name, statement.place)"
    " FROM (VALUES ('%s')) AS schema (name)"
    " JOIN pg_class AS relation ON relation.relnamespace = to_regnamespace(schema.name)"
    " CROSS JOIN (VALUES"
    "  ('catalogue_changed', 'INSERT OR UPDATE OR DELETE OR TRUNCATE', 'STATEMENT', 60, 'ALWAYS', 'A'),"
    "  ('catalogue_changed_by_apply', 'INSERT OR UPDATE OR DELETE', 'ROW', 29, 'REPLICA', 'R')"
    "  ) AS wanted (name, events, each, type, firing, enabled)"
    " CROSS JOIN LATERAL (VALUES"
    "  (1, format('CREATE OR REPLACE TRIGGER %%I AFTER %%s ON %%I.%%I FOR EACH %%s"
    " EXECUTE FUNCTION %%I.catalogue_changed()',"
    "   wanted.name, wanted.events, schema.name, relation.relname, wanted.each, schema.name)),"
    "  (2, format('ALTER TABLE %%I.%%I ENABLE %%s TRIGGER %%I',"
    "   schema.name, relation.relname, wanted.firing, wanted.name))"
    "  ) AS statement (place, text)"
    " WHERE relation.relname IN (%s)"
    " AND NOT EXISTS (SELECT FROM pg_trigger AS present"
    "  WHERE present.tgrelid = relation.oid AND present.tgname = wanted.name AND present.tgtype = wanted.type"
    "  AND present.tgenabled::text = wanted.enabled AND present.tgqual IS NULL AND present.tgattr = ''"
    "  AND present.tgfoid = to_regprocedure(format('%%I.catalogue_changed()', schema.name)))"
    // A cluster refuses triggers: where policies are those of distributed tables, there are none.
    " AND NOT EXISTS (SELECT FROM pg_policy AS policy JOIN pg_class AS policed ON policed.oid = "
    "policy.polrelid"
    "  WHERE policed.relowner = relation.relowner AND policy.polname LIKE '%%\\_for\\_every\\_tenant')"
    " GROUP BY relation.relname ORDER BY relation.relname";

// In the order of changes, all of it: what is locked after this by who makes triggers is held already.
void lock_catalogue(const Installation& installation) {
  for (int i = 0; i < installation.watched_count; ++i) {
    if (is_installed(installation, installation.watched[i]))
      lock_for_change(installation, installation.watched[i]);
  }
}

}  // namespace

const char* query_for_unwatched(const Installation& installation) {
  const char* names = "NULL";
  for (int i = 0; i < installation.watched_count; ++i)
    names = psprintf("%s, %s", names, quote_literal_cstr(installation.watched[i]));
  return psprintf(kUnwatched, installation.schema, names);
}

void watch_catalogue(const Installation& installation) {
  const char* function = psprintf("%s.catalogue_changed()", installation.schema);
  run_text(psprintf("SELECT to_regprocedure(%s) IS NULL", quote_literal_cstr(function)));
  if (bool_value(0, 0)) return;
  run_text(psprintf("SELECT unnest(unwatched.statements) FROM (%s) AS unwatched (name, statements)",
                    query_for_unwatched(installation)));
  const std::uint64_t count = SPI_processed;
  auto** statements = static_cast<char**>(palloc(sizeof(char*) * (count + 1)));
  for (std::uint64_t row = 0; row < count; ++row) statements[row] = text_value(row, 0);
  if (count > 0) lock_catalogue(installation);
  for (std::uint64_t i = 0; i < count; ++i) run_text(statements[i]);
}

}  // namespace command_center::server
