// lock_rooms: several requests of one tenant, all or none.
#include "extension/availability_guard/locks/request.hpp"
#include "extension/availability_guard/locks/take_locks.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

// Of availability_guard.lock_request.
constexpr Oid kRequestTypes[kRequestArguments] = {UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, UUIDOID,
                                                  TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, JSONBOID,
                                                  UUIDOID, TEXTOID, TEXTOID, BOOLOID};

RequestArguments fields_of(Datum request) {
  RequestArguments arguments = {};
  read_row(request, kRequestTypes, arguments.values, arguments.nulls);
  return arguments;
}

struct Elements {
  Datum* requests;
  bool* nulls;
  int count;
};

Elements elements_of(ArrayType* array) {
  std::int16_t length = 0;
  bool by_value = false;
  char alignment = 0;
  get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
  Elements elements = {};
  deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements.requests,
                    &elements.nulls, &elements.count);
  if (elements.count > kMostRequests) {
    refuse("KC014", psprintf("%d requests are above the limit of %d", elements.count, kMostRequests), nullptr,
           "Use several calls, each in a transaction of its own.");
  }
  return elements;
}

LockRequest* read_requests(const Elements& elements) {
  auto* requests =
      static_cast<LockRequest*>(palloc(sizeof(LockRequest) * static_cast<std::size_t>(elements.count + 1)));
  for (int i = 0; i < elements.count; ++i) {
    if (elements.nulls[i]) refuse("22004", psprintf("request %d must not be null", i + 1));
    requests[i] = read_request(fields_of(elements.requests[i]), StayForm::kText);
    if (!(requests[i].tenant_id == requests[0].tenant_id)) {
      refuse("22023", "requests of one call must be of one tenant");
    }
  }
  return requests;
}

Datum lock_rooms(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("lock_rooms");
  open_outcomes(fcinfo);
  const Elements elements = elements_of(PG_GETARG_ARRAYTYPE_P(0));
  if (elements.count == 0) return Datum{0};
  LockRequest* requests = read_requests(elements);
  extension::check_tenant(requests[0].tenant_id);
  auto* outcomes =
      static_cast<LockOutcome*>(palloc0(sizeof(LockOutcome) * static_cast<std::size_t>(elements.count)));
  take_locks_of(requests, outcomes, elements.count);
  for (int i = 0; i < elements.count; ++i) put_outcome(fcinfo, outcomes[i]);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_lock_rooms);
}

Datum availability_guard_lock_rooms(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::lock_rooms(fcinfo); });
}
