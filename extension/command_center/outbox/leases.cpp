// Decides which relay works for a publisher. A lease is the last row of its publisher; fencing in Kafka makes
// a stale holder harmless.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/outbox/lease_is_live.hpp"
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_lease = {kInstallation,
                          "SELECT term, holder, " LEASE_IS_LIVE
                          ", expires_at - clock_timestamp()"
                          " FROM command_center.publisher_leases WHERE publisher = $1"
                          " ORDER BY claimed_at DESC LIMIT 1",
                          1,
                          {TEXTOID}};

// A clock that ran backwards must not put the new row before the last one.
Statement insert_lease = {
    kInstallation,
    "INSERT INTO command_center.publisher_leases (publisher, claimed_at, term, holder, expires_at)"
    " SELECT $1, greatest(clock_timestamp(), (SELECT max(claimed_at) + interval '1 microsecond'"
    " FROM command_center.publisher_leases WHERE publisher = $1)), $2, $3, clock_timestamp() + $4",
    4,
    {TEXTOID, INT8OID, TEXTOID, INTERVALOID}};

constexpr std::size_t kMaxHolder = 200;

struct Lease {
  bool granted;
  std::int64_t term;
  const char* holder;
  Datum expires_in;
};

// The lease of a publisher as it stands; term 0 when there never was one.
struct LastLease {
  std::int64_t term = 0;
  const char* holder = "";
  bool live = false;
  Datum expires_in = 0;

  [[nodiscard]] bool is_held_by(std::string_view other) const noexcept { return live && other == holder; }
};

LastLease last_lease(std::string_view publisher) {
  Parameters parameters;
  parameters.add_text(publisher);
  LastLease last;
  if (run(select_lease, parameters) == 0) return last;
  last.term = bigint_value(0, 0);
  last.holder = text_value(0, 1);
  last.live = bool_value(0, 2);
  last.expires_in = value(0, 3, INTERVALOID);
  return last;
}

void write_lease(std::string_view publisher, std::int64_t term, std::string_view holder, Datum ttl) {
  Parameters row;
  row.add_text(publisher);
  row.add_bigint(term);
  row.add_text(holder);
  row.add(ttl);
  (void)run(insert_lease, row);
}

void check_ttl(const Interval* ttl) {
  if (ttl->month == 0 && ttl->day == 0 && ttl->time >= USECS_PER_SEC && ttl->time <= USECS_PER_HOUR) return;
  refuse("22023", "ttl must be between 1 second and 1 hour");
}

}  // namespace

void require_lease(std::string_view publisher, std::string_view holder) {
  const LastLease last = last_lease(publisher);
  if (last.is_held_by(holder)) return;
  refuse("KC015", psprintf("relay \"%s\" does not hold the lease", zero_terminated(holder)), nullptr,
         "Only the relay that publishes may decide what it leaves out.");
}

namespace {

Datum acquire_lease(FunctionCallInfo fcinfo) {
  require_read_committed("acquire_lease");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view holder = text_argument(fcinfo, 1);
  check_name(holder, kMaxHolder, "holder");
  const Datum ttl = PG_GETARG_DATUM(2);
  check_ttl(DatumGetIntervalP(ttl));

  MemoryContext caller = CurrentMemoryContext;
  InitMaterializedSRF(fcinfo, 0);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const OwnerSession session = open_session(kInstallation);
  (void)publisher_identity(publisher);
  lock_publisher(publisher, PublisherLock::kLease);
  const LastLease last = last_lease(publisher);
  Lease lease = {true, last.term, nullptr, ttl};
  if (last.live && !last.is_held_by(holder)) {
    lease = {false, last.term, last.holder, last.expires_in};
  } else {
    if (!last.is_held_by(holder)) ++lease.term;
    write_lease(publisher, lease.term, holder, ttl);
  }
  MemoryContextSwitchTo(caller);
  Datum values[] = {BoolGetDatum(lease.granted), Int64GetDatum(lease.term),
                    lease.granted ? PG_GETARG_DATUM(1) : CStringGetTextDatum(lease.holder), lease.expires_in};
  bool nulls[] = {false, false, false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  close_session(session);
  return Datum{0};
}

Datum release_lease(FunctionCallInfo fcinfo) {
  require_read_committed("release_lease");
  const std::string_view publisher = text_argument(fcinfo, 0);
  const std::string_view holder = text_argument(fcinfo, 1);
  const OwnerSession session = open_session(kInstallation);
  (void)publisher_identity(publisher);
  lock_publisher(publisher, PublisherLock::kLease);
  const LastLease last = last_lease(publisher);
  const bool held = last.is_held_by(holder);
  if (held) {
    Interval* at_once = static_cast<Interval*>(palloc0(sizeof(Interval)));
    write_lease(publisher, last.term, holder, IntervalPGetDatum(at_once));
  }
  close_session(session);
  return BoolGetDatum(held);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_acquire_lease);
PG_FUNCTION_INFO_V1(command_center_release_lease);
}

Datum command_center_acquire_lease(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::acquire_lease(fcinfo); });
}

Datum command_center_release_lease(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::release_lease(fcinfo); });
}
