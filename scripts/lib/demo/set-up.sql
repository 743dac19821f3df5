CREATE EXTENSION command_center;
SELECT command_center.setup() > 0 AS tables_made;
SELECT command_center.load_catalog('hotel') AS commands;

CREATE TABLE reservations (
    reservation_id uuid PRIMARY KEY,
    guest text NOT NULL,
    check_in date NOT NULL,
    check_out date NOT NULL
);
