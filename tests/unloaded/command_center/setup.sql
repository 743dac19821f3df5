-- What the tests on a server without our shared memory begin with.
CREATE EXTENSION command_center;
