// The queues are entered upwards: tenant, reservations, types, rooms. What a request means is looked up under
// its reservation, which tells the types and rooms; and once more after the last queue, since a lock may have
// expired meanwhile and somebody else have ended it. All reading is with the newest snapshot: the verdict is
// the same under every isolation.
#include "extension/availability_guard/locks/take_locks.hpp"

#include <algorithm>
#include <cstring>

#include "extension/availability_guard/locks/no_overlap.hpp"
#include "extension/availability_guard/locks/queue.hpp"
#include "extension/availability_guard/locks/witness.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/boundary/postgres_error.hpp"
#include "extension/core/error/error.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;
using inventory::Act;
using inventory::Instant;
using inventory::Resolution;

Statement select_settings = {kInstallation,
                             "SELECT default_ttl_seconds, max_ttl_seconds"
                             " FROM availability_guard.guard_settings WHERE tenant_id = $1",
                             1,
                             {UUIDOID}};

Statement select_room_type = {kInstallation,
                              "SELECT room_type_id FROM availability_guard.rooms"
                              " WHERE tenant_id = $1 AND room_id = $2",
                              2,
                              {UUIDOID, UUIDOID}};

// A request with what it means. Plain data.
struct Case {
  LockRequest* request;
  LockRows rows;  // of its reservation
  Uses uses;
  Resolution resolution;
  std::int32_t ttl_seconds;  // of what is written; -1: the expiry stays, or there is none
  LockOutcome* outcome;
};

Case case_of(LockRequest& request, LockOutcome& outcome) {
  return {&request, {nullptr, 0}, {nullptr, 0}, {}, -1, &outcome};
}

const LockRow& row_of(const Case& one, int place) {
  return one.rows.rows[place];
}

void look_up(Case& one, Instant now) {
  const LockRequest& request = *one.request;
  one.rows = locks_of_reservation(request.tenant_id, request.reservation_id);
  const bool is_remembered =
      request.wanted.key.data() != nullptr || request.wanted.request_id.data() != nullptr;
  if (is_remembered) one.uses = past_uses(request.tenant_id, request.reservation_id, now);
  auto* held = static_cast<inventory::HeldLock*>(
      palloc(sizeof(inventory::HeldLock) * static_cast<std::size_t>(one.rows.count + 1)));
  for (int i = 0; i < one.rows.count; ++i) held[i] = one.rows.rows[i].held;
  one.resolution =
      inventory::resolve(request.wanted, held, one.rows.count, one.uses.uses, one.uses.count, now);
}

bool counts(inventory::Hold hold) {
  return hold != inventory::Hold::kTentative;
}

// The nights that `own` counts for in the type of the content already.
inventory::Stay kept_nights(const inventory::Content& content, const inventory::HeldLock* own) {
  const bool keeps =
      own != nullptr && counts(own->content.hold) && own->content.room_type_id == content.room_type_id;
  return keeps ? own->content.stay : inventory::Stay{0, 0};
}

bool takes_no_night(const inventory::Content& content, const inventory::HeldLock* own) {
  const inventory::Stay kept = kept_nights(content, own);
  return kept.arrival <= content.stay.arrival && content.stay.departure <= kept.departure;
}

const LockRow* changed_lock(const Case& one) {
  return one.resolution.act == Act::kChange ? &row_of(one, one.resolution.lock) : nullptr;
}

bool writes(const Case& one) {
  return one.resolution.act == Act::kCreate || one.resolution.act == Act::kChange;
}

// --- queues ---

void add_content(const inventory::Content& content, Ids& types, Ids& rooms,
                 LockMode type_mode = LockMode::kShared) {
  add(types, content.room_type_id, type_mode);
  if (content.has_room) add(rooms, content.room_id);
}

// What it has and what it wants.
void add_queues(const Case& one, Ids& types, Ids& rooms) {
  const Resolution& resolution = one.resolution;
  const LockRow* lock = changed_lock(one);
  const inventory::Content& wanted = writes(one) ? resolution.content : one.request->wanted.content;
  const bool is_limited = writes(one) && takes_limited_night(one.request->tenant_id, wanted,
                                                             lock != nullptr ? &lock->held : nullptr);
  add_content(wanted, types, rooms, is_limited ? LockMode::kExclusive : LockMode::kShared);
  if (resolution.lock >= 0) add_content(row_of(one, resolution.lock).held.content, types, rooms);
  if (resolution.over >= 0) add_content(row_of(one, resolution.over).held.content, types, rooms);
}

void queue_for_all(Case* cases, int count) {
  const Uuid& tenant_id = cases[0].request->tenant_id;
  enter_tenant(tenant_id);
  Ids reservations = make_ids(count);
  for (int i = 0; i < count; ++i) add(reservations, cases[i].request->reservation_id);
  queue_for(kReservationQueue, tenant_id, reservations);
  Ids types = make_ids(3 * count);
  Ids rooms = make_ids(3 * count);
  const Instant now = GetCurrentTimestamp();
  for (int i = 0; i < count; ++i) {
    look_up(cases[i], now);
    add_queues(cases[i], types, rooms);
  }
  queue_for(kTypeQueue, tenant_id, types);
  queue_for(kRoomQueue, tenant_id, rooms);
}

// --- judging ---

// A room that is known is of one type; its queue keeps that as it is.
void check_type_of_room(const Uuid& tenant_id, const inventory::Content& content) {
  if (!content.has_room) return;
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  parameters.add(uuid_datum(content.room_id));
  if (run_with_latest_snapshot(select_room_type, parameters) == 0) return;
  if (uuid_value(value(0, 0, UUIDOID)) == content.room_type_id) return;
  refuse("KC015", "room is of another type than room_type_id", nullptr,
         "A room counts for its own type: name that, or let availability_guard.set_room() say another.");
}

void end_expired(const Uuid& tenant_id, const LockRow& row, Instant now) {
  delete_lock(tenant_id, row);
  append_event(tenant_id, row, "expired", {row.held.key, {}, {}, {}, Datum{0}}, now);
}

Datum find_obstacle_in_room(const Uuid& tenant_id, const inventory::Content& content,
                            const inventory::HeldLock* own, Instant now, Tidying tidying) {
  if (!content.has_room) return Datum{0};
  const LockRows found = locks_in_room(tenant_id, content.room_id, content.stay);
  for (int i = 0; i < found.count; ++i) {
    const LockRow& row = found.rows[i];
    switch (inventory::standing_of({row.held.lock_id, row.held.expires_at},
                                   own != nullptr ? &own->lock_id : nullptr, now)) {
      case inventory::Standing::kInTheWay:
        return witness_of_lock(row);
      case inventory::Standing::kOver:
        if (tidying == Tidying::kEnds) end_expired(tenant_id, row, now);
        break;
      case inventory::Standing::kItself:
        break;
    }
  }
  return Datum{0};
}

Datum find_obstacle_of_type(const Uuid& tenant_id, const inventory::Content& content,
                            const inventory::HeldLock* own, Instant now, Tidying tidying,
                            const Stays& others) {
  const inventory::Stay& stay = content.stay;
  if (takes_no_night(content, own)) return Datum{0};
  const NightLimits limits = limits_of_type(tenant_id, content.room_type_id, stay);
  if (limits.count == 0) return Datum{0};
  // Somebody may have set a limit before the type was entered; nobody has since.
  if (tidying == Tidying::kEnds && counts(content.hold)) require_whole_type(tenant_id, content.room_type_id);
  const Stays stays =
      stays_of_type(tenant_id, content.room_type_id, stay, now, own != nullptr ? &own->lock_id : nullptr);
  auto* held = static_cast<std::int32_t*>(
      palloc0(sizeof(std::int32_t) * static_cast<std::size_t>(stay.departure - stay.arrival)));
  inventory::count_held(stay, stays.stays, stays.count, held);
  inventory::count_held(stay, others.stays, others.count, held);
  const int full =
      inventory::first_full_night(stay, kept_nights(content, own), limits.limits, limits.count, held);
  if (full < 0) return Datum{0};
  return witness_of_night(limits.limits[full], held[limits.limits[full].night - stay.arrival]);
}

// --- writing ---

Remarks remarks_of(const LockRequest& request) {
  return {request.wanted.key, request.wanted.request_id, request.reason, request.correlation_id,
          request.initiator};
}

LockRow new_row(const Case& one, Instant now) {
  const LockRequest& request = *one.request;
  const inventory::Content& content = one.resolution.content;
  return {{new_uuid(now), content, inventory::expiry_of(content.hold, now, one.ttl_seconds),
           request.wanted.key, request.wanted.line},
          request.reservation_id,
          1,
          request.has_property,
          request.property_id,
          now};
}

// What the request does not name stays as it is.
LockRow changed_row(const Case& one, const LockRow& before, Instant now) {
  const LockRequest& request = *one.request;
  const inventory::Content& content = one.resolution.content;
  LockRow row = before;
  row.held.content = content;
  ++row.version;
  if (request.has_property) {
    row.has_property = true;
    row.property_id = request.property_id;
  }
  if (content.hold == inventory::Hold::kConfirmed) {
    row.held.expires_at = inventory::kNever;
  } else if (one.ttl_seconds > 0) {
    row.held.expires_at = inventory::expiry_of(content.hold, now, one.ttl_seconds);
  }
  return row;
}

void refuse_what_cannot_be(const Case& one) {
  const Resolution& resolution = one.resolution;
  if (resolution.act == Act::kRefuseEnded) {
    refuse("KC008", "the lock of this key or request has ended", detail_of_lock(resolution.ended, 0),
           "Use another idempotency_key for another lock, or set reopen to begin a new one with this key.");
  }
  if (resolution.act == Act::kRefuseLower) {
    const LockRow& row = row_of(one, resolution.lock);
    refuse("KC015", "a hold cannot be lowered by a change", detail_of_lock(row.held.lock_id, row.version),
           "Leave hold NULL to keep it as it is, or release the lock.");
  }
}

// What is not told stays with a change. Asked before anything is judged, so that a call that is refused for
// it is so whatever is in the way.
void decide_ttl(Case& one) {
  const LockRequest& request = *one.request;
  const bool needs_none = one.resolution.content.hold == inventory::Hold::kConfirmed ||
                          (one.resolution.act == Act::kChange && request.ttl_seconds < 0);
  one.ttl_seconds =
      !writes(one) || needs_none ? -1 : ttl_of(request.ttl_seconds, ttl_limits_of(request.tenant_id));
}

// The row that has expired makes room for the new one of its line.
void make_room(const Case& one, Instant now) {
  if (one.resolution.over >= 0) end_expired(one.request->tenant_id, row_of(one, one.resolution.over), now);
}

void put_conflict(const Case& one, Datum witness) {
  const LockRow* lock = changed_lock(one);
  if (lock != nullptr)
    *one.outcome = outcome_of("CONFLICT", *lock);
  else
    *one.outcome = {"CONFLICT", false, {}, 0, 0, Datum{0}};
  one.outcome->witness = witness;
}

void write_lock(const Case& one, const LockRow& row, const char* kind, Instant now) {
  const Uuid& tenant_id = one.request->tenant_id;
  if (!insert_lock(tenant_id, row)) {
    refuse("XX000", "a lock could not be written, and nothing is seen that is in its way", nullptr,
           "Somebody writes to availability_guard.inventory_locks past the functions.");
  }
  append_event(tenant_id, row, kind, remarks_of(*one.request), now);
  *one.outcome = outcome_of("LOCKED", row);
}

enum class OldRow { kIsThere, kIsGone };

void judge_and_write(const Case& one, Instant now, OldRow old_row, const Stays& others = {nullptr, 0}) {
  const LockRequest& request = *one.request;
  const inventory::Content& content = one.resolution.content;
  const LockRow* lock = changed_lock(one);
  check_type_of_room(request.tenant_id, content);
  const Datum obstacle = find_obstacle(request.tenant_id, content, lock != nullptr ? &lock->held : nullptr,
                                       now, Tidying::kEnds, others);
  if (obstacle != 0) {
    put_conflict(one, obstacle);
    return;
  }
  if (lock == nullptr) {
    write_lock(one, new_row(one, now), "locked", now);
    return;
  }
  if (old_row == OldRow::kIsThere) delete_lock(request.tenant_id, *lock);
  write_lock(one, changed_row(one, *lock, now), "changed", now);
}

// Nothing but that it was asked for.
void answer(const Case& one, Instant now) {
  const LockRow& row = row_of(one, one.resolution.lock);
  *one.outcome = outcome_of("LOCKED", row);
  if (one.resolution.act == Act::kRemember)
    append_event(one.request->tenant_id, row, "repeated", remarks_of(*one.request), now);
}

// --- several at once ---

bool same_ids(const Uuid& left, const Uuid& right) {
  return left == right;
}

[[noreturn]] void refuse_pair(int first, int second, const char* what) {
  refuse("22023", psprintf("requests %d and %d %s", first + 1, second + 1, what), nullptr,
         "Rooms of one reservation are told apart by their line.");
}

// By id: their rows were read one after the other, and what has expired may have gone in between.
bool mean_held_lock(const Case& left, const Case& right) {
  return left.resolution.lock >= 0 && right.resolution.lock >= 0 &&
         same_ids(row_of(left, left.resolution.lock).held.lock_id,
                  row_of(right, right.resolution.lock).held.lock_id);
}

bool is_same_lock(const Case& left, const Case& right) {
  if (!same_ids(left.request->reservation_id, right.request->reservation_id)) return false;
  if (mean_held_lock(left, right)) return true;
  const inventory::Wanted& first = left.request->wanted;
  const inventory::Wanted& second = right.request->wanted;
  if (first.key.data() != nullptr && second.key.data() != nullptr && first.key == second.key) return true;
  return left.resolution.lock < 0 && right.resolution.lock < 0 && first.line == second.line;
}

bool want_same_room(const inventory::Content& left, const inventory::Content& right) {
  return left.has_room && right.has_room && same_ids(left.room_id, right.room_id) &&
         overlap(left.stay, right.stay);
}

void check_pairs(const Case* cases, int count) {
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) {
      if (is_same_lock(cases[i], cases[j])) refuse_pair(i, j, "mean the same lock");
      if (want_same_room(cases[i].request->wanted.content, cases[j].request->wanted.content))
        refuse_pair(i, j, "want the same room for the same night");
    }
  }
}

// The nights that locks which are still to be written keep: their rows are gone for now, and they are not
// asked again.
Stays nights_kept_by(const Case* first, const Case* last, const inventory::Content& content) {
  Stays kept = {static_cast<inventory::Stay*>(
                    palloc(sizeof(inventory::Stay) * static_cast<std::size_t>(last - first + 1))),
                0};
  for (const Case* one = first; one != last; ++one) {
    const LockRow* lock = changed_lock(*one);
    const inventory::Content& wanted = one->resolution.content;
    if (lock == nullptr || !(wanted.room_type_id == content.room_type_id)) continue;
    const inventory::Stay before = kept_nights(wanted, &lock->held);
    const inventory::Stay both = {std::max(before.arrival, wanted.stay.arrival),
                                  std::min(before.departure, wanted.stay.departure)};
    if (both.arrival < both.departure) kept.stays[kept.count++] = both;
  }
  return kept;
}

// A change that frees a room does so before anybody takes one.
void write_all(Case* cases, int count, Instant now) {
  for (int i = 0; i < count; ++i) {
    make_room(cases[i], now);
    const LockRow* lock = changed_lock(cases[i]);
    if (lock != nullptr) delete_lock(cases[i].request->tenant_id, *lock);
  }
  for (int i = 0; i < count; ++i) {
    if (writes(cases[i]))
      judge_and_write(cases[i], now, OldRow::kIsGone,
                      nights_kept_by(cases + i + 1, cases + count, cases[i].resolution.content));
    else
      answer(cases[i], now);
  }
}

bool has_conflict(const LockOutcome* outcomes, int count) {
  for (int i = 0; i < count; ++i) {
    if (std::strcmp(outcomes[i].status, "CONFLICT") == 0) return true;
  }
  return false;
}

// Locks that were to be taken or changed are not.
void note_not_locked(Case* cases, int count) {
  for (int i = 0; i < count; ++i) {
    LockOutcome& outcome = *cases[i].outcome;
    if (std::strcmp(outcome.status, "CONFLICT") == 0 || !writes(cases[i])) continue;
    const LockRow* lock = changed_lock(cases[i]);
    if (lock != nullptr)
      outcome = outcome_of("NOT_LOCKED", *lock);
    else
      outcome = {"NOT_LOCKED", false, {}, 0, 0, Datum{0}};
  }
}

// Within the subtransaction of all of them; false rolls it back. The session is one of its own, so that what
// it reads goes with it; the rows of the cases are from the session around it.
bool write_in_session(Case* cases, int count, Instant now, MemoryContext kept) {
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  LockOutcome* first = cases[0].outcome;
  write_all(cases, count, now);
  for (int i = 0; i < count; ++i) keep_witness(*cases[i].outcome, kept);
  resume_planner(planner);
  close_session(session);
  return !has_conflict(first, count);
}

void write_all_or_none(Case* cases, int count, Instant now, MemoryContext kept) {
  bool agreed = true;
  const boundary::SubtransactionOutcome written =
      boundary::in_subtransaction([cases, count, now, kept, &agreed] {
        agreed = write_in_session(cases, count, now, kept);
        if (!agreed) throw Error("KC007", "not all could be locked");
      });
  if (!agreed)
    note_not_locked(cases, count);
  else if (!written.succeeded())
    throw boundary::PostgresError(written.error);
}

bool same_row(const LockRows& before, int place_before, const LockRows& after, int place_after) {
  if (place_before < 0 || place_after < 0) return place_after < 0;
  return same_ids(before.rows[place_before].held.lock_id, after.rows[place_after].held.lock_id);
}

// A reservation that had no lock has none now, nor any use that is new: those who make one stand behind us.
// Answers whether it means another lock than before, or something else to it: another lock may have expired.
bool look_up_anew(Case& one, Instant now) {
  if (one.rows.count == 0) return false;
  const LockRows before = one.rows;
  const Resolution meant = one.resolution;
  look_up(one, now);
  return meant.act != one.resolution.act || !same_row(before, meant.lock, one.rows, one.resolution.lock) ||
         !same_row(before, meant.over, one.rows, one.resolution.over);
}

// Under all queues, those of what is found anew included: answers the clock that decides. Each round more
// locks of the reservations have expired, so there is a last one.
Instant look_up_again(Case* cases, int count) {
  const Uuid& tenant_id = cases[0].request->tenant_id;
  for (;;) {
    const Instant now = GetCurrentTimestamp();
    Ids types = make_ids(3 * count);
    Ids rooms = make_ids(3 * count);
    for (int i = 0; i < count; ++i) {
      if (look_up_anew(cases[i], now)) add_queues(cases[i], types, rooms);
      refuse_what_cannot_be(cases[i]);
      decide_ttl(cases[i]);
    }
    if (types.count == 0) return now;
    queue_for(kTypeQueue, tenant_id, types);
    queue_for(kRoomQueue, tenant_id, rooms);
  }
}

}  // namespace

inventory::TtlLimits ttl_limits_of(const Uuid& tenant_id) {
  Parameters parameters;
  parameters.add(uuid_datum(tenant_id));
  if (run_with_latest_snapshot(select_settings, parameters) == 0) return inventory::kUsualTtl;
  return {int_value(0, 0), int_value(0, 1)};
}

std::int32_t ttl_of(std::int32_t wanted, const inventory::TtlLimits& limits) {
  if (wanted < 0) return limits.by_default;
  if (wanted > limits.most)
    refuse("22023", psprintf("ttl_seconds must be %d at most", limits.most), nullptr,
           "availability_guard.set_guard() sets the limit of a tenant.");
  return wanted;
}

bool takes_limited_night(const Uuid& tenant_id, const inventory::Content& content,
                         const inventory::HeldLock* own) {
  return counts(content.hold) && !takes_no_night(content, own) &&
         limits_of_type(tenant_id, content.room_type_id, content.stay).count > 0;
}

Datum find_obstacle(const Uuid& tenant_id, const inventory::Content& content, const inventory::HeldLock* own,
                    Instant now, Tidying tidying, const Stays& others) {
  const Datum in_room = find_obstacle_in_room(tenant_id, content, own, now, tidying);
  return in_room != 0 ? in_room : find_obstacle_of_type(tenant_id, content, own, now, tidying, others);
}

LockOutcome take_lock_of(LockRequest& request) {
  LockOutcome outcome = {};
  MemoryContext kept = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  require_no_overlap_constraint();
  resolve_stay(request);
  Case one = case_of(request, outcome);
  queue_for_all(&one, 1);
  const Instant now = look_up_again(&one, 1);
  make_room(one, now);
  if (writes(one))
    judge_and_write(one, now, OldRow::kIsThere);
  else
    answer(one, now);
  keep_witness(outcome, kept);
  resume_planner(planner);
  close_session(session);
  return outcome;
}

LockOutcome judge_only(LockRequest& request) {
  LockOutcome outcome = {};
  MemoryContext kept = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  require_no_overlap_constraint();
  resolve_stay(request);
  Case one = case_of(request, outcome);
  const Instant now = GetCurrentTimestamp();
  look_up(one, now);
  refuse_what_cannot_be(one);
  decide_ttl(one);
  if (one.resolution.lock >= 0)
    outcome = outcome_of("AVAILABLE", row_of(one, one.resolution.lock));
  else
    outcome = {"AVAILABLE", false, {}, 0, 0, Datum{0}};
  if (writes(one)) {
    check_type_of_room(request.tenant_id, one.resolution.content);
    const LockRow* lock = changed_lock(one);
    const Datum obstacle = find_obstacle(request.tenant_id, one.resolution.content,
                                         lock != nullptr ? &lock->held : nullptr, now, Tidying::kLeaves);
    if (obstacle != 0) put_conflict(one, obstacle);
  }
  keep_witness(outcome, kept);
  resume_planner(planner);
  close_session(session);
  return outcome;
}

void take_locks_of(LockRequest* requests, LockOutcome* outcomes, int count) {
  auto* cases = static_cast<Case*>(palloc(sizeof(Case) * static_cast<std::size_t>(count + 1)));
  for (int i = 0; i < count; ++i) cases[i] = case_of(requests[i], outcomes[i]);
  MemoryContext kept = CurrentMemoryContext;
  const OwnerSession session = open_session(kInstallation);
  const int planner = force_index_scans();
  require_no_overlap_constraint();
  for (int i = 0; i < count; ++i) resolve_stay(requests[i]);
  queue_for_all(cases, count);
  const Instant now = look_up_again(cases, count);
  check_pairs(cases, count);
  resume_planner(planner);
  write_all_or_none(cases, count, now, kept);
  close_session(session);
}

}  // namespace command_center::guard
