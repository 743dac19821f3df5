// Composite types of an extension. ALTER TYPE may have changed one since: a row of it is read and written
// only where its columns are those that the code knows.
#pragma once

#include <cstddef>

#include "extension/server/server_types.hpp"

struct TupleDescData;

namespace command_center::server {

// KC015 unless the columns have just these types. Postgres regime.
void check_row_type(const TupleDescData* found, const Oid* columns, std::size_t count);

template <std::size_t count>
void check_row_type(const TupleDescData* found, const Oid (&columns)[count]) {
  check_row_type(found, columns, count);
}

// The columns of a composite value; what they point to lives as long as the value. Postgres regime.
void read_row(Datum row, const Oid* columns, std::size_t count, Datum* values, bool* nulls);

template <std::size_t count>
void read_row(Datum row, const Oid (&columns)[count], Datum (&values)[count], bool (&nulls)[count]) {
  read_row(row, columns, count, values, nulls);
}

// The rows that a function answers, as InitMaterializedSRF, of a type that ALTER TYPE may have changed.
void open_rows(FunctionCallInfoBaseData* fcinfo, const Oid* columns, std::size_t count);

template <std::size_t count>
void open_rows(FunctionCallInfoBaseData* fcinfo, const Oid (&columns)[count]) {
  open_rows(fcinfo, columns, count);
}

}  // namespace command_center::server
