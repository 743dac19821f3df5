// Rooms and their nights: the availability guard.
#include "api/routes/rows/rows.hpp"
#include "api/routes/rows/shapes.hpp"

namespace command_center::api::routes::rows {
namespace {

const std::string kBase = "/v1/locks";
constexpr const char* kExtension = "availability_guard";
const std::vector<std::string> kHolds{"tentative", "counting", "confirmed"};

Binding named_tenant() {
  return {"tenantId", Place::kScope, Kind::kUuid, Presence::kOptional,
          "The tenant; unless given, that of x-tenant-id"};
}

Binding lock_id() {
  return path("lockId", "What the lock was answered with", Kind::kUuid);
}

Binding said_by_header(Binding binding, const char* header) {
  binding.header = header;
  return binding;
}

Binding version() {
  return member("version", "That which must stand", Kind::kLong);
}

// A header that names the request: a retry of it changes nothing.
Binding request_id() {
  return said_by_header(
      member("requestId", "Names the request, as Idempotency-Key does: a retry changes nothing"),
      "idempotency-key");
}

std::vector<Binding> lock_members() {
  return {
      named_tenant(),
      required("reservationId", "Whose lock it is", Kind::kUuid),
      required("roomTypeId", "The type that it counts for", Kind::kUuid),
      member("roomId", "The room; left out: any of the type", Kind::kUuid),
      required("stayStart", "The first night, or an instant that the zone of the property makes one",
               Kind::kDay),
      required("stayEnd", "The day of departure, which is free", Kind::kDay),
      member("reason", "Kept in its history"),
      said_by_header(member("correlationId", "Unless given, x-correlation-id"), "x-correlation-id"),
      member("idempotencyKey", "Names the lock: the same key with other nights changes it in its place"),
      within(member("ttlSeconds", "Until it expires; unless given, as the tenant has it", Kind::kInteger), 1,
             kMostInteger),
      one_of(member("hold", "tentative counts for nothing, confirmed never expires; unless given, counting"),
             kHolds),
      member("propertyId", "The hotel, whose zone makes dates of instants", Kind::kUuid),
      request_id(),
      member("line", "Which room of a reservation that has several"),
      member("reopen", "Whether a key whose lock has ended may begin anew", Kind::kBoolean)};
}

// The answer, and the witness where something is in the way.
std::string verdict(const std::string& function) {
  return "SELECT " + object(kLockOutcome) + ", o.witness FROM availability_guard." + function +
         "(tenant_id => {tenantId}, reservation_id => {reservationId}, room_type_id => {roomTypeId}, room_id "
         "=> {roomId},"
         " stay_start => {stayStart}, stay_end => {stayEnd}, reason => {reason}, correlation_id => "
         "{correlationId},"
         " idempotency_key => {idempotencyKey}, ttl_seconds => {ttlSeconds}, hold => {hold}, property_id => "
         "{propertyId},"
         " request_id => {requestId}, line => {line}, reopen => coalesce({reopen}, false)) AS o";
}

}  // namespace

void add_locks(Rows& rows) {
  const std::string today = "(now() AT TIME ZONE 'UTC')::date";
  rows.push_back(post(kBase, "lockRoom", "Holds a room, or one of a type, for nights", "lock_room")
                     .of(kExtension)
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kNamed)
                     .answers(Answer::kVerdict)
                     .schema("LockOutcome")
                     .takes(lock_members())
                     .sql(verdict("lock_room")));
  rows.push_back(
      post(kBase + "/check", "checkRoom", "What lockRoom would answer now; holds nothing", "check_room")
          .of(kExtension)
          .scope(identity::kRead)
          .tenants(TenantRule::kNamed)
          .reads()
          .answers(Answer::kVerdict)
          .schema("LockOutcome")
          .takes(lock_members())
          .sql(verdict("check_room")));
  rows.push_back(post(kBase + "/bulk-release", "bulkRelease",
                      "Ends the locks that are held among those named", "bulk_release")
                     .of(kExtension)
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kNamed)
                     .schema("ReleasedLocks")
                     .takes({named_tenant(), required("lockIds", "At most 256", Kind::kUuids),
                             member("reason", "Kept in their history")})
                     .sql("SELECT json_build_object('status', 'released', 'released',"
                          " availability_guard.bulk_release({tenantId}, {lockIds}, {reason}))"));
  rows.push_back(
      get(kBase + "/{lockId}", "getLock", "A lock as it stands", "get_lock")
          .of(kExtension)
          .tenants(TenantRule::kNamed)
          .schema("Lock")
          .takes({lock_id(), named_tenant()})
          .sql("SELECT " + object(kLock) + " FROM availability_guard.get_lock({tenantId}, {lockId}) AS l"));
  rows.push_back(
      remove(kBase + "/{lockId}", "releaseRoom", "Ends a lock", "release_room")
          .of(kExtension)
          .scope(identity::kExecute)
          .tenants(TenantRule::kNamed)
          .answers(Answer::kOk)
          .schema("LockOutcome")
          .takes({lock_id(), named_tenant(), member("reservationId", "Whose it must be", Kind::kUuid),
                  member("reason", "Kept in its history"), version()})
          .sql("SELECT " + object(kLockOutcome) +
               " FROM (SELECT {lockId} AS lock_id WHERE {reservationId} IS NULL OR EXISTS (SELECT FROM"
               " availability_guard.get_lock({tenantId}, {lockId}) AS l WHERE l.reservation_id = "
               "{reservationId}) OFFSET 0) AS one, LATERAL availability_guard.release_room({tenantId}, "
               "one.lock_id, NULL, {reason}, {version}) AS o"));
  rows.push_back(
      post(kBase + "/{lockId}/extend", "extendLock", "Lets a hold last for longer", "extend_lock")
          .of(kExtension)
          .scope(identity::kExecute)
          .tenants(TenantRule::kNamed)
          .schema("LockOutcome")
          .takes({lock_id(), named_tenant(),
                  within(member("ttlSeconds", "From now; unless given, as the tenant has it", Kind::kInteger),
                         1, kMostInteger),
                  version(), request_id()})
          .sql("SELECT " + object(kLockOutcome) +
               " FROM availability_guard.extend_lock({tenantId}, {lockId}, {ttlSeconds}, {version}, "
               "{requestId}) AS o"));
  rows.push_back(post(kBase + "/{lockId}/confirm", "confirmLock", "Makes a hold last until it is released",
                      "confirm_lock")
                     .of(kExtension)
                     .scope(identity::kExecute)
                     .tenants(TenantRule::kNamed)
                     .answers(Answer::kVerdict)
                     .schema("LockOutcome")
                     .takes({lock_id(), named_tenant(), version(), request_id()})
                     .sql("SELECT " + object(kLockOutcome) +
                          ", o.witness FROM availability_guard.confirm_lock({tenantId}, {lockId}, {version}, "
                          "{requestId}) AS o"));
  rows.push_back(
      get("/v1/room-types/{roomTypeId}/availability", "getAvailability",
          "What there is of a type, night by night, and what is held", "availability")
          .of(kExtension)
          .tenants(TenantRule::kNamed)
          .schema("NightList")
          .takes({path("roomTypeId", "The type", Kind::kUuid), named_tenant(),
                  query("from", "The first night; left out: today, in UTC", Kind::kDate),
                  query("until", "The day behind the last; left out: 30 nights", Kind::kDate)})
          .sql(list(kNight,
                    "availability_guard.availability({tenantId}, {roomTypeId}, daterange("
                    "coalesce({from}, " +
                        today + "), coalesce({until}, coalesce({from}, " + today + ") + 30))) AS n")));
}

}  // namespace command_center::api::routes::rows
