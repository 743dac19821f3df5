BEGIN;

INSERT INTO reservations
VALUES ('fb991b15-2ab3-4984-be91-39388da144da', 'Walk In', '2026-05-02', '2026-05-03');

SELECT status, command_name, target_service
FROM command_center.execute_command('reservation.create', '{
    "reservation_id": "fb991b15-2ab3-4984-be91-39388da144da",
    "room_type_id": "de093fc4-8b0d-4b82-90f7-75b501add35e",
    "check_in_date": "2026-05-02",
    "check_out_date": "2026-05-03",
    "occupancy": {"adults": 1},
    "guests": [{"given_name": "Walk", "family_name": "In"}],
    "pricing": {
      "rate_plan_code": "RACK",
      "currency": "EUR",
      "nightly_rates": [{"date": "2026-05-02", "amount_minor": 12000}],
      "total_minor": 12000
    },
    "source": {"channel": "walk_in"}
  }',
  tenant_id => '7e3022de-5327-44a3-97b4-0686c6c2fc22');

ROLLBACK;
