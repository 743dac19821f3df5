// The part of a query that finds the roles whose rights a role has.
#pragma once

// A query for the oids of the role with the oid `role` (a parameter, as "$1") and of those it inherits from.
// It climbs from the role, so its cost does not grow with the number of roles; the server decides what is
// inherited. tables/row_security.sql and role_identities.sql say the same for policies.
#define HELD_ROLES(role)                                                                                    \
  "(WITH RECURSIVE held (role) AS (SELECT " role                                                            \
  "::oid UNION SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role)" \
  " SELECT held.role FROM held WHERE pg_has_role(" role ", held.role, 'USAGE')) AS held (role)"

// The cluster, as the first part of a role_identity.
#define THIS_CLUSTER "(SELECT system_identifier::text FROM pg_control_system())"

// The identity of a row of tenant_roles or access_grants; NULL also before setup() has added the column.
#define IDENTITY_OF(row) "(to_jsonb(" row ") ->> 'role_identity')"

// Whether such a row is for one of those roles. Its identity decides in the cluster where it was written, its
// name elsewhere. The sub-selects are of no row, so each is run once.
#define IS_HELD(row, role) \
  "CASE WHEN split_part(" IDENTITY_OF(row) ", '.', 1) = " THIS_CLUSTER                           \
  " THEN " IDENTITY_OF(row) " = ANY (ARRAY(SELECT " THIS_CLUSTER " || '.' || held.role FROM "    \
  HELD_ROLES(role) "))"                                                                          \
  " ELSE " row ".role = ANY (ARRAY(SELECT pg_get_userbyid(held.role)::text FROM "                \
  HELD_ROLES(role) ")) END"

// Whether such a row with the name of a role is for the role that has this name now. `row` is joined to
// pg_roles as `known` by the name.
#define IS_OF_KNOWN(row)                                                     \
  "(split_part(" IDENTITY_OF(row) ", '.', 1) IS DISTINCT FROM " THIS_CLUSTER \
                                  " OR " IDENTITY_OF(row) " = " THIS_CLUSTER " || '.' || known.oid)"
