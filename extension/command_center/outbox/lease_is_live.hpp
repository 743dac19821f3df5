// What every statement about leases says of one that counts.
#pragma once

// Of the last row of a publisher. A lease from a clock that was ahead and is right again would hold for as
// long as it was ahead: no lease is longer than an hour, and one that was taken in the future is over, but
// for the few seconds by which a clock is set right without anybody noticing. (One that was only numbered
// after such a one is not: it ends before it began.)
#define LEASE_IS_LIVE                                                                       \
  "(expires_at > clock_timestamp() AND expires_at <= clock_timestamp() + interval '1 hour'" \
  " AND (claimed_at <= clock_timestamp() + interval '5 seconds' OR claimed_at > expires_at))"
