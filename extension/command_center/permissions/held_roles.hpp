// The part of a query that finds the roles whose rights a role has.
#pragma once

// A query for the names of the role with the oid `role` (a parameter, as "$1") and of those it inherits from.
// It climbs from the role, so its cost does not grow with the number of roles; the server decides what is
// inherited. tables/row_security.sql says the same for policies.
#define HELD_ROLES(role)                                                                                    \
  "(WITH RECURSIVE held (role) AS (SELECT " role                                                            \
  "::oid UNION SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role)" \
  " SELECT pg_get_userbyid(held.role)::text FROM held WHERE pg_has_role(" role ", held.role, 'USAGE'))"
