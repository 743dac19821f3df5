// Unpacks a daterange, which the server keeps with its first day and without its last.
#include "extension/availability_guard/control/nights.hpp"

#include "extension/availability_guard/locks/rows.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {

inventory::Stay nights_of(Datum range) {
  RangeType* detoasted = DatumGetRangeTypeP(range);
  RangeBound first = {};
  RangeBound last = {};
  bool empty = false;
  range_deserialize(lookup_type_cache(RangeTypeGetOid(detoasted), TYPECACHE_RANGE_INFO), detoasted, &first,
                    &last, &empty);
  if (empty || first.infinite || last.infinite || DATE_NOT_FINITE(DatumGetDateADT(first.val)) ||
      DATE_NOT_FINITE(DatumGetDateADT(last.val)))
    refuse("22023", "nights must be a range with a first and a last night");
  const inventory::Stay nights = {day_of_date(DatumGetDateADT(first.val)),
                                  day_of_date(DatumGetDateADT(last.val))};
  switch (inventory::fault_of(nights)) {
    case inventory::StayFault::kNone:
      return nights;
    case inventory::StayFault::kTooLong:
      refuse("KC014", psprintf("nights must be %d at most", inventory::kMostNights));
    default:
      refuse("22023", "nights must be within the years 1 to 9999");
  }
}

}  // namespace command_center::guard
