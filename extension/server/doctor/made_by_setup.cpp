// What setup() makes is read from the statements of its steps, so no list of it can be out of date.
#include "extension/server/doctor/made_by_setup.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// clang-format off
// All quantifiers are lazy: the first decides for the whole of a pattern. Of the steps that ran, the last that makes a thing decides.
#define MADE(pattern, name)                                                                                                                 \
    "WITH made AS (SELECT DISTINCT ON (" name ") definition.name AS step, part FROM {schema}.setup_definitions() AS definition"                \
    " JOIN {schema}.setup_steps AS done ON done.step = definition.step"                                                                        \
    " CROSS JOIN LATERAL regexp_matches(definition.statements, $re$" pattern "$re$, 'g') WITH ORDINALITY AS matched (part, place)"             \
    " ORDER BY " name ", definition.step DESC, matched.place DESC)"

#define MADE_FUNCTIONS \
    MADE(R"re(CREATE (?:OR REPLACE )??FUNCTION {schema}[.](\w+?)[(]([^\n]*?)[)] RETURNS ([^$]*?)\nAS [$](\w+?)[$](.*?)[$]\4[$])re", "part[1]")
#define MADE_POLICIES \
    MADE(R"re(CREATE POLICY (\w+?) ON {schema}[.](\w+?) FOR SELECT\s+?USING [(](.*?)[)];)re", "part[2], part[1]")
#define MADE_VIEWS \
    MADE(R"re(CREATE (?:OR REPLACE )??VIEW {schema}[.](\w+?) AS\n(.*?);\n)re", "part[1]")

constexpr Check kChecks[] = {
{"functions", MADE_FUNCTIONS R"sql(
SELECT 'error', format('function {schema}.%s(%s) %s', part[1], part[2], concat_ws(', ',
        CASE WHEN known.oid IS NULL THEN 'is not there' END,
        CASE WHEN known.proowner <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('{schema}.{owner_table}'))
            THEN format('belongs to role "%s" and not to the owner of the tables', pg_get_userbyid(known.proowner)) END,
        CASE WHEN known.prosrc <> part[5] OR known.lanname <> made.language THEN 'has another body' END,
        CASE WHEN known.prosecdef AND NOT made.definer THEN 'is SECURITY DEFINER' WHEN NOT known.prosecdef AND made.definer THEN 'is not SECURITY DEFINER' END,
        CASE WHEN known.oid IS NOT NULL AND known.path IS DISTINCT FROM made.path THEN 'has another search_path' END)),
    format('As the step makes it: SELECT statements FROM {schema}.setup_definitions() WHERE name = %L;', step)
FROM (SELECT step, part, substring(part[3] FROM 'LANGUAGE (\w+)') AS language, part[3] ~ 'SECURITY DEFINER' AS definer,
        'search_path=' || substring(part[3] FROM 'SET search_path = (.*?)(?: SET |$)') AS path FROM made) AS made
LEFT JOIN LATERAL (SELECT function.*, lanname, (SELECT setting FROM unnest(proconfig) AS setting WHERE setting LIKE 'search\_path=%') AS path
    FROM pg_proc AS function JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = '{schema}'::regnamespace AND proname = part[1]
        AND pg_get_function_identity_arguments(function.oid) = regexp_replace(part[2], ' DEFAULT [^,]*', '', 'g')) AS known ON true
WHERE (known.prosrc, known.lanname, known.prosecdef, known.path, known.proowner)
    IS DISTINCT FROM (part[5], made.language::name, made.definer, made.path, (SELECT relowner FROM pg_class WHERE oid = to_regclass('{schema}.{owner_table}')))
UNION ALL
SELECT 'error', format('function %s is of the extension, and belongs to role "%s" and not to the owner of the extension', function.oid::regprocedure, pg_get_userbyid(proowner)),
    format('ALTER FUNCTION %s OWNER TO %I;', function.oid::regprocedure, pg_get_userbyid(extowner))
FROM pg_extension JOIN pg_depend AS member ON refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid AND deptype = 'e'
    JOIN pg_proc AS function ON classid = 'pg_proc'::regclass AND objid = function.oid
WHERE extname = '{schema}' AND proowner <> extowner
UNION ALL
SELECT 'error', format('function %s is SECURITY DEFINER and has no search_path of its own: who calls it chooses what it calls', function.oid::regprocedure),
    format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp;', function.oid::regprocedure)
FROM pg_proc AS function WHERE pronamespace = '{schema}'::regnamespace AND prosecdef
    AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search\_path=%')
ORDER BY 2)sql"},

{"policies", MADE_POLICIES R"sql(
SELECT 'error', format('row security of "{schema}.%s" is off: who may read it reads the rows of every tenant', relname), format('ALTER TABLE {schema}.%I ENABLE ROW LEVEL SECURITY;', relname)
FROM (SELECT DISTINCT part[2] AS relation FROM made) AS policed JOIN pg_class ON pg_class.oid = to_regclass('{schema}.' || relation) WHERE NOT relrowsecurity
UNION ALL
SELECT 'error', format('policy "%s" of "{schema}.%s" %s', part[1], part[2], CASE WHEN known.oid IS NULL THEN 'is not there' ELSE 'is of other commands or for other roles' END),
    format('As the step makes it: SELECT statements FROM {schema}.setup_definitions() WHERE name = %L;', step)
FROM made LEFT JOIN pg_policy AS known ON polrelid = to_regclass('{schema}.' || part[2]) AND polname = part[1]
WHERE to_regclass('{schema}.' || part[2]) IS NOT NULL AND (polpermissive AND polcmd = 'r' AND polroles = '{0}' AND polwithcheck IS NULL) IS NOT TRUE
UNION ALL
-- Those of use_distributed_policies() are compared by whoever makes them.
SELECT 'warning', format('policy "%s" of "{schema}.%s" is not of setup()', polname, relname), 'See what rows it shows or hides: DROP POLICY where it is not meant.'
FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
WHERE relnamespace = '{schema}'::regnamespace AND polname NOT LIKE '%\_for\_every\_tenant' AND NOT EXISTS (SELECT FROM made WHERE part[1] = polname AND part[2] = relname)
ORDER BY 2)sql"},

{"views", MADE_VIEWS R"sql(
SELECT 'warning', format('view "{schema}.%s" %s', part[1], CASE WHEN known.oid IS NULL THEN 'is not there' WHEN relkind <> 'v' THEN 'is no view'
        ELSE format('belongs to role "%s" and not to the owner of the tables', pg_get_userbyid(relowner)) END),
    format('As the step makes it: SELECT statements FROM {schema}.setup_definitions() WHERE name = %L;', step)
FROM made LEFT JOIN pg_class AS known ON known.oid = to_regclass('{schema}.' || part[1])
WHERE (relkind = 'v' AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('{schema}.{owner_table}'))) IS NOT TRUE ORDER BY 2)sql"}};

constexpr Check kComparisons[] = {
// A table of a cluster has policies of another form, which are compared by whoever makes them.
{"policies", MADE_POLICIES R"sql(
SELECT 'error', format('SELECT FROM %s WHERE %s', polrelid::regclass, part[3]), format('SELECT FROM %s WHERE %s', polrelid::regclass, coalesce(pg_get_expr(polqual, polrelid), 'true')),
    format('policy "%s" of "{schema}.%s" has another condition', part[1], part[2]),
    format('As the step makes it: SELECT statements FROM {schema}.setup_definitions() WHERE name = %L;', step)
FROM made JOIN pg_policy ON polrelid = to_regclass('{schema}.' || part[2]) AND polname = part[1]
WHERE NOT EXISTS (SELECT FROM pg_policy AS shared WHERE shared.polrelid = pg_policy.polrelid AND shared.polname LIKE '%\_for\_every\_tenant') ORDER BY 4)sql"},

{"views", MADE_VIEWS R"sql(
SELECT 'warning', part[2], pg_get_viewdef(known.oid), format('view "{schema}.%s" has another query', part[1]),
    format('As the step makes it: SELECT statements FROM {schema}.setup_definitions() WHERE name = %L;', step)
FROM made JOIN pg_class AS known ON known.oid = to_regclass('{schema}.' || part[1]) WHERE relkind = 'v' ORDER BY 4)sql"}};
// clang-format on

const char* as_printed(const char* query) {
  List* parsed = raw_parser(query, RAW_PARSE_DEFAULT);
  if (list_length(parsed) != 1) return query;
  Query* analysed = parse_analyze_fixedparams(linitial_node(RawStmt, parsed), query, nullptr, 0, nullptr);
  return pg_get_querydef(analysed, false);
}

// What a column of a UNION is called may depend on who asks: names after AS go.
const char* without_names(const char* query) {
  StringInfoData rest;
  initStringInfo(&rest);
  while (*query != '\0') {
    if (strncmp(query, " AS ", 4) == 0) {
      query += 4;
      while (isalnum(static_cast<unsigned char>(*query)) != 0 ||
             (*query != '\0' && strchr("_\"?", *query) != nullptr))
        ++query;
    } else {
      appendStringInfoChar(&rest, *query++);
    }
  }
  return rest.data;
}

}  // namespace

Checks checks_of_what_was_made() noexcept {
  return {kChecks, static_cast<int>(sizeof(kChecks) / sizeof(kChecks[0]))};
}

Checks comparisons_of_what_was_made() noexcept {
  return {kComparisons, static_cast<int>(sizeof(kComparisons) / sizeof(kComparisons[0]))};
}

// What stands was printed once from what was analysed, so both are twice.
bool mean_the_same(const char* query, const char* other) {
  return strcmp(without_names(as_printed(as_printed(query))), without_names(as_printed(other))) == 0;
}

}  // namespace command_center::server
