BEGIN;

INSERT INTO reservations
VALUES ('b2e372ee-9179-453d-81b0-7a44213c6092', 'Sample Guest', '2026-03-12', '2026-03-14');

SELECT status, command_name, target_service
FROM command_center.execute_command('reservation.create', '{
    "reservation_id": "b2e372ee-9179-453d-81b0-7a44213c6092",
    "room_type_id": "de093fc4-8b0d-4b82-90f7-75b501add35e",
    "check_in_date": "2026-03-12",
    "check_out_date": "2026-03-14",
    "occupancy": {"adults": 2},
    "guests": [{"given_name": "Sample", "family_name": "Guest", "email": "guest@example.com", "phone": "+12025550123"}],
    "pricing": {
      "rate_plan_code": "BAR",
      "currency": "EUR",
      "nightly_rates": [
        {"date": "2026-03-12", "amount_minor": 18900},
        {"date": "2026-03-13", "amount_minor": 17900}
      ],
      "taxes_minor": 3680,
      "total_minor": 40480
    },
    "source": {"channel": "direct", "reference": "WEB-20260212-0815"},
    "notes": "Late arrival, quiet room please."
  }',
  tenant_id => '7e3022de-5327-44a3-97b4-0686c6c2fc22',
  initiator => '{"userId": "front-desk-7", "role": "front-desk"}');

COMMIT;
