-- Makes a database ready for commands of the hotel catalogue.
CREATE EXTENSION command_center;
SELECT command_center.setup();
SELECT command_center.load_catalog('hotel');
