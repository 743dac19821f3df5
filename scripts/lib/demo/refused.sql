BEGIN;

INSERT INTO reservations
VALUES ('6fdd54ad-5962-4861-b8b6-ab18eba60943', 'Second Guest', '2026-07-10', '2026-07-13');

SELECT status, command_name, target_service
FROM command_center.execute_command('reservation.create', '{
    "reservation_id": "6fdd54ad-5962-4861-b8b6-ab18eba60943",
    "room_type_id": "de093fc4-8b0d-4b82-90f7-75b501add35e",
    "check_in_date": "2026-07-10",
    "occupancy": {"adults": "2"},
    "guests": [{"given_name": "Second", "family_name": "Guest"}],
    "pricing": {
      "rate_plan_code": "RACK",
      "currency": "EUR",
      "nightly_rates": [{"date": "2026-07-10", "amount_minor": 24500}],
      "total_minor": 24500
    },
    "source": {"channel": "fax"}
  }',
  tenant_id => '7e3022de-5327-44a3-97b4-0686c6c2fc22');
\echo SQLSTATE: :SQLSTATE

COMMIT;
