-- A guest book beside a Command Center, both set up; on a server that has its library (tests/example/with-example).
CREATE EXTENSION command_center;
CREATE EXTENSION guestbook;
SELECT command_center.setup() > 0 AS set_up, guestbook.setup() > 0 AS example_set_up;
