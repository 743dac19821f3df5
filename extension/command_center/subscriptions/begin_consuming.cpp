// Writes down where the partitions of a subscription begin.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/subscriptions/offsets.hpp"
#include "extension/command_center/subscriptions/subscription.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kMostPositions = 10'000;

// For each partition of the subscription, the last row.
Statement select_all = {
    kInstallation,
    "SELECT stored.topic, stored.partition, stored.next_offset FROM command_center.subscriptions AS known"
    " CROSS JOIN LATERAL " LAST_OFFSETS_OF("known.subscription_id") " AS stored"
    " WHERE known.subscription_id = $1 AND stored.topic = ANY (known.topics)"
    " ORDER BY stored.topic, stored.partition",
    1,
    {UUIDOID}};

void begin(const Subscription& subscription, const Positions& positions) {
  const StoredOffset* stored = stored_offsets(subscription.id, positions);
  auto* advances =
      static_cast<Advance*>(palloc0(sizeof(Advance) * static_cast<std::size_t>(positions.count + 1)));
  int count = 0;
  for (int i = 0; i < positions.count; ++i) {
    if (!stored[i].is_there) advances[count++] = {positions.positions + i, stored + i, false, 0};
  }
  store_offsets(subscription.id, advances, count);
}

Datum begin_consuming(FunctionCallInfo fcinfo) {
  require_read_committed("begin_consuming");
  PreventCommandIfReadOnly("begin_consuming");
  InitMaterializedSRF(fcinfo, 0);
  const std::string_view name = text_argument(fcinfo, 0);
  const Positions positions = read_positions(PG_GETARG_DATUM(2), kMostPositions);
  const OwnerSession session = open_session(kInstallation);
  // Nobody begins the same topic otherwise meanwhile, and nobody applies its messages.
  if (positions.count > 0) lock_subscription(name, LockMode::kExclusive);
  const Subscription subscription = expected_subscription(name, uuid_argument(fcinfo, 1));
  begin(subscription, positions);
  Parameters parameters;
  parameters.add(uuid_datum(subscription.id));
  CommandCounterIncrement();
  (void)run_with_latest_snapshot(select_all, parameters);
  put_rows(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_begin_consuming);
}

Datum command_center_begin_consuming(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::begin_consuming(fcinfo); });
}
